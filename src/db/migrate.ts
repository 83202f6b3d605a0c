/**
 * Brings a database to this version's tables, forward only, and once however many processes start together. An up-to-date
 * database is recognised by reading it, without taking a lock; one that a newer version has written is refused.
 */
import { randomBytes } from 'node:crypto';
import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { Database, Sql } from './database.js';
import { messageOf } from './error-code.js';
import * as tasks from './migrations/0001-tasks.js';
import * as retriesAndBatches from './migrations/0002-retries-and-batches.js';
import * as listsOfACatalog from './migrations/0003-lists-of-a-catalog.js';

/** In order of their names; a migration that has been released is never changed. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-tasks': tasks,
  '0002-retries-and-batches': retriesAndBatches,
  '0003-lists-of-a-catalog': listsOfACatalog,
};

type MigrationTables = { kysely_migration: { name: string }; sqlite_master: { name: string } };

export async function migrate(db: Sql, kind: Database['kind']): Promise<void> {
  if (await isMigrated(db, kind)) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    // A newer version may have overtaken this one while it waited for the lock; that is the clearer thing to say.
    await unknownMigrationsRefused(db, kind);
    throw new Error(`the database could not be migrated: ${messageOf(error)}`, { cause: error });
  }
  await db
    .insertInto('log_head')
    .values({ id: 1, log_id: randomBytes(6).toString('hex'), position: 0, worker_epoch: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Whether nothing is left to do. Rejects when the database is ahead of this version. */
export async function isMigrated(db: Sql, kind: Database['kind']): Promise<boolean> {
  const applied = await unknownMigrationsRefused(db, kind);
  if (Object.keys(MIGRATIONS).some((name) => !applied.has(name))) return false;
  const head = await db.selectFrom('log_head').select('id').where('id', '=', 1).executeTakeFirst();
  return head !== undefined;
}

async function unknownMigrationsRefused(db: Sql, kind: Database['kind']): Promise<Set<string>> {
  const applied = await appliedMigrations(db, kind);
  const unknown = [...applied].filter((name) => !(name in MIGRATIONS));
  if (unknown.length > 0) {
    throw new Error(
      `this database was written by a newer version of the gateway (it has ${unknown.join(', ')}, which this version does not know): run that version, or use another database`,
    );
  }
  return applied;
}

async function appliedMigrations(db: Sql, kind: Database['kind']): Promise<Set<string>> {
  const tables: Kysely<MigrationTables> = db.withTables<MigrationTables>();
  if (kind === 'sqlite') {
    const table = await tables.selectFrom('sqlite_master').select('name').where('name', '=', 'kysely_migration').executeTakeFirst();
    if (table === undefined) return new Set();
  } else {
    const found = await sql<{ oid: unknown }>`select to_regclass('kysely_migration') as oid`.execute(db);
    if (found.rows[0]?.oid == null) return new Set();
  }
  const rows = await tables.selectFrom('kysely_migration').select('name').execute();
  return new Set(rows.map(({ name }) => name));
}

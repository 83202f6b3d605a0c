/**
 * Migrates a database to the tables of this version, forward only, and once even if many processes start together. An
 * up-to-date database is recognised by reading, without a lock. A database that a newer version has written is refused.
 * So is a database in which another program has a table with one of the gateway's names. Both refusals come before the
 * first write.
 */
import { randomBytes } from 'node:crypto';
import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { Database, Sql } from './database.js';

import { tablesWithOurNames, type StoreLocation } from './unrelated-tables.js';
import * as tasks from './migrations/0001-tasks.js';
import * as retriesAndBatches from './migrations/0002-retries-and-batches.js';
import * as listsOfACatalog from './migrations/0003-lists-of-a-catalog.js';
import * as markedCursors from './migrations/0004-marked-cursors.js';
import * as taskLists from './migrations/0005-task-lists.js';
import * as awaitedEvents from './migrations/0006-awaited-events.js';
import * as edits from './migrations/0007-edits.js';
import * as leader from './migrations/0008-leader.js';
import { messageOf } from '../runtime/error-message.js';

/** Sorted by name. Never change a migration that has been released. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-tasks': tasks,
  '0002-retries-and-batches': retriesAndBatches,
  '0003-lists-of-a-catalog': listsOfACatalog,
  '0004-marked-cursors': markedCursors,
  '0005-task-lists': taskLists,
  '0006-awaited-events': awaitedEvents,
  '0007-edits': edits,
  '0008-leader': leader,
};

type MigrationTables = { kysely_migration: { name: string }; sqlite_master: { name: string } };

/**
 * @param store.schema the schema of PostgreSQL. Without it, Kysely would take the migrations of another schema of the
 *   database for the ones of this schema.
 */
export async function migrate(db: Sql, store: StoreLocation & { readonly schema?: string }): Promise<void> {
  if (!(await isMigrationPending(db, store))) return;
  const home = store.schema === undefined ? {} : { migrationTableSchema: store.schema };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS }, ...home });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    // A newer version may have migrated while this one waited for the lock. Its message is clearer.
    await assertKnownMigrations(db, store);
    throw new Error(`the database could not be migrated: ${messageOf(error)}`, { cause: error });
  }
  await db
    .insertInto('log_head')
    .values({ id: 1, log_id: randomBytes(6).toString('hex'), position: 0, worker_epoch: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/**
 * Writes nothing. Rejects when the database is ahead of this version, or when its tables belong to another program.
 */
export async function isMigrationPending(db: Sql, store: StoreLocation): Promise<boolean> {
  const applied = await assertKnownMigrations(db, store);
  if (Object.keys(MIGRATIONS).every((name) => applied.has(name))) {
    const head = await db.selectFrom('log_head').select('id').where('id', '=', 1).executeTakeFirst();
    if (head !== undefined) return false;
  }
  await assertNoUnrelatedTables(db, store);
  return true;
}

/** The names are read first: if another process has just created the tables, the later read finds its migrations. */
async function assertNoUnrelatedTables(db: Sql, store: StoreLocation): Promise<void> {
  const [table] = await tablesWithOurNames(db, store.kind);
  if (table !== undefined && (await appliedMigrations(db, store.kind)).size === 0)
    throw unrelatedTableError(store, table);
}

function unrelatedTableError({ location }: StoreLocation, table: string): Error {
  return new Error(`${location} has a table named ${table} that is not the gateway's: give it an empty database`);
}

async function assertKnownMigrations(db: Sql, store: StoreLocation): Promise<Set<string>> {
  const applied = await appliedMigrations(db, store.kind);
  const unknown = [...applied].filter((name) => !(name in MIGRATIONS));
  // Every version of the gateway has the first migration, so a table without it belongs to another program.
  if (unknown.length > 0 && unknown.length === applied.size) throw unrelatedTableError(store, 'kysely_migration');
  if (unknown.length > 0) {
    throw new Error(
      `this database was written by a newer version of the gateway (it has ${unknown.join(', ')}, which is unknown ` +
        `here): run that version, or use another database`,
    );
  }
  return applied;
}

async function appliedMigrations(db: Sql, kind: Database['kind']): Promise<Set<string>> {
  const tables: Kysely<MigrationTables> = db.withTables<MigrationTables>();
  if (kind === 'sqlite') {
    const table = await tables
      .selectFrom('sqlite_master')
      .select('name')
      .where('name', '=', 'kysely_migration')
      .executeTakeFirst();
    if (table === undefined) return new Set();
  } else {
    const found = await sql<{ oid: unknown }>`select to_regclass('kysely_migration') as oid`.execute(db);
    if (found.rows[0]?.oid == null) return new Set();
  }
  const rows = await tables.selectFrom('kysely_migration').select('name').execute();
  return new Set(rows.map(({ name }) => name));
}

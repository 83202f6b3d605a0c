/**
 * Brings a database to this version's tables, forward only, and once however many processes start together. An up-to-date
 * database is recognised by reading it, without taking a lock; one that a newer version has written is refused, and so is one that another
 * program keeps a table of one of our names in, before anything is written there.
 */
import { randomBytes } from 'node:crypto';
import { Migrator, sql, type Kysely, type Migration } from 'kysely';
import type { Database, Sql } from './database.js';
import { messageOf } from './errors/error-code.js';
import { tablesWithOurNames, type Place } from './unrelated-tables.js';
import * as tasks from './migrations/0001-tasks.js';
import * as retriesAndBatches from './migrations/0002-retries-and-batches.js';
import * as listsOfACatalog from './migrations/0003-lists-of-a-catalog.js';
import * as markedCursors from './migrations/0004-marked-cursors.js';

/** In order of their names; a migration that has been released is never changed. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-tasks': tasks,
  '0002-retries-and-batches': retriesAndBatches,
  '0003-lists-of-a-catalog': listsOfACatalog,
  '0004-marked-cursors': markedCursors,
};

type MigrationTables = { kysely_migration: { name: string }; sqlite_master: { name: string } };

/** @param place.schema of PostgreSQL: without it, Kysely takes the migrations of another schema of the database for those of this one */
export async function migrate(db: Sql, place: Place & { readonly schema?: string }): Promise<void> {
  if (!(await isMigrationPending(db, place))) return;
  const home = place.schema === undefined ? {} : { migrationTableSchema: place.schema };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS }, ...home });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    // A newer version may have overtaken this one while it waited for the lock; that is the clearer thing to say.
    await assertKnownMigrations(db, place);
    throw new Error(`the database could not be migrated: ${messageOf(error)}`, { cause: error });
  }
  await db
    .insertInto('log_head')
    .values({ id: 1, log_id: randomBytes(6).toString('hex'), position: 0, worker_epoch: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Writes nothing. Rejects when the database is ahead of this version, or when its tables are another program's. */
export async function isMigrationPending(db: Sql, place: Place): Promise<boolean> {
  const applied = await assertKnownMigrations(db, place);
  if (Object.keys(MIGRATIONS).every((name) => applied.has(name))) {
    const head = await db.selectFrom('log_head').select('id').where('id', '=', 1).executeTakeFirst();
    if (head !== undefined) return false;
  }
  await assertNoUnrelatedTables(db, place);
  return true;
}

/** Names first: where another process has just made the tables, its migrations are there to be read after them. */
async function assertNoUnrelatedTables(db: Sql, place: Place): Promise<void> {
  const [table] = await tablesWithOurNames(db, place.kind);
  if (table !== undefined && (await appliedMigrations(db, place.kind)).size === 0) throw unrelatedTableError(place, table);
}

function unrelatedTableError({ location }: Place, table: string): Error {
  return new Error(`${location} has a table named ${table} that is not the gateway's: give it an empty database`);
}

async function assertKnownMigrations(db: Sql, place: Place): Promise<Set<string>> {
  const applied = await appliedMigrations(db, place.kind);
  const unknown = [...applied].filter((name) => !(name in MIGRATIONS));
  // Every version has the first one: who has none of them is no version of the gateway.
  if (unknown.length > 0 && unknown.length === applied.size) throw unrelatedTableError(place, 'kysely_migration');
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

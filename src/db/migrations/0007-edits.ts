import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('write_turns')
    .addColumn('writer', 'text', (c) => c.primaryKey())
    .addColumn('served_at', 'bigint', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('waits_until', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('edited_records')
    .addColumn('record', 'text', (c) => c.primaryKey())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('changing_until', 'bigint', (c) => c.notNull())
    .execute();
}

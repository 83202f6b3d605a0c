import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The column `hurried_at` of `tasks` stays, because processes of the previous version may still write it.
  await db.schema
    .createTable('task_lists')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('catalog', 'text', (c) => c.notNull())
    .addColumn('read_at', 'bigint')
    .addColumn('interval_ms', 'bigint')
    .addColumn('event_at', 'bigint')
    .addPrimaryKeyConstraint('task_lists_pk', ['kind', 'catalog'])
    .execute();
}

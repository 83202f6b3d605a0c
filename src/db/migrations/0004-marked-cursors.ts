import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('log_head')
    .addColumn('pruned_mark', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('log_head')
    .addColumn('unmarked_through', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  // Every backup of this version has the same transitions at these positions as the cursors of earlier versions.
  await sql`update log_head set unmarked_through = position`.execute(db);
}

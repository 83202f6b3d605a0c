import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The list that a page of tasks begins with: all kinds of the catalogs that a gateway serves, usually one catalog.
  await db.schema.createIndex('tasks_catalog_position').on('tasks').columns(['catalog', 'position']).execute();
}

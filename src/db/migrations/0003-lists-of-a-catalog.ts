import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The list that every page begins with: all kinds of the catalogs that a gateway serves, which is most often one.
  await db.schema.createIndex('tasks_catalog_position').on('tasks').columns(['catalog', 'position']).execute();
}

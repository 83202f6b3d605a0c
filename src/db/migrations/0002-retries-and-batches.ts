import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('tasks').addColumn('retry_of', 'text').execute();
  await db.schema.alterTable('tasks').addColumn('batch_id', 'text').execute();
  await db.schema.alterTable('tasks').addColumn('hurried_at', 'bigint').execute();
  // Unique, so that callers that retry a task at the same time create one retry.
  await sql`create unique index tasks_retry_of on tasks (retry_of) where retry_of is not null`.execute(db);
  await sql`create index tasks_batch on tasks (batch_id) where batch_id is not null`.execute(db);
  // Partial, because few accepted starts have no id of AWS. A task found at AWS may belong to any of them.
  await sql`create index tasks_without_aws_id on tasks (kind, catalog) where aws_task_id is null and status <> 'REJECTED'`.execute(
    db,
  );
}

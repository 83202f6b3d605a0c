import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('log_head')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('log_id', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('worker_epoch', 'bigint', (c) => c.notNull())
    .addColumn('pruned_through', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('upstream', 'text', (c) => c.notNull().defaultTo(''))
    .execute();

  await db.schema
    .createTable('transitions')
    .addColumn('position', 'bigint', (c) => c.primaryKey())
    .addColumn('task_id', 'text', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('terminal', 'integer', (c) => c.notNull())
    .addColumn('recorded_at', 'bigint', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addUniqueConstraint('transitions_task_sequence', ['task_id', 'sequence'])
    .execute();

  await db.schema
    .createTable('tasks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('catalog', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('client_token', 'text', (c) => c.notNull())
    .addColumn('aws_client_token', 'text', (c) => c.notNull())
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('trace', 'text')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('sequence', 'integer', (c) => c.notNull())
    .addColumn('aws_task_id', 'text')
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('failure', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('due_at', 'bigint')
    .addColumn('attempt_count', 'integer', (c) => c.notNull())
    .addColumn('first_attempt_at', 'bigint')
    .addColumn('may_have_reached', 'integer', (c) => c.notNull())
    // The token comes first. In another order SQLite would use the index to list a subject's tasks, and sort them all.
    .addUniqueConstraint('tasks_client_token', ['client_token', 'subject', 'kind', 'catalog'])
    .execute();
  await db.schema.createIndex('tasks_position').unique().on('tasks').column('position').execute();
  await db.schema.createIndex('tasks_subject_position').on('tasks').columns(['subject', 'position']).execute();
  await db.schema.createIndex('tasks_status_position').on('tasks').columns(['status', 'position']).execute();
  await db.schema
    .createIndex('tasks_kind_catalog_position')
    .on('tasks')
    .columns(['kind', 'catalog', 'position'])
    .execute();
  await db.schema.createIndex('tasks_identifier_position').on('tasks').columns(['identifier', 'position']).execute();
  // Partial, so that finished tasks do not enlarge the index of the few unfinished ones.
  await sql`create index tasks_due on tasks (status, due_at) where due_at is not null`.execute(db);
  // Partial, so that only queries for a start time use it.
  await sql`create index tasks_started_at on tasks (kind, catalog, started_at) where started_at is not null`.execute(
    db,
  );
  await sql`create index tasks_finished on tasks (updated_at) where due_at is null`.execute(db);
  await sql`create index tasks_aws_task_id on tasks (aws_task_id) where aws_task_id is not null`.execute(db);

  await db.schema
    .createTable('quota_calls')
    .addColumn('quota', 'text', (c) => c.notNull())
    .addColumn('id', 'bigint', (c) => c.notNull())
    .addColumn('taken_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('quota_calls_pk', ['quota', 'id'])
    .execute();
  await db.schema.createIndex('quota_calls_taken_at').on('quota_calls').columns(['quota', 'taken_at']).execute();
  await db.schema
    .createTable('quota_totals')
    .addColumn('quota', 'text', (c) => c.primaryKey())
    .addColumn('last_id', 'bigint', (c) => c.notNull())
    .addColumn('call_count', 'bigint', (c) => c.notNull())
    .addColumn('blocked_until', 'bigint', (c) => c.notNull())
    .execute();
}

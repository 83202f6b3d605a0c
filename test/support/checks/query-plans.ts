/**
 * Query plans of the gateway's statements. The recorder takes the statements from the gateway's own functions while
 * they run, and each is explained on the same data. A plan is costly if it reads whole tables that grow.
 */
import { CompiledQuery, sql as raw, type KyselyPlugin, type RootOperationNode } from 'kysely';
import type { Database, Sql } from '../../../src/db/database.js';
import { withPlugin } from '../database/transaction.js';

/** The tables that grow with the tasks and the calls. The others have one or two rows. */
const GROWING = ['tasks', 'transitions', 'quota_calls'];

/** A step of a SQLite plan that searches an index of all tasks or calls only by values that many rows share. */
const SHARED_BY_MANY = /INDEX (?!tasks_without_aws_id)\S+ \(((kind|catalog|subject|quota)=\?( AND )?)+\)$/;

export type Recorder = {
  /** The same database, with its statements recorded. */
  readonly db: Database;
  /** The statements since the last call, each text once. */
  take(): CompiledQuery[];
};

export function recordStatements(db: Database): Recorder {
  const executed: RootOperationNode[] = [];
  const nodes = new WeakMap<object, RootOperationNode>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      nodes.set(queryId, node);
      return node;
    },
    // Parts of a larger statement pass `transformQuery` too, but only an executed statement has a result.
    async transformResult({ result, queryId }) {
      const node = nodes.get(queryId);
      if (node !== undefined) executed.push(node);
      return result;
    },
  };
  return {
    db: {
      ...db,
      sql: db.sql.withPlugin(plugin),
      write: (work) => db.write((tx) => work(withPlugin(tx, plugin))),
    },
    take() {
      const executor = db.sql.getExecutor();
      const compiled = executed.splice(0).map((node) => executor.compileQuery(node, { queryId: 'explained' }));
      return [...new Map(compiled.map((query) => [query.sql, query])).values()];
    },
  };
}

export type Plan = {
  readonly statement: string;
  /** The plan as the database prints it, for the reader of a failure. */
  readonly text: string;
  /** The steps whose work grows with the number of tasks: whole tables or indexes that are read or sorted. */
  readonly costly: readonly string[];
};

export async function explain(db: Database, query: CompiledQuery): Promise<Plan> {
  return db.kind === 'sqlite' ? explainSqlite(db, query) : explainPostgres(db, query);
}

async function explainSqlite(db: Database, query: CompiledQuery): Promise<Plan> {
  type Step = { readonly parent: number; readonly detail: string };
  const { rows } = await db.sql.executeQuery<Step>(
    CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]),
  );
  const reads = new RegExp(`^(SCAN|SEARCH) (${GROWING.join('|')})\\b`);
  const isDear = ({ parent, detail }: Step) => {
    // A sort counts only if it sorts what its sibling reads. A branch of a union is already limited to a page.
    if (/TEMP B-TREE/.test(detail)) return rows.some((row) => row.parent === parent && reads.test(row.detail));
    if (!reads.test(detail)) return false;
    // A search by values that many tasks share reads all of them, unless a limit ends it after a page.
    return detail.startsWith('SCAN') || (SHARED_BY_MANY.test(detail) && !/ limit /.test(query.sql));
  };
  return {
    statement: query.sql,
    text: rows.map((row) => row.detail).join('\n'),
    costly: rows.filter(isDear).map((row) => row.detail),
  };
}

type Node = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Node[] };

async function explainPostgres(db: Database, query: CompiledQuery): Promise<Plan> {
  const { rows } = await db.sql.executeQuery<{ 'QUERY PLAN': readonly { Plan: Node }[] }>(
    CompiledQuery.raw(`explain (format json) ${query.sql}`, [...query.parameters]),
  );
  const costly: string[] = [];
  const lines: string[] = [];
  const visit = (node: Node, depth: number): void => {
    const name = ['Node Type', 'Index Name', 'Relation Name', 'Index Cond']
      .flatMap((key) => (key in node ? String(node[key]) : []))
      .join(' ');
    lines.push('  '.repeat(depth) + name);
    const table = GROWING.includes(String(node['Relation Name']));
    const isWhole =
      node['Node Type'] === 'Seq Scan' || (String(node['Node Type']).startsWith('Index') && !('Index Cond' in node));
    if (table && isWhole) costly.push(name);
    for (const child of node.Plans ?? []) visit(child, depth + 1);
  };
  const [root] = rows[0]?.['QUERY PLAN'] ?? [];
  if (root === undefined) throw new Error(`PostgreSQL did not explain ${query.sql}`);
  visit(root.Plan, 0);
  return { statement: query.sql, text: lines.join('\n'), costly };
}

/** The numbers of rows to create. Most tasks have ended, as in a gateway that has run for years. */
export type Seed = {
  readonly finished: number;
  readonly queued: number;
  readonly inProgress: number;
  readonly calls: number;
};

/**
 * Creates tasks of two kinds, both catalogs and three subjects, named `task-1` and so on. The finished ones come first,
 * one a second from `from` on. Each task has three transitions. Some are retries, and some were started in batches of
 * fifty. Creates calls of the last 24 hours before `now`.
 */
export async function seedTasks(db: Database, seed: Seed, from: number, now: number): Promise<void> {
  const { finished, queued, inProgress, calls } = seed;
  const total = finished + queued + inProgress;
  const numbers = (count: number) =>
    raw`with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${raw.lit(count)})`;
  const status = raw`case when i <= ${raw.lit(finished)} then case when i % 10 = 0 then 'FAILED' when i % 25 = 0 then 'REJECTED' else 'COMPLETE' end
    when i <= ${raw.lit(finished + queued)} then 'QUEUED' else 'IN_PROGRESS' end`;
  const isFinished = raw`i <= ${raw.lit(finished)}`;
  const at = raw`${raw.lit(from)} + i * 1000`;
  await db.write(async (tx) => {
    await raw`insert into tasks (id, position, kind, catalog, subject, client_token, aws_client_token, identifier, input, status, sequence,
        aws_task_id, answer, failure, created_at, updated_at, started_at, due_at, attempt_count, first_attempt_at, may_have_reached, retry_of, batch_id)
      ${numbers(total)}
      select 'task-' || i, i * 3 - 2, case when i % 50 = 0 then 'OPPORTUNITY_FROM_ENGAGEMENT' else 'ENGAGEMENT_FROM_OPPORTUNITY' end,
        case when i % 7 = 0 then 'AWS' else 'SANDBOX' end, case when i % 3 = 0 then 'ann' when i % 100 = 1 then 'bob' else 'service' end,
        'token-' || i, 'aws-token-' || i, 'O' || i, '{"kind":"ENGAGEMENT_FROM_OPPORTUNITY","catalog":"SANDBOX","tags":[]}', ${status}, 3,
        'aws-task-' || i, '{"message":null}', null, ${at}, ${at} + 3000, ${at}, case when ${isFinished} then null else ${raw.lit(now)} end,
        1, ${at}, 1, case when i % 100 = 11 then 'task-' || (i - 1) end, case when i % 4 = 0 then 'batch-' || (i / 200) end from numbers`.execute(
      tx,
    );
    await raw`insert into transitions (position, task_id, sequence, terminal, recorded_at, facts)
      ${numbers(total * 3)}
      select i, 'task-' || ((i + 2) / 3), (i + 2) % 3 + 1, case when i % 3 = 0 then 1 else 0 end, ${raw.lit(from)} + i * 333, '{"previousStatus":null,"task":{}}'
      from numbers`.execute(tx);
    if (calls > 0) await seedCalls(tx, calls, now);
    await raw`update log_head set position = ${raw.lit(total * 3)}`.execute(tx);
  });
  // SQLite gets no statistics, because the gateway collects none there either.
  if (db.kind === 'postgres') await raw`vacuum analyze`.execute(db.sql);
}

async function seedCalls(sql: Sql, calls: number, now: number): Promise<void> {
  for (const quota of ['reads', 'writes']) {
    await raw`insert into quota_calls (quota, id, taken_at)
      with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ${raw.lit(calls)})
      select ${raw.lit(quota)}, i, ${raw.lit(now - calls * 1000)} + i * 1000 from numbers`.execute(sql);
    await sql
      .insertInto('quota_totals')
      .values({ quota, last_id: calls, call_count: calls, blocked_until: 0 })
      .execute();
  }
}

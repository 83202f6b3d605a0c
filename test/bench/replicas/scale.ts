/** What each operation costs with more and more finished tasks behind it, on the embedded store: one row an operation, one column a size. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { quotaUsage, takePermission } from '../../../src/partner-central/quota/quota.js';
import { countTasks, listTasks, oldestWait } from '../../../src/tasks/store/list.js';
import {
  countListedSince,
  finishedBefore,
  firstDueStarts,
  inProgressByAwsId,
  nextDueAt,
  tasksInProgress,
} from '../../../src/tasks/store/task-queries.js';
import type { Viewer } from '../../../src/tasks/viewer.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { readAllAfter, readTaskAfter } from '../../../src/transitions/log.js';
import { recordObservations } from '../../../src/tasks/record-observations.js';
import { acceptStart } from '../../support/harness/record-one.js';
import { run as replicas } from './replicas.js';

const SIZES = [10_000, 100_000, 1_000_000];
const RUNS = 30;
const LIMITS = { perSecond: 1000, perDay: 1_000_000 };
const EVERYBODY: Viewer = { subject: null, reads: 'all', starts: true, records: true, catalogs: ['SANDBOX'] };

/** History first, then replicas. */
export async function run(args: string[]): Promise<void> {
  await history();
  await replicas(args);
}

async function history(): Promise<void> {
  const columns: Map<string, number>[] = [];
  for (const size of SIZES) {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-scale-'));
    const db = await openDatabase({ dataDir: directory, clock: systemClock });
    try {
      await seed(db, size);
      columns.push(await measure(db));
      await db.close();
      columns.at(-1)?.set('open the store, and check it', await openingMs(directory));
    } finally {
      await db.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  console.log(
    `\nscale: median of ${RUNS} in ms, by the number of finished tasks, on SQLite (Node ${process.version})\n`,
  );
  console.log(['operation'.padEnd(34), ...SIZES.map((size) => size.toLocaleString('en').padStart(11))].join(''));
  for (const name of columns[0]?.keys() ?? []) {
    console.log(
      [name.padEnd(34), ...columns.map((column) => (column.get(name) ?? Number.NaN).toFixed(3).padStart(11))].join(''),
    );
  }
}

async function openingMs(directory: string): Promise<number> {
  const begunAt = performance.now();
  const db = await openDatabase({ dataDir: directory, clock: systemClock });
  const ms = performance.now() - begunAt;
  await db.close();
  return ms;
}

/** Finished tasks with three transitions each, written by the database itself. */
async function seed(db: Database, size: number): Promise<void> {
  const now = systemClock.now();
  const input = JSON.stringify({
    kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
    catalog: 'SANDBOX',
    identifier: 'O1',
    involvementType: 'CO_SELL',
    visibility: null,
    tags: [],
  });
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${size})`;
  await db.write(async (tx) => {
    await sql`insert into tasks (id, position, kind, catalog, subject, client_token, aws_client_token, identifier, input, status, sequence,
      aws_task_id, answer, failure, created_at, updated_at, started_at, due_at, attempt_count, first_attempt_at, may_have_reached)
      ${numbers} select 'task-' || i, i * 3 - 2, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', '', 'token-' || i, 'aws-' || i, 'O' || i, ${input}, 'COMPLETE', 3,
      'aws-task-' || i, '{"message":null}', null, ${now} - i, ${now} - i, ${now} - i, null, 1, ${now} - i, 1 from n`.execute(
      tx,
    );
    await sql`insert into transitions (position, task_id, sequence, terminal, recorded_at, facts)
      ${numbers}, s(k) as (values (1), (2), (3)) select i * 3 - 3 + k, 'task-' || i, k, k = 3, ${now} - i, '{}' from n, s`.execute(
      tx,
    );
    await tx
      .updateTable('log_head')
      .set({ position: size * 3 })
      .execute();
  });
}

/** Of finished tasks, wherever in the history. */
function awsIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `aws-task-${index * 9 + 1}`);
}

async function measure(db: Database): Promise<Map<string, number>> {
  const telemetry = createTelemetry({ level: 'silent' });
  const head = (await db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow()).position;
  let starts = 0;
  const input = {
    kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
    catalog: 'SANDBOX',
    identifier: 'O1000001',
    involvementType: 'CO_SELL',
    visibility: null,
    tags: [],
  } as const;
  const operations: Record<string, () => Promise<unknown>> = {
    'accept a start (durably)': () =>
      acceptStart(db, telemetry, { subject: null, input, clientToken: `new ${(starts += 1)}` }),
    'replay a start': () => acceptStart(db, telemetry, { subject: null, input, clientToken: 'new 1' }),
    'permission for a call': () => db.write((tx) => takePermission(db, tx, 'writes', LIMITS)),
    'next starts to send': () => firstDueStarts(db, []),
    'tasks to poll': () => tasksInProgress(db.sql, 2000),
    'when to poll next': () => nextDueAt(db.sql, 'IN_PROGRESS'),
    'what a List of ten is about': () => inProgressByAwsId(db.sql, input.kind, 'SANDBOX', awsIds(10)),
    'what a List of a thousand is about': () => inProgressByAwsId(db.sql, input.kind, 'SANDBOX', awsIds(1000)),
    'how long the list is by now': () => countListedSince(db.sql, input.kind, 'SANDBOX', 0, 1000),
    'accept a start and record its end': async () => {
      const { task } = await acceptStart(db, telemetry, {
        subject: null,
        input,
        clientToken: `observed ${(starts += 1)}`,
      });
      const observed = {
        before: task,
        observation: { type: 'answered', answer: { ...task.details, status: 'COMPLETE' } },
        dueAt: () => 0,
      } as const;
      await recordObservations(db, telemetry, 0, [observed]);
    },
    'follow one task': () => readTaskAfter(db.sql, 'task-5000', 0, 16),
    'follow the feed': () => readAllAfter(db.sql, head - 16, 16),
    'list of 50, newest first': () => listTasks(db.sql, EVERYBODY, {}, null, 50),
    'list of 50 of one status': () => listTasks(db.sql, EVERYBODY, { statuses: ['COMPLETE'] }, null, 50),
    'quota left, and why starts wait': async () => [await quotaUsage(db, 'writes', LIMITS), await oldestWait(db.sql)],
    'tasks to forget': () => finishedBefore(db.sql, 0, 100),
    'totalCount of all (counts them)': () => countTasks(db.sql, EVERYBODY, {}),
  };
  const medians = new Map<string, number>();
  for (const [name, operation] of Object.entries(operations)) {
    const times: number[] = [];
    for (let index = 0; index < RUNS; index += 1) {
      const begun = performance.now();
      await operation();
      times.push(performance.now() - begun);
    }
    medians.set(name, times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN);
  }
  return medians;
}

/** Every statement of the gateway is answered from an index, on both databases: a million finished tasks cost it no more than none. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { sql as raw, type CompiledQuery } from 'kysely';
import Libsql from 'libsql';
import { DAY, MINUTE, SECOND, systemClock } from '../../src/clock.js';
import type { Database } from '../../src/db/database.js';
import { guardedSql, readingOf } from '../../src/db/sqlite-rows.js';
import { openSqlite } from '../../src/db/sqlite.js';
import * as quota from '../../src/partner-central/quota.js';
import * as external from '../../src/tasks/external.js';
import * as hurry from '../../src/tasks/hurry.js';
import * as list from '../../src/tasks/list.js';
import * as accept from '../../src/tasks/accept.js';
import * as atOnce from '../../src/tasks/attempt-at-once.js';
import * as insert from '../../src/tasks/insert.js';
import * as record from '../../src/tasks/record.js';
import * as silence from '../../src/tasks/silence.js';
import * as store from '../../src/tasks/store.js';
import type { TaskFilter } from '../../src/tasks/tasks.js';
import type { Viewer } from '../../src/tasks/viewer.js';
import { createTelemetry } from '../../src/telemetry.js';
import * as log from '../../src/transitions/log.js';
import { onBothDatabases } from '../support/both-databases.js';
import { answerWith, fromOpportunity, taskWith } from '../support/core.js';
import { temporaryDirectory } from '../support/directory.js';
import { explain, recordStatements, seedTasks } from '../support/query-plans.js';
import { acceptStart } from '../support/record.js';

const telemetry = createTelemetry({ level: 'silent' });
const EPOCH = 0;
const LIMITS = { perSecond: 1000, perDay: 1_000_000 };
/** Long before now: none of the tasks and calls of the seed is to be forgotten by a clock that runs. */
const SEED = { finished: 20_000, queued: 100, inProgress: 50, calls: 20_000 };
const IN_PROGRESS_ID = `task-${SEED.finished + SEED.queued + 1}`;
const QUEUED = taskWith({ id: `task-${SEED.finished + 1}` });
const ITEM: store.WorkItem = { task: QUEUED, awsClientToken: 'aws', dueAt: 0, attemptCount: 0, firstAttemptAt: null, mayHaveReached: false };

type Run = (db: Database) => Promise<unknown>;
type Runs<Module, Pure extends keyof Module> = Readonly<Record<Exclude<keyof Module, Pure>, Run>>;

const STORE: Runs<typeof store & typeof insert, never> = {
  findTask: (db) => store.findTask(db.sql, 'task-17'),
  findTasks: (db) => store.findTasks(db.sql, ['task-17', 'task-18']),
  findTasksByTokens: async (db) => {
    await store.findTasksByTokens(db.sql, ['ann'], ['token-6']);
    await store.findTasksByTokens(db.sql, ['ann'], Array.from({ length: 200 }, (_, index) => `token-${index}`));
  },
  findRetry: (db) => store.findRetry(db.sql, 'task-17'),
  insertTasks: (db) => db.write((tx) => insert.insertTasks(tx, [{ task: taskWith({ id: 'new', position: 1_000_000 }), awsClientToken: 'aws token' }])),
  insertUnlessKnown: (db) => db.write((tx) => insert.insertUnlessKnown(db, tx, { task: taskWith({ id: 'new too' }), awsClientToken: 'aws token' })),
  updateTask: (db) => db.write((tx) => store.updateTask(tx, QUEUED, 1)),
  changeTask: (db) => db.write((tx) => store.changeTask(db, tx, EPOCH, QUEUED, QUEUED, 1)),
  firstDueStarts: async (db) => {
    await store.firstDueStarts(db, []);
    await store.firstDueStarts(db, ['task-1', 'task-2']);
  },
  tasksInProgress: (db) => store.tasksInProgress(db.sql, 2000),
  inProgressByAwsId: async (db) => {
    await store.inProgressByAwsId(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', ['aws-task-5']);
    await store.inProgressByAwsId(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', Array.from({ length: 1000 }, (_, index) => `aws-task-${index * 15}`));
  },
  nextDueAt: async (db) => {
    await store.nextDueAt(db.sql, 'IN_PROGRESS');
    await store.nextDueAt(db.sql, 'QUEUED', ['task-1', 'task-2']);
  },
  isDueStart: (db) => db.write((tx) => store.isDueStart(db, tx, QUEUED.id)),
  recordAttempt: (db) => db.write((tx) => store.recordAttempt(tx, QUEUED.id, 1)),
  postponeStart: (db) => store.postponeStart(db.sql, ITEM, { dueAt: 1, message: 'waits', mayHaveReached: true, now: 1 }),
  knownAwsTaskIds: async (db) => {
    await store.knownAwsTaskIds(db.sql, ['aws-task-5']);
    await store.knownAwsTaskIds(db.sql, Array.from({ length: 1000 }, (_, index) => `aws-task-${index * 15}`));
  },
  countListedSince: (db) => store.countListedSince(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', Date.now(), 1000),
  countByStatus: async (db) => {
    await store.countByStatus(db.sql, 'QUEUED');
    await store.countByStatus(db.sql, 'IN_PROGRESS');
  },
  countQueuedUpTo: (db) => store.countQueuedUpTo(db.sql, 1_000_000),
  finishedBefore: (db) => store.finishedBefore(db.sql, Date.now(), 100),
  deleteTasks: (db) => db.write((tx) => store.deleteTasks(tx, idsUpTo(100))),
};

const ALL: Viewer = { subject: null, reads: 'all', starts: true, records: true, catalogs: ['AWS', 'SANDBOX'] };
const VIEWERS: readonly Viewer[] = [ALL, { ...ALL, catalogs: ['SANDBOX'] }, { ...ALL, subject: 'bob', reads: 'own' }];
const FILTERS: readonly TaskFilter[] = [
  {},
  { kinds: ['OPPORTUNITY_FROM_ENGAGEMENT'] },
  { catalogs: ['AWS'] },
  { kinds: ['ENGAGEMENT_FROM_OPPORTUNITY'], catalogs: ['SANDBOX'] },
  { statuses: ['QUEUED', 'IN_PROGRESS'] },
  { statuses: ['COMPLETE'] },
  { statuses: ['COMPLETE', 'FAILED', 'REJECTED'], kinds: ['ENGAGEMENT_FROM_OPPORTUNITY'] },
  { statuses: ['IN_PROGRESS', 'FAILED'], catalogs: ['SANDBOX'] },
  { identifiers: ['O17'] },
  { identifiers: ['O17', 'O18'], statuses: ['COMPLETE'], startedBy: 'ann' },
  { batchIds: ['batch-7'] },
  { batchIds: ['batch-7', 'batch-8'], statuses: ['COMPLETE'], identifiers: ['O1400', 'O1500'] },
  { startedBy: 'service' },
  { startedBy: 'service', kinds: ['ENGAGEMENT_FROM_OPPORTUNITY'], catalogs: ['SANDBOX'], statuses: ['COMPLETE', 'FAILED'] },
];

async function withEachFilter(run: (viewer: Viewer, filter: TaskFilter) => Promise<unknown>): Promise<void> {
  for (const viewer of VIEWERS) for (const filter of FILTERS) await run(viewer, filter);
}

const LIST: Runs<typeof list, 'isWanted' | 'listKey'> = {
  listTasks: async (db) => {
    await withEachFilter((viewer, filter) => list.listTasks(db.sql, viewer, filter, null, 21));
    await withEachFilter((viewer, filter) => list.listTasks(db.sql, viewer, filter, 30_000, 21));
  },
  countTasks: (db) => withEachFilter((viewer, filter) => list.countTasks(db.sql, viewer, filter)),
  oldestWait: async (db) => {
    for (const viewer of [undefined, ...VIEWERS]) await list.oldestWait(db.sql, viewer);
  },
  standingsOf: async (db) => {
    for (const viewer of VIEWERS) await list.standingsOf(db.sql, viewer, { batchIds: ['batch-7'] });
  },
};

const LOG: Runs<typeof log, 'grownTo' | 'fromRow'> = {
  takeTurn: async (db) => {
    await db.write((tx) => log.takeTurn(db, tx, null, 1));
    await db.write((tx) => log.takeTurn(db, tx, EPOCH, 1));
  },
  appendFirst: (db) => db.write((tx) => log.appendFirst(tx, 'a task without transitions', ['', '', ''])),
  append: (db) =>
    db.write((tx) => log.append(tx, [{ position: 2_000_000, taskId: 'new', sequence: 1, terminal: false, recordedAt: 1, facts: '{}' }])),
  appendAsChanged: (db) => db.write((tx) => log.appendAsChanged(tx, EPOCH, { taskId: 'task-17', sequence: 7, terminal: true, facts: '{}' })),
  beginEpoch: (db) => db.write((tx) => log.beginEpoch(tx)),
  isLatestEpoch: (db) => log.isLatestEpoch(db.sql, EPOCH),
  headOf: (db) => log.headOf(db.sql),
  prune: (db) => db.write((tx) => log.prune(tx, idsUpTo(100))),
  readTaskAfter: async (db) => {
    await log.readTaskAfter(db.sql, 'task-19000', 0, 16);
    await log.readTaskAfter(db.sql, 'task-19000', 60_000, 16);
  },
  readTasksAfter: (db) => log.readTasksAfter(db.sql, ['task-19000', 'task-18000'], 0, 32),
  readAllAfter: (db) => log.readAllAfter(db.sql, 60_000, 16),
  readLatest: (db) => log.readLatest(db.sql, ['task-19000', 'task-18000']),
};

const ACCEPT: Runs<typeof accept & typeof atOnce, never> = {
  acceptStarts: async (db) => {
    await acceptStart(db, telemetry, { subject: 'ann', input: fromOpportunity(), clientToken: 'another token' });
    await accept.acceptStarts(db, telemetry, [{ subject: 'ann', input: fromOpportunity(), clientToken: 'a fifth token', retryOf: 'task-10' }]);
  },
  attemptAtOnce: (db) => db.write((tx) => atOnce.attemptAtOnce(tx, { id: 'task-17', epoch: EPOCH, limits: LIMITS, sending: ['task-18'] })),
  acceptBatch: async (db) => {
    await accept.acceptBatch(db, telemetry, [
      { subject: 'ann', input: fromOpportunity(), clientToken: 'a third token', batchId: 'a batch' },
      { subject: 'ann', input: fromOpportunity(), clientToken: 'a fourth token', batchId: 'a batch' },
    ]);
  },
};

const RECORD: Runs<typeof record, never> = {
  recordObservations: async (db) => {
    const observed: record.Observed[] = [];
    for (const clientToken of ['a sixth token', 'a seventh token', 'an eighth token']) {
      const { task } = await acceptStart(db, telemetry, { subject: 'ann', input: fromOpportunity(), clientToken });
      observed.push({ before: task, observation: { type: 'answered', answer: answerWith() }, dueAt: () => 1 });
    }
    const epoch = await db.write((tx) => log.beginEpoch(tx));
    await record.recordObservations(db, telemetry, epoch, observed.slice(0, 1));
    await record.recordObservations(db, telemetry, epoch, observed.slice(1));
  },
};

const EXTERNAL: Runs<typeof external, 'externalTask'> = {
  unidentifiedStarts: (db) => external.unidentifiedStarts(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX'),
  recordExternal: async (db) => {
    const epoch = await db.write((tx) => log.beginEpoch(tx));
    const answer = { ...answerWith({ opportunityId: 'O17' }), taskId: 'task-elsewhere' };
    await external.recordExternal(db, telemetry, epoch, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', [answer]);
  },
};

const HURRY: Runs<typeof hurry, never> = {
  postponePolls: async (db) => {
    await hurry.postponePolls(db.sql, [IN_PROGRESS_ID], 1, 1);
    await hurry.postponePolls(db.sql, idsUpTo(500), 1, 1);
  },
  hurriableTasks: (db) => hurry.hurriableTasks(db.sql),
  hurry: (db) => db.write((tx) => hurry.hurry(tx, [IN_PROGRESS_ID], 2, 1)),
};

const QUOTA: Runs<typeof quota, 'spacingMs' | 'decidePermission' | 'lockTotals'> = {
  askPermission: async (db) => {
    await db.write((tx) => quota.askPermission(db, tx, 'reads', { ...LIMITS, perDay: 1 }));
    // A clock that was set back by a minute.
    await db.write((tx) => quota.askPermission({ ...db, nowSql: () => raw.lit(Date.now() - MINUTE) }, tx, 'writes', LIMITS));
  },
  takePermission: (db) => db.write((tx) => quota.takePermission(db, tx, 'reads', LIMITS)),
  blockUntil: (db) => quota.blockUntil(db.sql, 'reads', 1),
  quotaUsage: (db) => quota.quotaUsage(db, 'reads', LIMITS),
  latestCallAt: (db) => quota.latestCallAt(db.sql, 'reads'),
};

const SILENCE: Runs<typeof silence, never> = {
  explainSilence: (db) => silence.explainSilence(db.sql, 1, ITEM.task, 'waits', 1),
  inProgressAmong: (db) => silence.inProgressAmong(db.sql, ['task-1', 'task-2']),
};

const ALL_RUNS: readonly (readonly [string, Run])[] = [STORE, LIST, LOG, ACCEPT, RECORD, EXTERNAL, HURRY, SILENCE, QUOTA].flatMap((runs) => Object.entries(runs));

type Exception = { readonly what: string; readonly on: readonly Database['kind'][]; readonly step: RegExp; readonly reason: string };
const BOTH = ['sqlite', 'postgres'] as const;

/** Where more is read than the answer needs, and why that is right. Everything that is not said here is a mistake. */
const EXCEPTIONS: readonly Exception[] = [
  { what: 'listTasks', on: ['sqlite'], step: /FOR ORDER BY$/, reason: 'Several identifiers: the few tasks of each are sorted together.' },
  { what: 'firstDueStarts', on: ['sqlite'], step: /FOR GROUP BY$/, reason: 'Groups the starts that wait to be sent, never a finished task.' },
  { what: 'standingsOf', on: ['sqlite'], step: /FOR GROUP BY$/, reason: 'Groups the tasks of one batch, of which there are at most 200.' },
  {
    what: 'countTasks',
    on: BOTH,
    step: /^(SCAN tasks USING COVERING INDEX|SEARCH tasks USING (COVERING )?INDEX|Seq Scan tasks|Index Only Scan )/,
    reason: 'Only for totalCount, which a caller asks for by name: it counts all that match.',
  },
];

function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `task-${index + 1}`);
}

/** Reasons that were needed. */
const used = new Set<string>();

function queryPlans(name: string, open: () => Promise<Database>): void {
  describe(`on ${name}`, () => {
    let db: Database;
    const statements = new Map<string, CompiledQuery[]>();
    beforeAll(async () => {
      db = await open();
      const now = Date.now();
      await seedTasks(db, SEED, now - SEED.finished * SECOND - DAY, now);
      const recorder = recordStatements(db);
      // All of them before the first is explained: SQLite cannot commit while the explanation of a write is open.
      for (const [what, run] of ALL_RUNS) {
        await run(recorder.db);
        statements.set(what, recorder.take());
      }
    });
    afterAll(() => db.close());

    test('a list is the same as without any index: merged from several, with what is checked besides, page after page', async () => {
      const rows = await db.sql.selectFrom('tasks').selectAll().orderBy('position', 'desc').execute();
      await withEachFilter(async (viewer, filter) => {
        const expected = rows.filter(
          (row) =>
            viewer.catalogs.some((catalog) => catalog === row.catalog) &&
            (viewer.reads === 'all' || row.subject === viewer.subject) &&
            (filter.kinds?.some((kind) => kind === row.kind) ?? true) &&
            (filter.catalogs?.some((catalog) => catalog === row.catalog) ?? true) &&
            (filter.statuses?.some((status) => status === row.status) ?? true) &&
            (filter.identifiers?.includes(row.identifier) ?? true) &&
            (filter.batchIds?.includes(row.batch_id ?? '') ?? true) &&
            (filter.startedBy === undefined || row.subject === filter.startedBy),
        );
        const page = await list.listTasks(db.sql, viewer, filter, null, 21);
        const next = await list.listTasks(db.sql, viewer, filter, page.at(-1)?.position ?? 0, 21);
        expect([...page, ...next].map((task) => task.id)).toEqual(expected.slice(0, 42).map((row) => row.id));
        expect(await list.countTasks(db.sql, viewer, filter)).toBe(expected.length);
      });
    });

    test('the standing of a batch is that of its tasks', async () => {
      const rows = await db.sql.selectFrom('tasks').selectAll().where('batch_id', '=', 'batch-7').orderBy('position').execute();
      const found = await list.standingsOf(db.sql, ALL, { batchIds: ['batch-7'] });
      expect(rows).toHaveLength(50);
      const expected = [...new Set(rows.map((row) => row.status))].map((status) => {
        const those = rows.filter((row) => row.status === status);
        return {
          status,
          count: those.length,
          firstCreatedAt: those[0]?.created_at,
          lastPosition: those.at(-1)?.position,
          durationMs: those.reduce((total, row) => total + row.updated_at - (row.first_attempt_at ?? 0), 0),
        };
      });
      expect([...found].sort((a, b) => a.lastPosition - b.lastPosition)).toEqual(expected.sort((a, b) => (a.lastPosition ?? 0) - (b.lastPosition ?? 0)));
    });

    test.each(ALL_RUNS.map(([what]) => what))('%s reads no more than it needs', async (what) => {
      const wrong: string[] = [];
      for (const statement of statements.get(what) ?? []) {
        const { dear, text } = await explain(db, statement);
        const allowed = EXCEPTIONS.filter((exception) => exception.what === what && exception.on.includes(db.kind));
        if (dear.some((step) => !allowed.some((exception) => exception.step.test(step)))) wrong.push(`${statement.sql}\n${text}`);
        for (const { reason } of allowed.filter((exception) => dear.some((step) => exception.step.test(step)))) used.add(reason);
      }
      expect(statements.get(what)).not.toEqual([]);
      expect(wrong).toEqual([]);
    });
  });
}

onBothDatabases(queryPlans);

/** SQL promises no order of a select from an ordered select, which is how the gateway reads on SQLite (sqlite-rows.ts). */
test('every ordered select is read on SQLite in its own order and by its own plan', async () => {
  const db = await openSqlite({ directory: ':memory:', clock: systemClock });
  const now = Date.now();
  await seedTasks(db, SEED, now - SEED.finished * SECOND - DAY, now);
  const recorder = recordStatements(db);
  for (const [, run] of ALL_RUNS) await run(recorder.db);
  const ordered = recorder.take().filter(({ sql }) => /^\s*(with|select)\b.* order by /is.test(sql));
  const copy = join(temporaryDirectory(), 'copy.db');
  await raw`vacuum into ${copy}`.execute(db.sql);
  await db.close();

  const handle = new Libsql(copy);
  let listCount = 0;
  for (const { sql, parameters } of ordered) {
    // The time of a statement stands in it as a symbol.
    const values = parameters.map((value) => (typeof value === 'symbol' ? now : value));
    const plain = handle.prepare(sql);
    const guarded = guardedSql(sql, plain);
    if (guarded === null) throw new Error(`The statement is not guarded: ${sql}`);
    const steps = (text: string) => handle.prepare(`explain query plan ${text}`).all(values).map(detailOf);
    expect(steps(guarded).filter((step) => !step.endsWith(' given'))).toEqual(steps(sql));
    const rows = readingOf(handle, sql, plain)(values);
    expect(rows).toEqual(plain.all(values).map((row) => ({ ...Object(row) })));
    if (rows.length > 1) listCount += 1;
  }
  expect(listCount).toBeGreaterThan(20);
  handle.close();
});

function detailOf(step: unknown): string {
  return typeof step === 'object' && step !== null && 'detail' in step ? String(step.detail) : '';
}

test('there is no exception that nothing needs', () => {
  expect(EXCEPTIONS.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
});

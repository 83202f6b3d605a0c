/**
 * Every function of the gateway that executes a statement, called so that each statement runs on a database of many
 * tasks.
 */
import { sql as raw } from 'kysely';
import { DAY, MINUTE } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import * as quota from '../../src/partner-central/quota/quota.js';
import * as quotaCalls from '../../src/partner-central/quota/quota-calls.js';
import * as completed from '../../src/tasks/store/completed.js';
import * as due from '../../src/tasks/store/due-times.js';
import * as external from '../../src/tasks/external.js';
import * as history from '../../src/tasks/history.js';
import * as list from '../../src/tasks/store/list.js';
import * as rivals from '../../src/tasks/store/rivals.js';
import * as taskLists from '../../src/tasks/store/task-lists.js';
import * as accept from '../../src/tasks/accept.js';
import * as insert from '../../src/tasks/store/insert.js';
import * as record from '../../src/tasks/record-observations.js';
import * as unrecorded from '../../src/tasks/store/unrecorded.js';
import * as store from '../../src/tasks/store/task-queries.js';
import type { TaskFilter } from '../../src/tasks/store/filter.js';
import type { Viewer } from '../../src/tasks/viewer.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import * as log from '../../src/transitions/log.js';
import * as awaited from '../../src/worker/events/awaited-since.js';
import { answerWith, fromOpportunity, taskWith } from '../support/harness/task-harness.js';
import { acceptStart } from '../support/harness/record-one.js';
import { EDITED_RECORDS, TURNS } from './edit-statements.js';

const telemetry = createTelemetry({ level: 'silent' });
const EPOCH = 0;
const LIMITS = { perSecond: 1000, perDay: 1_000_000 };
/** Long before now, so that a running clock prunes no task and no call of the seed. */
export const SEED = { finished: 20_000, queued: 100, inProgress: 50, calls: 20_000 };
const IN_PROGRESS_ID = `task-${SEED.finished + SEED.queued + 1}`;
const QUEUED = taskWith({ id: `task-${SEED.finished + 1}` });
const ITEM: store.WorkItem = {
  task: QUEUED,
  awsClientToken: 'aws',
  dueAt: 0,
  attemptCount: 0,
  firstAttemptAt: null,
  mayHaveReached: false,
};

type Run = (db: Database) => Promise<unknown>;
type Runs<Module, Pure extends keyof Module> = Readonly<Record<Exclude<keyof Module, Pure>, Run>>;

const STORE: Runs<typeof store & typeof insert, never> = {
  findTask: (db) => store.findTask(db.sql, 'task-17'),
  findTasks: (db) => store.findTasks(db.sql, ['task-17', 'task-18']),
  findTasksByTokens: async (db) => {
    await store.findTasksByTokens(db.sql, ['ann'], ['token-6']);
    const tokens = Array.from({ length: 200 }, (_, index) => `token-${index}`);
    await store.findTasksByTokens(db.sql, ['ann'], tokens);
  },
  findRetry: (db) => store.findRetry(db.sql, 'task-17'),
  insertTasks: (db) =>
    db.write((tx) =>
      insert.insertTasks(tx, [{ task: taskWith({ id: 'new', position: 1_000_000 }), awsClientToken: 'aws token' }]),
    ),
  updateTask: (db) => db.write((tx) => store.updateTask(tx, QUEUED)),
  firstDueStarts: async (db) => {
    await store.firstDueStarts(db, []);
    await store.firstDueStarts(db, ['task-1', 'task-2']);
  },
  inProgressByIds: async (db) => {
    await store.inProgressByIds(db.sql, [IN_PROGRESS_ID]);
    await store.inProgressByIds(db.sql, idsUpTo(500));
  },
  inProgressByAwsId: async (db) => {
    await store.inProgressByAwsId(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', ['aws-task-5']);
    await store.inProgressByAwsId(
      db.sql,
      'ENGAGEMENT_FROM_OPPORTUNITY',
      'SANDBOX',
      Array.from({ length: 1000 }, (_, index) => `aws-task-${index * 15}`),
    );
  },
  nextDueAt: async (db) => {
    await store.nextDueAt(db.sql);
    await store.nextDueAt(db.sql, ['task-1', 'task-2']);
  },
  isDueStart: (db) => db.write((tx) => store.isDueStart(db, tx, QUEUED.id)),
  storeAttempt: (db) => db.write((tx) => store.storeAttempt(tx, QUEUED.id, 1)),
  postponeStart: (db) =>
    store.postponeStart(db.sql, ITEM, { dueAt: 1, message: 'waits', mayHaveReached: true, now: 1 }),
  knownAwsTaskIds: async (db) => {
    await store.knownAwsTaskIds(db.sql, ['aws-task-5']);
    const ids = Array.from({ length: 1000 }, (_, index) => `aws-task-${index * 15}`);
    await store.knownAwsTaskIds(db.sql, ids);
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

export const ALL: Viewer = {
  subject: null,
  reads: 'all',
  starts: true,
  records: true,
  edits: true,
  catalogs: ['AWS', 'SANDBOX'],
};
const VIEWERS: readonly Viewer[] = [ALL, { ...ALL, catalogs: ['SANDBOX'] }, { ...ALL, subject: 'bob', reads: 'own' }];
/** Ten minutes before the last task of the seed ended. */
const RECENT = Date.now() - DAY - 10 * MINUTE;
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
  { ids: ['task-17', 'task-18', 'task-20120'] },
  { updatedAfter: RECENT },
  {
    updatedAfter: RECENT,
    statuses: ['COMPLETE', 'QUEUED'],
    kinds: ['ENGAGEMENT_FROM_OPPORTUNITY'],
    startedBy: 'service',
  },
  { updatedAfter: RECENT, identifiers: ['O17'] },
  {
    startedBy: 'service',
    kinds: ['ENGAGEMENT_FROM_OPPORTUNITY'],
    catalogs: ['SANDBOX'],
    statuses: ['COMPLETE', 'FAILED'],
  },
];

export async function withEachFilter(run: (viewer: Viewer, filter: TaskFilter) => Promise<unknown>): Promise<void> {
  for (const viewer of VIEWERS) for (const filter of FILTERS) await run(viewer, filter);
}

const LIST: Runs<typeof list, 'listKey'> = {
  listTasks: async (db) => {
    await withEachFilter((viewer, filter) => list.listTasks(db.sql, viewer, filter, null, 21));
    await withEachFilter((viewer, filter) => list.listTasks(db.sql, viewer, filter, 30_000, 21));
  },
  countTasks: (db) => withEachFilter((viewer, filter) => list.countTasks(db.sql, viewer, filter)),
  oldestWait: async (db) => {
    for (const viewer of [undefined, ...VIEWERS]) await list.oldestWait(db.sql, viewer);
  },
  statusSummariesOf: async (db) => {
    for (const viewer of VIEWERS) await list.statusSummariesOf(db.sql, viewer, { batchIds: ['batch-7'] });
  },
};

const LOG: Runs<typeof log, 'positionIn' | 'fromRow'> = {
  reservePositions: async (db) => {
    await db.write((tx) => log.reservePositions(db, tx, null, 1));
    await db.write((tx) => log.reservePositions(db, tx, EPOCH, 1));
  },
  append: (db) =>
    db.write((tx) =>
      log.append(tx, [
        { position: 2_000_000, taskId: 'new', sequence: 1, terminal: false, recordedAt: 1, payload: '{}' },
      ]),
    ),
  beginEpoch: (db) => db.write((tx) => log.beginEpoch(tx)),
  recordLead: (db) => db.write((tx) => log.recordLead(db, tx)),
  latestLead: (db) => log.latestLead(db.sql),
  isLatestEpoch: (db) => log.isLatestEpoch(db.sql, EPOCH),
  headOf: (db) => log.headOf(db.sql),
  prune: (db) => db.write((tx) => log.prune(tx, idsUpTo(100))),
  readTaskAfter: async (db) => {
    await log.readTaskAfter(db.sql, 'task-19000', 0, 16);
    await log.readTaskAfter(db.sql, 'task-19000', 60_000, 16);
  },
  readTasksAfter: (db) => log.readTasksAfter(db.sql, ['task-19000', 'task-18000'], 0, 32),
  readAllAfter: (db) => log.readAllAfter(db.sql, 60_000, 16),
  readAt: (db) => log.readAt(db.sql, [1, 20_000, 60_000, 1_000_000]),
  readEnd: (db) => log.readEnd(db.sql),
  readLatest: (db) => log.readLatest(db.sql, ['task-19000', 'task-18000']),
};

const ACCEPT: Runs<typeof accept, never> = {
  acceptStarts: async (db) => {
    await acceptStart(db, telemetry, { subject: 'ann', input: fromOpportunity(), clientToken: 'another token' });
    await accept.acceptStarts(db, telemetry, [
      { subject: 'ann', input: fromOpportunity(), clientToken: 'a fifth token', retryOf: 'task-10' },
    ]);
    await accept.acceptStarts(db, telemetry, [
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
      observed.push({ before: task, observation: { type: 'answered', answer: answerWith() } });
    }
    const epoch = await db.write((tx) => log.beginEpoch(tx));
    await record.recordObservations(db, telemetry, epoch, observed.slice(0, 1));
    await record.recordObservations(db, telemetry, epoch, observed.slice(1));
  },
};

const EXTERNAL: Runs<typeof external, never> = {
  unidentifiedStarts: (db) => external.unidentifiedStarts(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX'),
  importExternal: async (db) => {
    const epoch = await db.write((tx) => log.beginEpoch(tx));
    const answer = { ...answerWith({ opportunityId: 'O17' }), taskId: 'task-elsewhere' };
    await external.importExternal(db, telemetry, epoch, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', [answer]);
  },
};

const SANDBOX = { kind: 'ENGAGEMENT_FROM_OPPORTUNITY', catalog: 'SANDBOX' } as const;

const TASK_LISTS: Runs<typeof taskLists, never> = {
  activeLists: (db) => taskLists.activeLists(db.sql),
  tasksInFlight: (db) => taskLists.tasksInFlight(db.sql, SANDBOX),
  listStates: (db) => taskLists.listStates(db.sql),
  storeReading: (db) => db.write((tx) => taskLists.storeReading(tx, SANDBOX, 1, 1000)),
  storeEvent: (db) => db.write((tx) => taskLists.storeEvent(tx, SANDBOX, 1)),
  namedTasks: (db) => taskLists.namedTasks(db.sql),
};

const QUOTA: Runs<typeof quota & typeof quotaCalls, 'spacingMs' | 'decidePermit' | 'LONGEST_BLOCK_MS'> = {
  requestPermit: async (db) => {
    await db.write((tx) => quota.requestPermit(db, tx, 'reads', { ...LIMITS, perDay: 1 }));
    // A clock that was set back by a minute.
    await db.write((tx) =>
      quota.requestPermit({ ...db, nowSql: () => raw.lit(Date.now() - MINUTE) }, tx, 'writes', LIMITS),
    );
  },
  takePermit: (db) => db.write((tx) => quota.takePermit(db, tx, 'reads', LIMITS)),
  blockUntil: (db) => quota.blockUntil(db.sql, 'reads', 1, 1),
  quotaUsage: (db) => quota.quotaUsage(db, 'reads', LIMITS),
  quotaCalls: async (db) => {
    await quotaCalls.quotaCalls(db, 'reads', 'hour');
    await quotaCalls.quotaCalls(db, 'writes', 'day');
  },
};

const DUE: Runs<typeof due, 'LONGEST_BACKOFF_MS'> = {
  pullBackDueTimes: (db) => due.pullBackDueTimes(db.sql, Number.MAX_SAFE_INTEGER),
  hasEndAfter: (db) => due.hasEndAfter(db.sql, Number.MAX_SAFE_INTEGER),
  pullBackEnds: (db) => due.pullBackEnds(db.sql, Number.MAX_SAFE_INTEGER),
};

const UNRECORDED: Runs<typeof unrecorded & typeof rivals, never> = {
  unansweredRivals: (db) => rivals.unansweredRivals(db.sql, ITEM.task),
  explainUnrecorded: (db) => unrecorded.explainUnrecorded(db.sql, 1, ITEM.task, 'waits', 1),
};

const HISTORY: Runs<typeof history, never> = {
  historyOf: (db) => history.historyOf(db.sql, 'task-17', 1),
};

const EVENTS: Runs<typeof completed & typeof awaited, never> = {
  wasCompletedBetween: async (db) => {
    await completed.wasCompletedBetween(db.sql, 0, Number.MAX_SAFE_INTEGER);
    await completed.wasCompletedBetween(db.sql, Date.now(), Number.MAX_SAFE_INTEGER);
  },
  awaitedSince: (db) => awaited.awaitedSince(db.sql),
  beginToAwait: (db) => db.write((tx) => awaited.beginToAwait(tx, 1)),
  setAwaitedSince: (db) => db.write((tx) => awaited.setAwaitedSince(tx, 1)),
};

export const ALL_RUNS: readonly (readonly [string, Run])[] = [
  STORE,
  LIST,
  LOG,
  ACCEPT,
  RECORD,
  EXTERNAL,
  TASK_LISTS,
  DUE,
  UNRECORDED,
  HISTORY,
  EVENTS,
  QUOTA,
  TURNS,
  EDITED_RECORDS,
].flatMap((runs) => Object.entries(runs));

function idsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `task-${index + 1}`);
}

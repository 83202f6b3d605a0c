/**
 * The gateway's report about itself: to clients (`partnerCentral`), to monitoring (metrics) and to load balancers
 * (readiness).
 */
import { createClockWatch } from './runtime/clock-watch.js';
import { SECOND, type Clock } from './runtime/clock.js';
import type { Config } from './config/config.js';
import { isDatabaseFailure } from './db/errors/cannot-write.js';
import type { Database } from './db/database.js';
import { codeOf } from './db/errors/error-code.js';
import { probeWrite } from './db/probe.js';
import { explainDatabaseError } from './db/errors/explain.js';
import { isUnavailable } from './db/errors/unavailable.js';
import type { PartnerCentralStatus } from './graphql/context.js';
import { CATALOGS, TASK_KINDS } from './partner-central/model/task-kind.js';
import { quotaUsage } from './partner-central/quota/quota.js';
import { quotaCalls } from './partner-central/quota/quota-calls.js';
import { countTasks, oldestWait } from './tasks/store/list.js';
import { activeLists, listStates, type ListName } from './tasks/store/task-lists.js';
import { countByStatus } from './tasks/store/task-queries.js';
import type { Viewer } from './tasks/viewer.js';
import type { Gauges, Telemetry } from './runtime/telemetry.js';
import type { Hub } from './transitions/hub.js';
import { headOf, latestLead } from './transitions/log.js';
import type { Upstream } from './upstream.js';
import { readShortageOf } from './worker/poll/read-budget.js';

export type Readiness = { readonly ready: boolean; readonly reasons: string[] };

const UNANSWERED = 'The database does not answer.';
const DAY_IS_SPENT = "The day's quota of writes is spent: the next start is sent when the oldest call is 24 hours old.";

/** The quotas of the AWS account. Clients and metrics read the same numbers. */
async function quotasOf(config: Config, db: Database) {
  const [reads, writes] = await Promise.all([
    quotaUsage(db, 'reads', config.reads),
    quotaUsage(db, 'writes', config.writes),
  ]);
  return { reads, writes };
}

/** The lists that have tasks in progress or were read before, and the factor by which the slowest of them is slowed. */
async function taskListsOf({ pollMinMs }: Config, db: Database) {
  const [active, states] = await Promise.all([activeLists(db.sql), listStates(db.sql)]);
  const taskLists = TASK_KINDS.flatMap((kind) =>
    CATALOGS.flatMap((catalog) => {
      const isThis = (list: ListName) => list.kind === kind && list.catalog === catalog;
      const tasks = active.find(isThis);
      const state = states.find(isThis);
      const readAt = state?.readAt ?? null;
      if (tasks === undefined && readAt === null) return [];
      // Nothing is read while no task is in progress.
      return [{ kind, catalog, readAt, intervalMs: tasks === undefined ? null : (state?.intervalMs ?? null), tasks }];
    }),
  );
  const longestMs = Math.max(0, ...taskLists.map(({ intervalMs }) => intervalMs ?? 0));
  return { taskLists, pollStretch: Math.max(1, longestMs / pollMinMs) };
}

/**
 * Counts the tasks that the viewer may see; `waitingFor` repeats the message of one of them.
 * @param ownEpoch the epoch of this process's term; null while it has none
 */
export async function statusOf(
  config: Config,
  db: Database,
  upstream: Pick<Upstream, 'name'>,
  viewer: Viewer,
  clockNotices: () => readonly string[] = () => [],
  eventsNotice: () => Promise<string | null> = () => Promise.resolve(null),
  ownEpoch: () => number | null = () => null,
): Promise<PartnerCentralStatus> {
  const [quotas, lists, queuedCount, inProgressCount, wait, eventsMissing, lead] = await Promise.all([
    quotasOf(config, db),
    taskListsOf(config, db),
    countTasks(db.sql, viewer, { statuses: ['QUEUED'] }),
    countTasks(db.sql, viewer, { statuses: ['IN_PROGRESS'] }),
    oldestWait(db.sql, viewer),
    eventsNotice(),
    latestLead(db.sql),
  ]);
  const { taskLists, pollStretch } = lists;
  const spent = quotas.writes.remainingToday === 0 && queuedCount > 0 ? DAY_IS_SPENT : null;
  const { catalogs } = config;
  return {
    reads: { ...quotas.reads, calls: (window) => quotaCalls(db, 'reads', window) },
    writes: { ...quotas.writes, calls: (window) => quotaCalls(db, 'writes', window) },
    queuedCount,
    inProgressCount,
    upstream: upstream.name,
    catalogs,
    lastPolledAt: Math.max(0, ...taskLists.map(({ readAt }) => readAt ?? 0)) || null,
    pollStretch,
    taskLists: taskLists.map(({ kind, catalog, readAt, intervalMs }) => ({ kind, catalog, readAt, intervalMs })),
    waitingFor: wait ?? spent,
    clockJump: clockNotices().join(' ') || null,
    eventsMissing,
    // The epoch decides, because this process may not know yet that it leads, or that another one has taken over.
    leader: lead === null ? null : { since: lead.since, isAnswering: lead.epoch === ownEpoch() },
  };
}

export async function gaugesOf(config: Config, db: Database, hub: Hub): Promise<Gauges> {
  const now = await db.now();
  const [{ reads, writes }, { taskLists, pollStretch }, queuedCount, inProgressCount, head] = await Promise.all([
    quotasOf(config, db),
    taskListsOf(config, db),
    countByStatus(db.sql, 'QUEUED'),
    countByStatus(db.sql, 'IN_PROGRESS'),
    headOf(db.sql),
  ]);
  // A list that was read long before it got its first task is as old as that task.
  const ages = taskLists.flatMap(({ readAt, tasks }) =>
    tasks === undefined ? [] : now - Math.max(readAt ?? 0, tasks.oldestAt),
  );
  return {
    queuedCount,
    inProgressCount,
    oldestPollAgeMs: Math.max(0, ...ages),
    remainingToday: { reads: reads.remainingToday, writes: writes.remainingToday },
    pollStretch,
    logHead: head.position,
    logLag: Math.max(0, head.position - hub.position()),
  };
}

/**
 * Ready as long as this process can store a start and a worker can send it. A write proves this; a read does not.
 * Reasons why starts or observations wait are listed as well, but do not make the gateway unready.
 */
export async function readinessOf(
  { reads, pollMinMs, pollMaxMs }: Pick<Config, 'reads' | 'pollMinMs' | 'pollMaxMs'>,
  db: Database,
  tryWrite = () => probeWrite(db),
  troublesOfWorker: () => readonly string[] = () => [],
  clockNotices: () => readonly string[] = () => [],
): Promise<Readiness> {
  try {
    await tryWrite();
    const [waitingFor, inProgressCount] = await Promise.all([oldestWait(db.sql), countByStatus(db.sql, 'IN_PROGRESS')]);
    const trouble = db.lastError();
    const reasons = [
      ...(trouble === null ? [] : [trouble]),
      ...troublesOfWorker(),
      ...clockNotices(),
      ...(waitingFor === null ? [] : [`Starts are waiting: ${waitingFor}`]),
    ];
    // Only callers with a task in progress notice slower polls.
    const bounds = { minMs: pollMinMs, maxMs: pollMaxMs };
    const shortage = inProgressCount === 0 ? null : readShortageOf(await quotaUsage(db, 'reads', reads), bounds);
    return { ready: trouble === null, reasons: shortage === null ? reasons : [...reasons, shortage.message] };
  } catch (error) {
    return {
      ready: false,
      reasons: [explainDatabaseError(error) ?? (isUnavailable(error) ? UNANSWERED : unknownCause(error))],
    };
  }
}

/** Shows the code alone, because a message may name hosts and users, and readiness is public. */
function unknownCause(error: unknown): string {
  const code = codeOf(error) || 'no code';
  return (
    `The database refuses to write, and the gateway does not know the cause (${code}). Look into the log of the ` +
    `gateway and of the database.`
  );
}

/** A jump that begins and ends within this time goes unnoticed, unless other code reads the clock in between. */
const BETWEEN_READINGS_MS = 5 * SECOND;

export type ClockNotices = {
  /** A sentence for each clock that jumped within the last hour. */
  notices(): string[];
  /** Reads the clocks until `signal` aborts. Never rejects. */
  watch(signal: AbortSignal): Promise<void>;
};

/** Watches the clock of the database, and this machine's clock if it is a different one. Each jump is logged. */
export function createClockNotices(options: {
  db: Database;
  clock: Clock;
  telemetry: Pick<Telemetry, 'unexpected'> & { readonly log: { warn(message: string): void } };
}): ClockNotices {
  const { db, clock, telemetry } = options;
  const ofThisMachine = db.kind === 'postgres' ? createClockWatch(clock, 'The clock of this machine') : null;
  const watches = ofThisMachine === null ? [db.clockWatch] : [db.clockWatch, ofThisMachine];
  for (const watch of watches) watch.listen((_ms, message) => telemetry.log.warn(message));
  return {
    notices: () => watches.flatMap((watch) => watch.notice() ?? []),
    async watch(signal) {
      while (!signal.aborted) {
        ofThisMachine?.startReading()(clock.now());
        await db.now().catch((error: unknown) => {
          // The statement that needs the database reports an outage.
          if (!signal.aborted && !isDatabaseFailure(error)) telemetry.unexpected('clock', error);
        });
        await clock.sleep(BETWEEN_READINGS_MS, signal);
      }
    },
  };
}

/** Several load balancers ask each second. A successful write is not repeated within this time. */
const FRESH_MS = 2 * SECOND;
/** Load balancers wait for a few seconds at most, and a statement may take ten. */
const PATIENCE_MS = 2 * SECOND;

/**
 * Readiness for all callers, who share one write at a time.
 * @param find evaluates readiness with the given way to try a write
 * @param log gets one line for each change of the reasons
 */
export function createReadiness(options: {
  find: (tryWrite: () => Promise<void>) => Promise<Readiness>;
  write: () => Promise<void>;
  clock: Clock;
  log: { warn(message: string): void };
}): () => Promise<Readiness> {
  const { find, write, clock, log } = options;
  let writing: Promise<void> | null = null;
  let wroteAt = -Infinity;
  let logged = '';

  async function tryWrite(): Promise<void> {
    if (clock.monotonic() - wroteAt < FRESH_MS) return;
    const askedAt = clock.monotonic();
    writing ??= write()
      .then(() => void (wroteAt = askedAt))
      .finally(() => (writing = null));
    await writing;
  }

  function report({ ready, reasons }: Readiness): void {
    const state = ready ? '' : `Not ready: ${reasons.join(' ')}`;
    if (state !== logged) log.warn(state === '' ? 'Ready again.' : state);
    logged = state;
  }

  return async () => {
    const answered = new AbortController();
    const patience = clock
      .sleep(PATIENCE_MS, answered.signal)
      .then((): Readiness => ({ ready: false, reasons: [UNANSWERED] }));
    try {
      const found = await Promise.race([find(tryWrite), patience]);
      report(found);
      return found;
    } finally {
      answered.abort();
    }
  };
}

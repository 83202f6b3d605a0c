/** What the gateway says of itself: to clients (`partnerCentral`), to whoever watches it (metrics), to whoever sends it callers (readiness). */
import type { Config } from './config.js';
import type { Database } from './db/database.js';
import type { PartnerCentralStatus } from './graphql/context.js';
import { latestCallAt, quotaUsage } from './partner-central/quota.js';
import { countTasks, oldestWaitSeenBy } from './tasks/list.js';
import { countByStatus, nextDueAt, oldestWait } from './tasks/store.js';
import type { Viewer } from './tasks/viewer.js';
import type { Gauges } from './telemetry.js';
import type { Hub } from './transitions/hub.js';
import { headOf } from './transitions/log.js';
import type { Upstream } from './upstream.js';
import { stretchFor } from './worker/cadence.js';
import { scarcityOf } from './worker/scarcity.js';

const DAY_IS_SPENT = "The day's quota of writes is spent: the next start is sent when the oldest call is 24 hours old.";

/** Quotas are the AWS account's, and clients and metrics read the same numbers. */
async function quotasOf(config: Config, db: Database) {
  const [reads, writes] = await Promise.all([
    quotaUsage(db, 'reads', config.reads),
    quotaUsage(db, 'writes', config.writes),
  ]);
  return { reads, writes, pollStretch: stretchFor(reads) };
}

/** Counts the tasks that the viewer may see; `waitingFor` repeats the message of one of them. */
export async function statusOf(
  config: Config,
  db: Database,
  upstream: Pick<Upstream, 'name'>,
  viewer: Viewer,
): Promise<PartnerCentralStatus> {
  const [quotas, queuedCount, inProgressCount, lastPolledAt, wait] = await Promise.all([
    quotasOf(config, db),
    countTasks(db.sql, viewer, { statuses: ['QUEUED'] }),
    countTasks(db.sql, viewer, { statuses: ['IN_PROGRESS'] }),
    latestCallAt(db.sql, 'reads'),
    oldestWaitSeenBy(db.sql, viewer),
  ]);
  const spent = quotas.writes.remainingToday === 0 && queuedCount > 0 ? DAY_IS_SPENT : null;
  const { catalogs } = config;
  return {
    ...quotas,
    queuedCount,
    inProgressCount,
    upstream: upstream.name,
    catalogs,
    lastPolledAt,
    waitingFor: wait ?? spent,
  };
}

export async function gaugesOf(config: Config, db: Database, hub: Hub): Promise<Gauges> {
  const now = await db.now();
  const [{ reads, writes, pollStretch }, queuedCount, inProgressCount, dueAt, head] = await Promise.all([
    quotasOf(config, db),
    countByStatus(db.sql, 'QUEUED'),
    countByStatus(db.sql, 'IN_PROGRESS'),
    nextDueAt(db.sql, 'IN_PROGRESS'),
    headOf(db.sql),
  ]);
  return {
    queuedCount,
    inProgressCount,
    oldestPollAgeMs: dueAt === null ? 0 : Math.max(0, now - dueAt),
    remainingToday: { reads: reads.remainingToday, writes: writes.remainingToday },
    pollStretch,
    logHead: head.position,
    logLag: Math.max(0, head.position - hub.position()),
  };
}

/** Ready as long as the database answers; why starts or news are waiting is told beside it, and is no reason to send callers elsewhere. */
export async function readinessOf({ reads }: Pick<Config, 'reads'>, db: Database): Promise<{ ready: boolean; reasons: string[] }> {
  try {
    const [waitingFor, dueAt] = await Promise.all([oldestWait(db.sql), nextDueAt(db.sql, 'IN_PROGRESS')]);
    const reasons = waitingFor === null ? [] : [`Starts are waiting: ${waitingFor}`];
    // Only whoever waits for news of a task needs to know.
    const scarcity = dueAt === null ? null : scarcityOf(await quotaUsage(db, 'reads', reads));
    return { ready: true, reasons: scarcity === null ? reasons : [...reasons, scarcity.message] };
  } catch {
    return { ready: false, reasons: ['The database does not answer.'] };
  }
}

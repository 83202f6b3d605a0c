/** What the gateway says of itself: to clients (`partnerCentral`), to whoever watches it (metrics), to whoever sends it callers (readiness). */
import type { Config } from './config.js';
import type { Database } from './db/database.js';
import type { PartnerCentralStatus } from './graphql/context.js';
import { latestCallAt, quotaUsage } from './partner-central/quota.js';
import { countByStatus, nextDueAt, oldestWait } from './tasks/store.js';
import type { Gauges } from './telemetry.js';
import type { Hub } from './transitions/hub.js';
import { headOf } from './transitions/log.js';
import type { Upstream } from './upstream.js';
import { stretchFor } from './worker/cadence.js';
import { scarcityOf } from './worker/scarcity.js';

const DAY_IS_SPENT = "The day's quota of writes is spent: the next start is sent when the oldest call is 24 hours old.";

/** What clients and metrics are told alike. */
async function standingOf(config: Config, db: Database) {
  const [reads, writes, queuedCount, inProgressCount] = await Promise.all([
    quotaUsage(db, 'reads', config.reads),
    quotaUsage(db, 'writes', config.writes),
    countByStatus(db.sql, 'QUEUED'),
    countByStatus(db.sql, 'IN_PROGRESS'),
  ]);
  return { reads, writes, queuedCount, inProgressCount, pollStretch: stretchFor(reads) };
}

export async function statusOf(config: Config, db: Database, upstream: Upstream): Promise<PartnerCentralStatus> {
  const [standing, lastPolledAt, wait] = await Promise.all([standingOf(config, db), latestCallAt(db.sql, 'reads'), oldestWait(db.sql)]);
  const spent = standing.writes.remainingToday === 0 && standing.queuedCount > 0 ? DAY_IS_SPENT : null;
  return { ...standing, upstream: upstream.name, catalogs: config.catalogs, lastPolledAt, waitingFor: wait ?? spent };
}

export async function gaugesOf(config: Config, db: Database, hub: Hub): Promise<Gauges> {
  const now = await db.now();
  const [standing, dueAt, head] = await Promise.all([standingOf(config, db), nextDueAt(db.sql, 'IN_PROGRESS'), headOf(db.sql)]);
  const { reads, writes, queuedCount, inProgressCount, pollStretch } = standing;
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

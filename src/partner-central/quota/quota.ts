/**
 * AWS's quotas, counted in the database. Each call takes a quota permit there first, so that the limits hold over all
 * gateways and restarts. Each quota has two limits: calls are spaced at the rate per second, and counted exactly over
 * the rolling 24 hours.
 *
 * AWS publishes 1 write and 10 reads a second, and 10,000 writes and 100,000 reads in a rolling 24 hours, for the
 * account. Lists of tasks count as reads, because AWS does not document the opposite.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../runtime/clock.js';
import { nowOnce, type Database, type Sql, type Tx } from '../../db/database.js';

export type QuotaName = 'reads' | 'writes';

export type QuotaLimits = { readonly perSecond: number; readonly perDay: number };

/**
 * Calls are sent evenly but arrive with jitter. A spacing that is 2 % wider keeps two of them out of one second of AWS.
 */
const SPACING_MARGIN = 1.02;

/** The longest wait that AWS may ask for. A block further ahead was written before the clock was set back. */
export const LONGEST_BLOCK_MS = 15 * MINUTE;

export type PermitDecision =
  | { readonly type: 'granted' }
  | { readonly type: 'wait'; readonly until: number; readonly because: 'rate' | 'day' | 'throttled' };

type PermitWait = Extract<PermitDecision, { type: 'wait' }> & { readonly waitMs: number };

/** The result of a request for a permit. `waitMs` counts from the moment of the request. */
export type PermitResult = { readonly type: 'taken' } | PermitWait;

export type QuotaUsage = {
  readonly perSecond: number;
  readonly perDay: number;
  readonly availableNow: number;
  readonly remainingToday: number;
  /** The number of calls in several windows that end now. The longest window is a day. */
  readonly spent: readonly { readonly withinMs: number; readonly count: number }[];
};

const WINDOWS_H = [1, 2, 3, 4, 6, 8, 12, 16, 20] as const;

type QuotaState = {
  readonly callCount: number;
  readonly oldestAt: number | null;
  readonly latestAt: number | null;
  readonly blockedUntil: number;
};

/** The minimum time between two calls. */
export function spacingMs(limits: QuotaLimits): number {
  return (SECOND / limits.perSecond) * SPACING_MARGIN;
}

function isBlocked(until: number, now: number): boolean {
  return until > now && until <= now + LONGEST_BLOCK_MS;
}

/** Grants a call now, or says when to ask again. `reserve` calls of the day are left to other callers. */
export function decidePermit(state: QuotaState, limits: QuotaLimits, reserve: number, now: number): PermitDecision {
  if (isBlocked(state.blockedUntil, now)) return { type: 'wait', until: state.blockedUntil, because: 'throttled' };
  if (state.callCount >= limits.perDay - reserve) {
    return { type: 'wait', until: (state.oldestAt ?? now) + DAY, because: 'day' };
  }
  if (state.latestAt !== null) {
    const until = Math.ceil(state.latestAt + spacingMs(limits));
    if (until > now) return { type: 'wait', until, because: 'rate' };
  }
  return { type: 'granted' };
}

/** The answer to a request for a permit. A granted permit counts once it is taken in the same transaction. */
export type PermitOffer = { readonly type: 'granted'; readonly now: number; take(): Promise<unknown> } | PermitWait;

/** Requests a permit for one call inside `tx`. Other processes that request one wait until `tx` ends. */
export async function requestPermit(
  db: Database,
  tx: Tx,
  quota: QuotaName,
  limits: QuotaLimits,
  reserve = 0,
): Promise<PermitOffer> {
  const { clockWatch } = db;
  const observe = clockWatch.startReading();
  const windowMs = clockWatch.windowMs(DAY);
  const [locked, recent] = await Promise.all([lockTotals(db, tx, quota), recentCalls(db, tx, quota, windowMs)]);
  const { last_id: lastId, call_count: counted, blocked_until: blockedUntil, now } = locked;
  observe(now);
  const dayMs = clockWatch.windowMs(DAY, now);
  // After a clock jump the first observation changes the window, so the calls of the day are read again.
  const { latest, oldCount, oldUntil } = dayMs === windowMs ? recent : await recentCalls(db, tx, quota, dayMs);
  const onThisClock = (time: number) => now - clockWatch.passedSince(time, now);
  const callCount = counted - oldCount;
  if (oldCount > 0) await Promise.all([deleteCallsUntil(tx, quota, oldUntil), setTotals(tx, quota, lastId, callCount)]);
  // A clock that was set back must not stop the gateway for hours. So calls of the future count as made now, and blocks
  // move back too.
  const setBackMs = Math.max(0, (latest ?? now) - now);
  if (setBackMs > 0) {
    await pullBackCallsAfter(tx, quota, now);
    await pullBackBlock(tx, quota, blockedUntil - setBackMs);
  }
  const oldest = callCount >= limits.perDay - reserve ? await oldestCallSince(tx, quota, oldUntil) : null;
  const state: QuotaState = {
    callCount,
    oldestAt: oldest === null ? null : onThisClock(oldest),
    latestAt: latest === null ? null : onThisClock(latest),
    blockedUntil: blockedUntil - setBackMs,
  };
  const decision = decidePermit(state, limits, reserve, now);
  if (decision.type === 'wait') return { ...decision, waitMs: Math.max(1, decision.until - now) };
  const id = lastId + 1;
  const call = { quota, id, taken_at: now };
  return {
    type: 'granted',
    now,
    take: () =>
      Promise.all([tx.insertInto('quota_calls').values(call).execute(), setTotals(tx, quota, id, callCount + 1)]),
  };
}

/** Takes a permit for one call if the quota allows it. */
export async function takePermit(
  db: Database,
  tx: Tx,
  quota: QuotaName,
  limits: QuotaLimits,
  reserve = 0,
): Promise<PermitResult> {
  const offer = await requestPermit(db, tx, quota, limits, reserve);
  if (offer.type === 'wait') return offer;
  await offer.take();
  return { type: 'taken' };
}

/** Blocks calls of this quota by every process until `until`, at most LONGEST_BLOCK_MS ahead, because AWS throttled. */
export async function blockUntil(sql: Sql, quota: QuotaName, until: number, now: number): Promise<void> {
  await sql
    .updateTable('quota_totals')
    .set({ blocked_until: until })
    .where('quota', '=', quota)
    .where((eb) => eb.or([eb('blocked_until', '<', until), eb('blocked_until', '>', now + LONGEST_BLOCK_MS)]))
    .execute();
}

export async function quotaUsage(db: Database, quota: QuotaName, limits: QuotaLimits): Promise<QuotaUsage> {
  // One statement, because between two another process could delete calls that the first still counts.
  const windowMs = db.clockWatch.windowMs(DAY);
  const row = await recentCallsOf(db, db.sql, quota, windowMs)
    .leftJoin('quota_totals', (join) => join.on('quota_totals.quota', '=', quota))
    .select(['call_count', 'blocked_until', 'last_id'])
    .select((eb) =>
      WINDOWS_H.map((hours) =>
        eb
          .selectFrom('quota_calls')
          .select('quota_calls.id')
          .where('quota_calls.quota', '=', quota)
          .where('taken_at', '>', eb('moment.now', '-', hours * HOUR))
          .orderBy('taken_at')
          .limit(1)
          .as(`from_${hours}h` as const),
      ),
    )
    .executeTakeFirstOrThrow();
  const today = (row.call_count ?? 0) - (row.old_count ?? 0);
  const remainingToday = Math.max(0, limits.perDay - today);
  // Ids have no gaps, so a difference of ids is a count.
  const countFrom = (id: number | null): number => (id === null ? 0 : Math.max(0, (row.last_id ?? 0) - id + 1));
  const blocked = isBlocked(row.blocked_until ?? 0, row.at);
  const sinceLatest = row.latest_at === null ? Infinity : Math.max(0, row.at - row.latest_at);
  return {
    ...limits,
    availableNow: blocked || remainingToday === 0 ? 0 : Math.min(1, sinceLatest / spacingMs(limits)),
    remainingToday,
    spent: [
      ...WINDOWS_H.map((hours) => ({ withinMs: hours * HOUR, count: countFrom(row[`from_${hours}h`]) })),
      { withinMs: DAY, count: today },
    ],
  };
}

/**
 * Locks the totals of this quota until `tx` ends, so that permits are given one at a time. Creates them at first use.
 */
async function lockTotals(db: Database, tx: Tx, quota: QuotaName) {
  return tx
    .insertInto('quota_totals')
    .values({ quota, last_id: 0, call_count: 0, blocked_until: 0 })
    .onConflict((conflict) =>
      conflict.column('quota').doUpdateSet((eb) => ({ last_id: eb.ref('quota_totals.last_id') })),
    )
    .returning(['last_id', 'call_count', 'blocked_until', db.nowSql().as('now')])
    .executeTakeFirstOrThrow();
}

async function setTotals(tx: Tx, quota: QuotaName, lastId: number, callCount: number): Promise<void> {
  await tx
    .updateTable('quota_totals')
    .set({ last_id: lastId, call_count: callCount })
    .where('quota', '=', quota)
    .execute();
}

/** The time of the latest permit, and the count and latest time of calls outside the window. */
async function recentCalls(db: Database, tx: Tx, quota: QuotaName, windowMs: number) {
  const row = await recentCallsOf(db, tx, quota, windowMs).executeTakeFirstOrThrow();
  return { latest: row.latest_at, oldCount: row.old_count ?? 0, oldUntil: row.at - windowMs };
}

/** @param windowMs the age up to which calls count */
function recentCallsOf(db: Database, sql: Sql, quota: QuotaName, windowMs: number) {
  return sql.selectFrom(nowOnce(sql, db.nowSql()).as('moment')).select((eb) => [
    'moment.now as at',
    eb
      .selectFrom('quota_calls')
      .select('taken_at')
      .where('quota', '=', quota)
      .orderBy('id', 'desc')
      .limit(1)
      .as('latest_at'),
    eb
      .selectFrom('quota_calls')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('quota', '=', quota)
      .where('taken_at', '<=', eb('moment.now', '-', windowMs))
      .as('old_count'),
  ]);
}

async function deleteCallsUntil(tx: Tx, quota: QuotaName, time: number): Promise<void> {
  await tx.deleteFrom('quota_calls').where('quota', '=', quota).where('taken_at', '<=', time).execute();
}

async function pullBackCallsAfter(tx: Tx, quota: QuotaName, time: number): Promise<void> {
  await tx
    .updateTable('quota_calls')
    .set({ taken_at: time })
    .where('quota', '=', quota)
    .where('taken_at', '>', time)
    .execute();
}

async function pullBackBlock(tx: Tx, quota: QuotaName, until: number): Promise<void> {
  await tx
    .updateTable('quota_totals')
    .set({ blocked_until: until })
    .where('quota', '=', quota)
    .where('blocked_until', '>', until)
    .execute();
}

/** The time of the oldest call that counts. */
async function oldestCallSince(tx: Tx, quota: QuotaName, time: number): Promise<number | null> {
  const row = await tx
    .selectFrom('quota_calls')
    .select('taken_at')
    .where('quota', '=', quota)
    .where('taken_at', '>', time)
    .orderBy('taken_at')
    .limit(1)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

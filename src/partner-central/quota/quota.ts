/**
 * AWS's quotas, kept in the database: each call takes its permission there first, so that the limits hold over all replicas and
 * restarts. Two limits for each quota: calls are spaced at the rate per second, and counted exactly over the rolling 24 hours.
 *
 * AWS publishes 1 write and 10 reads a second, 10,000 and 100,000 per 24 h, rolling, for the account; whether lists of tasks count is
 * not documented, so they do.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../runtime/clock.js';
import { nowOnce, type Database, type Sql, type Tx } from '../../db/database.js';

export type QuotaName = 'reads' | 'writes';

export type QuotaLimits = { readonly perSecond: number; readonly perDay: number };

/** Calls leave in step but arrive with jitter; a fiftieth more room keeps two of them from meeting in one of AWS's seconds. */
const SPACING_MARGIN = 1.02;

/** The longest wait that AWS is believed to ask for: a block that lies further ahead was set before the clock was set back. */
export const LONGEST_BLOCK_MS = 15 * MINUTE;

export type Permission =
  | { readonly type: 'taken' }
  | { readonly type: 'wait'; readonly until: number; readonly because: 'rate' | 'day' | 'throttled' };

/** A permission that was asked for, and how long from that moment on to wait if there is none. */
export type Asked =
  | Extract<Permission, { type: 'taken' }>
  | (Extract<Permission, { type: 'wait' }> & { readonly waitMs: number });

export type QuotaUsage = {
  readonly perSecond: number;
  readonly perDay: number;
  readonly availableNow: number;
  readonly remainingToday: number;
  /** How many calls there were within some windows up to now, the longest of them a day. */
  readonly spent: readonly { readonly withinMs: number; readonly count: number }[];
};

const WINDOWS_H = [1, 2, 3, 4, 6, 8, 12, 16, 20] as const;

type QuotaFacts = {
  readonly callCount: number;
  readonly oldestAt: number | null;
  readonly latestAt: number | null;
  readonly blockedUntil: number;
};

/** How far apart two calls must be. */
export function spacingMs(limits: QuotaLimits): number {
  return (SECOND / limits.perSecond) * SPACING_MARGIN;
}

function isBlocked(until: number, now: number): boolean {
  return until > now && until <= now + LONGEST_BLOCK_MS;
}

/** Whether a call may be made now, and if not, when to ask again. `reserve` calls of the day are left to others. */
export function decidePermission(facts: QuotaFacts, limits: QuotaLimits, reserve: number, now: number): Permission {
  if (isBlocked(facts.blockedUntil, now)) return { type: 'wait', until: facts.blockedUntil, because: 'throttled' };
  if (facts.callCount >= limits.perDay - reserve) {
    return { type: 'wait', until: (facts.oldestAt ?? now) + DAY, because: 'day' };
  }
  if (facts.latestAt !== null) {
    const until = Math.ceil(facts.latestAt + spacingMs(limits));
    if (until > now) return { type: 'wait', until, because: 'rate' };
  }
  return { type: 'taken' };
}

/** The answer to a caller that asked for a permission. A granted one counts once it is taken in the same write. */
export type Answer =
  | { readonly type: 'granted'; readonly now: number; take(): Promise<unknown> }
  | Extract<Asked, { type: 'wait' }>;

/** Asks for permission for one call, inside `tx`: another process waits until it commits. */
export async function askPermission(
  db: Database,
  tx: Tx,
  quota: QuotaName,
  limits: QuotaLimits,
  reserve = 0,
): Promise<Answer> {
  const { clockWatch } = db;
  const see = clockWatch.startReading();
  const windowMs = clockWatch.windowMs(DAY);
  const [locked, recent] = await Promise.all([lockTotals(db, tx, quota), recentCalls(db, tx, quota, windowMs)]);
  const { last_id: lastId, call_count: counted, blocked_until: blockedUntil, now } = locked;
  see(now);
  const dayMs = clockWatch.windowMs(DAY, now);
  // This was the first look since the clock jumped: the calls of the day lie further back than it seemed.
  const { latest, oldCount, oldUntil } = dayMs === windowMs ? recent : await recentCalls(db, tx, quota, dayMs);
  const onThisClock = (time: number) => now - clockWatch.passedSince(time, now);
  const callCount = counted - oldCount;
  if (oldCount > 0) await Promise.all([deleteCallsUntil(tx, quota, oldUntil), setTotals(tx, quota, lastId, callCount)]);
  // A clock that was set back must not stop the gateway for hours: calls of the future count as made now, and what AWS asked for after them from then on.
  const setBackMs = Math.max(0, (latest ?? now) - now);
  if (setBackMs > 0) {
    await pullBackCallsAfter(tx, quota, now);
    await pullBackBlock(tx, quota, blockedUntil - setBackMs);
  }
  const oldest = callCount >= limits.perDay - reserve ? await oldestCallSince(tx, quota, oldUntil) : null;
  const facts: QuotaFacts = {
    callCount,
    oldestAt: oldest === null ? null : onThisClock(oldest),
    latestAt: latest === null ? null : onThisClock(latest),
    blockedUntil: blockedUntil - setBackMs,
  };
  const permission = decidePermission(facts, limits, reserve, now);
  if (permission.type === 'wait') return { ...permission, waitMs: Math.max(1, permission.until - now) };
  const id = lastId + 1;
  const call = { quota, id, taken_at: now };
  return {
    type: 'granted',
    now,
    take: () =>
      Promise.all([tx.insertInto('quota_calls').values(call).execute(), setTotals(tx, quota, id, callCount + 1)]),
  };
}

/** Takes permission for one call where there is one. */
export async function takePermission(
  db: Database,
  tx: Tx,
  quota: QuotaName,
  limits: QuotaLimits,
  reserve = 0,
): Promise<Asked> {
  const answer = await askPermission(db, tx, quota, limits, reserve);
  if (answer.type === 'wait') return answer;
  await answer.take();
  return { type: 'taken' };
}

/** No call of this quota by any process before `until`, up to LONGEST_BLOCK_MS from now: AWS has asked to slow down. */
export async function blockUntil(sql: Sql, quota: QuotaName, until: number, now: number): Promise<void> {
  await sql
    .updateTable('quota_totals')
    .set({ blocked_until: until })
    .where('quota', '=', quota)
    .where((eb) => eb.or([eb('blocked_until', '<', until), eb('blocked_until', '>', now + LONGEST_BLOCK_MS)]))
    .execute();
}

export async function quotaUsage(db: Database, quota: QuotaName, limits: QuotaLimits): Promise<QuotaUsage> {
  // All in one statement: between two, another could delete what the first still counts.
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
  // Ids are given without a gap.
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

/** When the latest call of this quota was permitted, or null when there was none in 24 hours. */
export async function latestCallAt(sql: Sql, quota: QuotaName): Promise<number | null> {
  const row = await sql
    .selectFrom('quota_calls')
    .select('taken_at')
    .where('quota', '=', quota)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

/** Holds back every other transaction that takes a permission of this quota until `tx` has ended. Makes the totals before the first call of all. */
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

/** When the latest call was permitted, and how many are known that no longer count, up to which time. */
async function recentCalls(db: Database, tx: Tx, quota: QuotaName, windowMs: number) {
  const row = await recentCallsOf(db, tx, quota, windowMs).executeTakeFirstOrThrow();
  return { latest: row.latest_at, oldCount: row.old_count ?? 0, oldUntil: row.at - windowMs };
}

/** @param windowMs how far back the calls lie that count */
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

/** Of the calls that still count. */
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

/** Blocks a quota for all processes after AWS throttled a call. The block grows with each throttled call in a row. */
import { SECOND, backoffMs } from '../../runtime/clock.js';
import type { Database } from '../../db/database.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { LONGEST_BLOCK_MS, blockUntil, type QuotaName } from './quota.js';

/** The number of throttled calls in a row that this caller saw; 0 after a call that AWS did not throttle. */
export type Throttles = Record<QuotaName, number>;

const FIRST_THROTTLE_MS = 1 * SECOND;
const MAX_THROTTLE_MS = 60 * SECOND;

/** The length of the block after `inARow` throttled calls in a row (from 1), or AWS's Retry-After if that is longer. */
export function throttleMs(inARow: number, retryAfterMs: number | null): number {
  return Math.max(
    Math.min(LONGEST_BLOCK_MS, retryAfterMs ?? 0),
    // Without jitter, because the block holds for all processes at once.
    backoffMs(inARow, FIRST_THROTTLE_MS, MAX_THROTTLE_MS, 1),
  );
}

/**
 * Records a throttled call and blocks its quota.
 * @param before the number of throttled calls in a row when this call was sent: calls in flight together are throttled
 * together, and count once
 * @returns the length of the block
 */
export async function recordThrottle(
  { db, telemetry, throttles }: { readonly db: Database; readonly telemetry: Telemetry; readonly throttles: Throttles },
  quota: QuotaName,
  before: number,
  retryAfterMs: number | null,
): Promise<number> {
  // Another call in flight was not throttled and reset the count.
  const isOver = throttles[quota] < before;
  throttles[quota] = isOver ? Math.max(throttles[quota], 1) : Math.max(throttles[quota], before + 1);
  const forMs = throttleMs(throttles[quota], retryAfterMs);
  const now = await db.now();
  await blockUntil(db.sql, quota, now + forMs, now);
  telemetry.throttled({ quota, forMs });
  return forMs;
}

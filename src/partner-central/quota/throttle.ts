/** Takes AWS's word that it was asked too fast: no call of that quota by any process for a while, longer each time in a row. */
import { SECOND } from '../../runtime/clock.js';
import type { Database } from '../../db/database.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { LONGEST_BLOCK_MS, blockUntil, type QuotaName } from './quota.js';

/** How many times in a row AWS has throttled, as far as this caller saw; 0 after a call that it has not. */
export type Throttles = Record<QuotaName, number>;

const FIRST_THROTTLE_MS = 1 * SECOND;
const MAX_THROTTLE_MS = 60 * SECOND;

/** How long a quota rests after AWS throttled for the n-th time in a row (n from 1), or as long as AWS asked for if that is longer. */
export function throttleMs(inARow: number, retryAfterMs: number | null): number {
  return Math.max(
    Math.min(LONGEST_BLOCK_MS, retryAfterMs ?? 0),
    Math.min(MAX_THROTTLE_MS, FIRST_THROTTLE_MS * 2 ** Math.min(inARow - 1, 30)),
  );
}

/**
 * @param before how many times in a row that had been so when this one was made: calls that are under way together are throttled together,
 * which is one time, not several in a row
 * @returns for how long nobody may call
 */
export async function throttled(
  { db, telemetry, throttles }: { readonly db: Database; readonly telemetry: Telemetry; readonly throttles: Throttles },
  quota: QuotaName,
  before: number,
  retryAfterMs: number | null,
): Promise<number> {
  // One of them that was not throttled has ended the row.
  const isOver = throttles[quota] < before;
  throttles[quota] = isOver ? Math.max(throttles[quota], 1) : Math.max(throttles[quota], before + 1);
  const forMs = throttleMs(throttles[quota], retryAfterMs);
  const now = await db.now();
  await blockUntil(db.sql, quota, now + forMs, now);
  telemetry.throttled({ quota, forMs });
  return forMs;
}

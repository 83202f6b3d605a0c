/** Takes AWS's word that it was asked too fast: no call of that quota by any process for a while, longer each time in a row. */
import { blockUntil, type QuotaName } from '../partner-central/quota.js';
import { throttleMs } from './cadence.js';
import type { Term } from './term.js';

export async function throttled(term: Term, quota: QuotaName, retryAfterMs: number | null): Promise<void> {
  term.throttles[quota] += 1;
  const forMs = throttleMs(term.throttles[quota], retryAfterMs);
  await blockUntil(term.db.sql, quota, (await term.db.now()) + forMs);
  term.telemetry.throttled({ quota, forMs });
}

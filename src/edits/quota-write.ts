/** One write at AWS for a caller. It takes a quota permit, and says whether the write may have had an effect. */
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import type { PartnerCentral } from '../partner-central/client.js';
import type { CallFailure } from '../partner-central/failure.js';
import type { QuotaLimits } from '../partner-central/quota/quota.js';
import type { RecordOperation } from '../partner-central/record-operations.js';
import { quotaSpent, slowedDown, type QuotaSpent } from '../partner-central/quota/spent.js';
import { recordThrottle, type Throttles } from '../partner-central/quota/throttle.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { RETRY_AFTER_MS } from '../records/quota-read.js';
import { createWritePermits } from './write-permits.js';

export type WriteProblem =
  /** AWS may have made the change. Only a reading of the record shows it. */
  | { readonly type: 'lost'; readonly awsCode: string; readonly message: string }
  /** AWS refused the change. */
  | Extract<CallFailure, { type: 'refused' }>
  /** The quota granted no permit within START_WAIT_MS, or AWS throttled the call. Nothing was changed. */
  | QuotaSpent
  /** AWS could not be reached. Nothing was changed. */
  | { readonly type: 'unavailable'; readonly awsCode: string; readonly message: string; readonly retryAfterMs: number };

export type Written<A> = { readonly type: 'answered'; readonly value: A } | WriteProblem;

/**
 * Makes one write. It waits for a permit at most START_WAIT_MS.
 * @param subject the caller, for the turns among callers; null without authentication
 */
export type QuotaWrite = <Q, A>(subject: string | null, write: RecordOperation<Q, A>, query: Q) => Promise<Written<A>>;

export type QuotaWriteOptions = {
  readonly db: Database;
  readonly partnerCentral: PartnerCentral;
  readonly limits: QuotaLimits;
  /** START_WAIT_MS. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

export function createQuotaWrite(options: QuotaWriteOptions): QuotaWrite {
  const { db, partnerCentral, limits, waitMs, clock, telemetry } = options;
  const throttles: Throttles = { reads: 0, writes: 0 };
  const permits = createWritePermits({ db, limits, clock });

  return async (subject, write, query) => {
    const giveUpAt = clock.monotonic() + waitMs;
    await partnerCentral.prepare();
    const permit = await permits.take(subject, giveUpAt);
    if (permit.type === 'wait') return quotaSpent(permit, 'writes', limits, { does: 'writing', leastWaitMs: 0 });
    const throttledBefore = throttles.writes;
    const result = await partnerCentral.write(write, query);
    if (result.type !== 'throttled') throttles.writes = 0;
    switch (result.type) {
      case 'ok':
        return { type: 'answered', value: result.value };
      case 'refused':
        return result;
      case 'throttled':
        return slowedDown(
          await recordThrottle({ db, telemetry, throttles }, 'writes', throttledBefore, result.retryAfterMs),
        );
      case 'unavailable':
        return { ...result, retryAfterMs: RETRY_AFTER_MS };
      case 'unknown':
        return { ...result, type: 'lost' };
      default:
        return result satisfies never;
    }
  };
}

/** One read of AWS for a caller. It takes a quota permit, and turns each failure into advice for the caller. */
import { SECOND, type Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import { createMutex } from '../runtime/mutex.js';
import type { PartnerCentral } from '../partner-central/client.js';
import type { CallFailure } from '../partner-central/failure.js';
import { takePermit, type QuotaLimits } from '../partner-central/quota/quota.js';
import type { RecordOperation } from '../partner-central/record-operations.js';
import { quotaSpent, slowedDown } from '../partner-central/quota/spent.js';
import { recordThrottle, type Throttles } from '../partner-central/quota/throttle.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { RecordProblem } from './records.js';

/**
 * The time that a person waits for a screen without wondering. At ten reads a second, AWS serves twenty other reads in
 * it.
 */
const MAX_WAIT_MS = 2 * SECOND;
const CROWD = { does: 'reading Partner Central', leastWaitMs: MAX_WAIT_MS };
/** A broken connection recovers no sooner, and earlier retries only add to the load. */
export const RETRY_AFTER_MS = 5 * SECOND;

export type Answered<T> = { readonly type: 'answered'; readonly value: T };

/** Makes one call. Resolves with the answer, or with the problem that prevented it. */
export type QuotaRead = <Q, A>(read: RecordOperation<Q, A>, query: Q) => Promise<Answered<A> | RecordProblem>;

export type QuotaReadOptions = {
  readonly db: Database;
  readonly partnerCentral: PartnerCentral;
  readonly limits: QuotaLimits;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

export function createQuotaRead({ db, partnerCentral, limits, clock, telemetry }: QuotaReadOptions): QuotaRead {
  const throttles: Throttles = { reads: 0, writes: 0 };
  // One caller at a time asks for a permit. Callers that wake together would compete, and the latest might be served
  // first.
  const permits = createMutex();

  /**
   * Null when the call may be made. These calls use the share of the day that the poller leaves, so nothing is held
   * back.
   */
  async function awaitPermit(): Promise<RecordProblem | null> {
    const giveUpAt = clock.monotonic() + MAX_WAIT_MS;
    await partnerCentral.prepare();
    await permits.acquire();
    try {
      for (;;) {
        const permit = await db.write((tx) => takePermit(db, tx, 'reads', limits));
        if (permit.type === 'taken') return null;
        if (clock.monotonic() + permit.waitMs > giveUpAt) return quotaSpent(permit, 'reads', limits, CROWD);
        await clock.sleep(permit.waitMs);
      }
    } finally {
      permits.release();
    }
  }

  return async (read, query) => {
    const problem = await awaitPermit();
    if (problem !== null) return problem;
    const throttledBefore = throttles.reads;
    const result = await partnerCentral.read(read, query);
    if (result.type === 'ok') {
      throttles.reads = 0;
      return { type: 'answered', value: result.value };
    }
    if (result.type !== 'throttled') return problemOf(result);
    return slowedDown(
      await recordThrottle({ db, telemetry, throttles }, 'reads', throttledBefore, result.retryAfterMs),
    );
  };
}

function problemOf(failure: Exclude<CallFailure, { type: 'throttled' }>): RecordProblem {
  switch (failure.type) {
    case 'refused':
      return { type: 'refused', code: failure.code, message: failure.message };
    // A read changes nothing at AWS, so it does not matter if it arrived.
    case 'unavailable':
    case 'unknown':
      return { type: 'unavailable', message: failure.message, retryAfterMs: RETRY_AFTER_MS };
    default:
      return failure satisfies never;
  }
}

/** The refusal of a caller whose call got no permit in time, in words for a person. */
import type { PermitResult, QuotaLimits, QuotaName } from './quota.js';

/** `retryAfterMs` says when to ask again. Nothing was sent. */
export type QuotaSpent = { readonly type: 'quota-spent'; readonly message: string; readonly retryAfterMs: number };

/** @param crowd what the other callers do, and the least time after which asking again makes sense */
export function quotaSpent(
  permit: Extract<PermitResult, { type: 'wait' }>,
  quota: QuotaName,
  { perSecond, perDay }: QuotaLimits,
  crowd: { readonly does: string; readonly leastWaitMs: number },
): QuotaSpent {
  switch (permit.because) {
    case 'day': {
      const message = `All ${perDay} ${quota} of Partner Central that the account has in 24 hours are spent.`;
      return { type: 'quota-spent', message, retryAfterMs: permit.waitMs };
    }
    case 'throttled':
      return slowedDown(permit.waitMs);
    case 'rate': {
      const message = `Too many others are ${crowd.does}: the limit is ${perSecond} a second.`;
      return { type: 'quota-spent', message, retryAfterMs: Math.max(crowd.leastWaitMs, permit.waitMs) };
    }
    default:
      return permit.because satisfies never;
  }
}

/** The refusal after AWS has throttled calls. */
export function slowedDown(retryAfterMs: number): QuotaSpent {
  return { type: 'quota-spent', message: 'AWS asks for fewer calls.', retryAfterMs };
}

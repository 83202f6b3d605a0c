/**
 * The calls of one edit. Once AWS has decided on a write, a reading only completes the answer. A database that fails then
 * must not turn a change that was made into an error of the gateway. A caller would repeat a creation without a client
 * token, and the log would lack the change.
 */
import { isDatabaseFailure } from '../db/errors/cannot-write.js';
import { RETRY_AFTER_MS, type QuotaRead } from '../records/quota-read.js';
import type { QuotaWrite } from './quota-write.js';

type Calls = { readonly read: QuotaRead; readonly write: QuotaWrite };

export function keepKnownOutcome({ read, write }: Calls): Calls {
  let isDecided = false;
  return {
    async read(...call) {
      try {
        return await read(...call);
      } catch (error) {
        if (!isDecided || !isDatabaseFailure(error)) throw error;
        const message = "The gateway's database does not answer, so that AWS cannot be asked.";
        return { type: 'unavailable', message, retryAfterMs: RETRY_AFTER_MS };
      }
    },
    async write(...call) {
      const written = await write(...call);
      isDecided = true;
      return written;
    },
  };
}

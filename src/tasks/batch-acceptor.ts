/**
 * Accepts single starts for many requests: those that come while a transaction is under way share the next one. Each has its own outcome, after the
 * commit. A start that cannot be written refuses none but itself.
 */
import { createBatchLoader } from '../runtime/batch-loader.js';
import { failsEveryStatement } from '../db/errors/cannot-write.js';
import type { AcceptOutcome } from './accept.js';
import type { Start } from './start.js';

/** Other writers wait no longer than for this many starts. */
const MAX_STARTS = 200;

/** @param accept all of the given starts in one transaction, or none: the outcomes are in the order of the starts. */
export function createBatchAcceptor(
  accept: (starts: readonly Start[]) => Promise<readonly AcceptOutcome[]>,
): (start: Start) => Promise<AcceptOutcome> {
  return createBatchLoader(accept, {
    maxBatchSize: MAX_STARTS,
    maxInFlight: 1,
    mayConcernOneKey: (error) => !failsEveryStatement(error),
  });
}

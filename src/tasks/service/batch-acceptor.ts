/**
 * Accepts single starts for many requests. Starts that arrive during a transaction share the next one, and each gets
 * its own outcome after the commit. A start that the database cannot store fails alone.
 */
import { createBatchLoader } from '../../runtime/loading/batch-loader.js';
import { failsEveryStatement } from '../../db/errors/cannot-write.js';
import type { AcceptOutcome } from '../accept.js';
import type { Start } from '../start.js';

/** Bounds the transaction, and so the time that other writers wait. */
const MAX_STARTS = 200;

/** @param accept accepts all starts in one transaction, or none; the outcomes are in the order of the starts */
export function createBatchAcceptor(
  accept: (starts: readonly Start[]) => Promise<readonly AcceptOutcome[]>,
): (start: Start) => Promise<AcceptOutcome> {
  return createBatchLoader(accept, {
    maxBatchSize: MAX_STARTS,
    maxInFlight: 1,
    mayConcernOneKey: (error) => !failsEveryStatement(error),
  });
}

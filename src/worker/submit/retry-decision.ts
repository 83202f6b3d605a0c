/** Decides what follows a failed attempt of a start. Pure. */
import { MINUTE, SECOND } from '../../runtime/clock.js';
import type { CallFailure } from '../../partner-central/failure.js';
import type { RecordedFailure } from '../../tasks/task.js';
import { retryDelayMs } from '../retry-delay.js';

export type Attempt = {
  /** The number of attempts, this one included. */
  readonly count: number;
  readonly firstAt: number;
  /** True if an earlier attempt may have reached AWS. */
  readonly mayHaveReachedBefore: boolean;
};

export type AttemptDecision =
  /** AWS has refused: the start becomes REJECTED. */
  | { readonly type: 'reject'; readonly failure: RecordedFailure }
  /** The start is sent again with the same token. */
  | { readonly type: 'retry'; readonly dueAt: number; readonly message: string; readonly mayHaveReached: boolean }
  /**
   * The retry period is over, or AWS has refused a repetition, and an attempt without an answer may have reached AWS.
   * The list is searched once, and the start is rejected with `failure` if it is not there.
   */
  | { readonly type: 'recover'; readonly failure: RecordedFailure };

/** @param retryMs the retry period, from the first attempt */
export function decideRetryAfterFailure(
  failure: CallFailure,
  attempt: Attempt,
  now: number,
  retryMs: number,
  random: number,
): AttemptDecision {
  if (failure.type === 'refused') {
    const { code, awsCode, message, fieldErrors } = failure;
    // The refusal of a repetition, for example without the right to start, does not concern the task of an attempt
    // whose answer was lost.
    const type = attempt.mayHaveReachedBefore ? 'recover' : 'reject';
    return { type, failure: { rawReasonCode: null, errorCode: code, awsCode, message, fieldErrors } };
  }
  const mayHaveReached = attempt.mayHaveReachedBefore || failure.type === 'unknown';
  if (now - attempt.firstAt < retryMs) {
    // Throttling delays all starts through the quota, so this start keeps its place at the front.
    const dueAt = failure.type === 'throttled' ? now : now + retryDelayMs(attempt.count, random);
    return { type: 'retry', dueAt, message: waitingMessage(failure, attempt), mayHaveReached };
  }
  const given = givenUp(failure, attempt, retryMs, mayHaveReached);
  return mayHaveReached ? { type: 'recover', failure: given } : { type: 'reject', failure: given };
}

function waitingMessage(failure: CallFailure, attempt: Attempt): string {
  const what = failure.type === 'throttled' ? `AWS is throttling: ${failure.message}` : failure.message;
  return `Not started yet after ${times(attempt.count)}. ${sentence(what)} The gateway tries again by itself.`;
}

function givenUp(failure: CallFailure, attempt: Attempt, retryMs: number, mayHaveReached: boolean): RecordedFailure {
  const reached = mayHaveReached
    ? 'It may have reached AWS: look at the opportunity or engagement before you start again.'
    : 'It has not reached AWS.';
  return {
    rawReasonCode: null,
    errorCode: failure.type === 'throttled' && !mayHaveReached ? 'THROTTLED' : 'UPSTREAM_FAILED',
    awsCode: failure.awsCode,
    message:
      `Given up after ${times(attempt.count)} in ${duration(retryMs)}. ${reached} Last: ` +
      `${sentence(failure.message)}`,
    fieldErrors: [],
    ...(mayHaveReached ? {} : { isUnsent: true }),
  };
}

function times(count: number): string {
  return count === 1 ? 'one attempt' : `${count} attempts`;
}

function duration(ms: number): string {
  return ms >= MINUTE ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / SECOND)} s`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Decides whether a task may be retried, and under which token. Pure. */
import { v5 as uuidV5 } from 'uuid';
import type { FailureCategory } from '../partner-central/recovery.js';
import type { OutcomeCheck } from '../records/outcome-check.js';
import { recoveryOf, type Task, type TaskStatus } from './task.js';
import type { RetryRefusal } from './tasks.js';

/** The namespace never changes, so that a retry that is repeated after a loss of our data is the same start at AWS. */
const RETRY_TOKEN_NAMESPACE = '0b6d2f63-7f0e-5a4c-8c39-51d1a7f0c2be';

export type RetrySituation = {
  readonly status: TaskStatus;
  /** The category of the failure; null for a task without a failure. */
  readonly category: FailureCategory | null;
  /** The result of an outcome check made just now; null when it was not made, or showed nothing. */
  readonly finding: OutcomeCheck['type'] | null;
  readonly despiteAdvice: boolean;
};

export type RetryVerdict = 'retry' | Extract<RetryRefusal, 'TASK_NOT_FAILED' | 'LOOK_FIRST' | 'ALREADY_DONE'>;

const HAS_FAILED: Readonly<Record<TaskStatus, boolean>> = {
  QUEUED: false,
  IN_PROGRESS: false,
  COMPLETE: false,
  FAILED: true,
  REJECTED: true,
};

type Verdicts = Readonly<Record<OutcomeCheck['type'], RetryVerdict>>;
const AT_ONCE: Verdicts = { done: 'ALREADY_DONE', 'not-done': 'retry', unclear: 'retry' };
const AFTER_CHECK: Verdicts = { done: 'ALREADY_DONE', 'not-done': 'retry', unclear: 'LOOK_FIRST' };

/** The caller is taken to have fixed the cause. Only work that may be done already must be checked first. */
const VERDICTS: Readonly<Record<FailureCategory, Verdicts>> = {
  PERMISSION: AT_ONCE,
  FIX_AND_RESUBMIT: AT_ONCE,
  LOOK_BEFORE_RETRY: AFTER_CHECK,
  WAIT_AND_RETRY: AT_ONCE,
  LIMIT: AT_ONCE,
  UNKNOWN: AT_ONCE,
};

export function decideRetry({ status, category, finding, despiteAdvice }: RetrySituation): RetryVerdict {
  if (!HAS_FAILED[status] || category === null) return 'TASK_NOT_FAILED';
  return despiteAdvice ? 'retry' : VERDICTS[category][finding ?? 'unclear'];
}

/** Says why the retry is refused, and what to do instead. */
export function refusalMessage(
  verdict: Exclude<RetryVerdict, 'retry'>,
  { id, status, failure }: Task,
  finding: OutcomeCheck | null,
): string {
  switch (verdict) {
    case 'TASK_NOT_FAILED':
      return status === 'COMPLETE'
        ? `The task ${id} has completed, so there is nothing to retry. Make a new start to repeat the work.`
        : `The task ${id} has not ended and may still succeed. Only a task that failed or was refused can be retried.`;
    case 'LOOK_FIRST':
      return [
        ...(finding === null ? [] : [finding.message]),
        ...(failure === null ? [] : [recoveryOf(failure).advice]),
        'If the work is not done, retry all the same.',
      ].join(' ');
    case 'ALREADY_DONE':
      return `${finding?.message ?? ''} Retry only if you are sure that it is not done.`.trimStart();
    default:
      return verdict satisfies never;
  }
}

/** The client token of the retry of this task. */
export function retryToken(id: string): string {
  return uuidV5(id, RETRY_TOKEN_NAMESPACE);
}

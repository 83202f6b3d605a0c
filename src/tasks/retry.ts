/** Whether a task may be tried again, and under which token. Pure. */
import { v5 as uuidV5 } from 'uuid';
import type { FailureCategory } from '../partner-central/recovery.js';
import type { OutcomeCheck } from '../records/outcome-check.js';
import { recoveryOf, type Task, type TaskStatus } from './task.js';
import type { RetryRefusal } from './tasks.js';

/** Fixed for ever: a retry that is made again after a loss of our data is then the same one at AWS. */
const RETRY_TOKEN_NAMESPACE = '0b6d2f63-7f0e-5a4c-8c39-51d1a7f0c2be';

export type RetryFacts = {
  readonly status: TaskStatus;
  /** Of its failure; null for a task that has none. */
  readonly category: FailureCategory | null;
  /** What a look at AWS has just told; null when there was none, or it told nothing. */
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

type Verdicts = Readonly<Record<OutcomeCheck['type'] | 'unseen', RetryVerdict>>;
const AT_ONCE: Verdicts = { done: 'ALREADY_DONE', 'not-done': 'retry', unseen: 'retry' };
const AFTER_A_LOOK: Verdicts = { done: 'ALREADY_DONE', 'not-done': 'retry', unseen: 'LOOK_FIRST' };

/** Whoever asks for a retry has mended what was to be mended; only what may have been done already is to be looked at first. */
const VERDICTS: Readonly<Record<FailureCategory, Verdicts>> = {
  PERMISSION: AT_ONCE,
  FIX_AND_RESUBMIT: AT_ONCE,
  LOOK_BEFORE_RETRY: AFTER_A_LOOK,
  WAIT_AND_RETRY: AT_ONCE,
  LIMIT: AT_ONCE,
  UNKNOWN: AT_ONCE,
};

export function decideRetry({ status, category, finding, despiteAdvice }: RetryFacts): RetryVerdict {
  if (!HAS_FAILED[status] || category === null) return 'TASK_NOT_FAILED';
  return despiteAdvice ? 'retry' : VERDICTS[category][finding ?? 'unseen'];
}

/** What to say of a refusal, and what would be right. */
export function refusalMessage(
  verdict: Exclude<RetryVerdict, 'retry'>,
  { id, status, failure }: Task,
  finding: OutcomeCheck | null,
): string {
  switch (verdict) {
    case 'TASK_NOT_FAILED':
      return status === 'COMPLETE'
        ? `The task ${id} is COMPLETE: what it was started for is done. Make a new start to have it done once more.`
        : `The task ${id} is ${status} and may still succeed. Only a task that is FAILED or REJECTED can be tried again.`;
    case 'LOOK_FIRST':
      return `${failure === null ? '' : `${recoveryOf(failure).recovery} `}When you have looked, try again with despiteAdvice: true.`;
    case 'ALREADY_DONE':
      return `${finding?.message ?? ''} To try again nonetheless, pass despiteAdvice: true.`.trimStart();
    default:
      return verdict satisfies never;
  }
}

/** Of the retry of this task. */
export function retryToken(id: string): string {
  return uuidV5(id, RETRY_TOKEN_NAMESPACE);
}

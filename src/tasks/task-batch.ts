/** A batch of starts: its id, its counts by status, and the estimate of its end. Pure. */
import { v5 as uuidV5 } from 'uuid';
import { DAY, HOUR, SECOND } from '../runtime/clock.js';
import { spacingMs, type QuotaUsage } from '../partner-central/quota/quota.js';
import type { InputProblem } from './input-rules.js';
import type { StatusSummary } from './store/list.js';
import type { Start } from './start.js';
import { isTerminal, type TaskStatus } from './task.js';

export type Batch = {
  readonly id: string;
  readonly createdAt: number;
  readonly counts: Readonly<Record<TaskStatus, number>>;
  readonly totalCount: number;
  readonly isFinished: boolean;
  /** An estimate; null once it is finished. */
  readonly expectedEndAt: number | null;
};

/** The namespace never changes, so that the same starts under the same tokens are the same batch. */
const BATCH_NAMESPACE = '5e9c3a0a-3b1f-5d0e-9a53-8f6f0c1b7d42';

const MAX_STARTS = 200;

/** The estimated duration of a task after its dispatch, until a task of the batch has ended. */
const TYPICAL_MS = 3 * SECOND;

export function checkBatch(count: number): InputProblem[] {
  if (count >= 1 && count <= MAX_STARTS) return [];
  const message =
    count === 0 ? `No input. Expected 1 to ${MAX_STARTS}.` : `Too many inputs (limit ${MAX_STARTS}, got ${count}).`;
  return [{ code: 'INVALID_INPUT', path: [], message }];
}

export function batchIdOf(subject: string | null, starts: readonly Pick<Start, 'input' | 'clientToken'>[]): string {
  const tokens = starts.map(({ input, clientToken }) => [input.kind, input.catalog, clientToken]);
  return uuidV5(JSON.stringify([subject, tokens]), BATCH_NAMESPACE);
}

/**
 * @param summaries at least one
 * @param queuedBefore number of queued starts of all subjects up to the last one of the batch, inclusive
 */
export function batchFrom(
  id: string,
  summaries: readonly StatusSummary[],
  queuedBefore: number,
  writes: Supply,
  now: number,
): Batch {
  const createdAt = Math.min(...summaries.map((summary) => summary.firstCreatedAt));
  const count = (status: TaskStatus) => summaries.find((summary) => summary.status === status)?.count ?? 0;
  const isFinished = summaries.every((summary) => isTerminal(summary.status));
  return {
    id,
    createdAt,
    counts: {
      QUEUED: count('QUEUED'),
      IN_PROGRESS: count('IN_PROGRESS'),
      COMPLETE: count('COMPLETE'),
      FAILED: count('FAILED'),
      REJECTED: count('REJECTED'),
    },
    totalCount: summaries.reduce((total, summary) => total + summary.count, 0),
    isFinished,
    expectedEndAt: isFinished ? null : now + sendingMs(queuedBefore, writes) + typicalMs(summaries),
  };
}

type Supply = Pick<QuotaUsage, 'perSecond' | 'perDay' | 'remainingToday'>;

/** Time to send that many starts. Starts beyond the daily quota wait for the next 24 hours. */
export function sendingMs(count: number, { remainingToday, ...limits }: Supply): number {
  const later = count - remainingToday;
  if (later <= 0) return Math.round(count * spacingMs(limits));
  const days = Math.ceil(later / limits.perDay);
  return days * DAY + Math.round((later - (days - 1) * limits.perDay) * spacingMs(limits));
}

/** The average duration of the batch's tasks that are COMPLETE or FAILED. */
function typicalMs(summaries: readonly StatusSummary[]): number {
  const ended = summaries.filter(({ status }) => status === 'COMPLETE' || status === 'FAILED');
  const count = ended.reduce((total, summary) => total + summary.count, 0);
  if (count === 0) return TYPICAL_MS;
  // The bounds are for a clock that was set forward or back between attempt and end.
  const averageMs = ended.reduce((total, summary) => total + summary.durationMs, 0) / count;
  return Math.round(Math.min(HOUR, Math.max(0, averageMs)));
}

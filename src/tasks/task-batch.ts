/** Many starts that were accepted together: what makes them one batch, how it stands, and when it may be expected to end. Pure. */
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

/** Fixed for ever: the same starts under the same tokens are the same batch. */
const BATCH_NAMESPACE = '5e9c3a0a-3b1f-5d0e-9a53-8f6f0c1b7d42';

const MAX_STARTS = 200;

/** What a task takes after it was sent, while none of the batch has ended. */
const TYPICAL_MS = 3 * SECOND;

export function checkBatch(count: number): InputProblem[] {
  if (count >= 1 && count <= MAX_STARTS) return [];
  const given = count === 0 ? 'No input was given' : `${count} inputs are too many`;
  return [{ code: 'INVALID_INPUT', path: [], message: `${given}. Expected 1 to ${MAX_STARTS}.` }];
}

export function batchIdOf(subject: string | null, starts: readonly Pick<Start, 'input' | 'clientToken'>[]): string {
  const tokens = starts.map(({ input, clientToken }) => [input.kind, input.catalog, clientToken]);
  return uuidV5(JSON.stringify([subject, tokens]), BATCH_NAMESPACE);
}

/**
 * @param standings at least one
 * @param queuedBefore starts that are to be sent up to and with the last one of the batch, of all subjects
 */
export function batchFrom(
  id: string,
  standings: readonly StatusSummary[],
  queuedBefore: number,
  writes: Supply,
  now: number,
): Batch {
  const createdAt = Math.min(...standings.map((standing) => standing.firstCreatedAt));
  const count = (status: TaskStatus) => standings.find((standing) => standing.status === status)?.count ?? 0;
  const isFinished = standings.every((standing) => isTerminal(standing.status));
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
    totalCount: standings.reduce((total, standing) => total + standing.count, 0),
    isFinished,
    expectedEndAt: isFinished ? null : now + sendingMs(queuedBefore, writes) + typicalMs(standings),
  };
}

type Supply = Pick<QuotaUsage, 'perSecond' | 'perDay' | 'remainingToday'>;

/** How long it takes to send that many starts. What the day's quota does not allow waits for the next 24 hours. */
export function sendingMs(count: number, { remainingToday, ...limits }: Supply): number {
  const later = count - remainingToday;
  if (later <= 0) return Math.round(count * spacingMs(limits));
  const days = Math.ceil(later / limits.perDay);
  return days * DAY + Math.round((later - (days - 1) * limits.perDay) * spacingMs(limits));
}

/** What AWS took on average for those that it worked to their end. */
function typicalMs(standings: readonly StatusSummary[]): number {
  const ended = standings.filter(({ status }) => status === 'COMPLETE' || status === 'FAILED');
  const count = ended.reduce((total, standing) => total + standing.count, 0);
  if (count === 0) return TYPICAL_MS;
  // A clock that was set forward or back between attempt and end makes nonsense of how long a task took.
  const averageMs = ended.reduce((total, standing) => total + standing.durationMs, 0) / count;
  return Math.round(Math.min(HOUR, Math.max(0, averageMs)));
}

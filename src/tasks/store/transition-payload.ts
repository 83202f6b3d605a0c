/**
 * Writes and reads what the log keeps of a transition. What was written before a member of `Task` was added lacks it, and is never rewritten. When
 * the task changed is what the log says: whoever wrote it may not have known yet.
 */
import type { LoggedTransition } from '../../transitions/log.js';
import { jsonIn } from './task-row.js';
import { isTerminal, type Task, type TransitionFacts } from '../task.js';

type Later = 'retryOf' | 'batchId';
type WrittenTask = Omit<Task, Later | 'updatedAt'> & Partial<Pick<Task, Later>> & { updatedAt: number };

export function readPayload({
  payload,
  recordedAt,
}: Pick<LoggedTransition, 'payload' | 'recordedAt'>): TransitionFacts {
  const written: { previousStatus: TransitionFacts['previousStatus']; task: WrittenTask } = jsonIn(
    payload,
    'facts of a transition',
  );
  const { previousStatus, task } = written;
  task.updatedAt = recordedAt;
  return {
    previousStatus,
    task: isWhole(task) ? task : { ...task, retryOf: task.retryOf ?? null, batchId: task.batchId ?? null },
  };
}

/** As almost all are, and then not copied. */
function isWhole(task: WrittenTask): task is Task {
  return task.retryOf !== undefined && task.batchId !== undefined;
}

export function transitionTo(task: Task, before: Task | null, position: number): LoggedTransition {
  const payload: TransitionFacts = { previousStatus: before?.status ?? null, task };
  return {
    position,
    taskId: task.id,
    sequence: task.sequence,
    terminal: isTerminal(task.status),
    recordedAt: task.updatedAt,
    payload: JSON.stringify(payload),
  };
}

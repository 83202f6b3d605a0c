/**
 * Writes and reads the payload of a transition. A payload is never rewritten, so an old one lacks the members that were
 * added to `Task` later. The log, not the payload, says when the task changed: the writer may not have known it yet.
 */
import type { LoggedTransition } from '../../transitions/log.js';
import { jsonIn } from './task-row.js';
import { isTerminal, type Task, type TransitionPayload } from '../task.js';

type Later = 'retryOf' | 'batchId';
type WrittenTask = Omit<Task, Later | 'updatedAt'> & Partial<Pick<Task, Later>> & { updatedAt: number };

export function readPayload({
  payload,
  recordedAt,
}: Pick<LoggedTransition, 'payload' | 'recordedAt'>): TransitionPayload {
  const written: { previousStatus: TransitionPayload['previousStatus']; task: WrittenTask } = jsonIn(
    payload,
    'payload of a transition',
  );
  const { previousStatus, task } = written;
  task.updatedAt = recordedAt;
  return {
    previousStatus,
    task: isWhole(task) ? task : { ...task, retryOf: task.retryOf ?? null, batchId: task.batchId ?? null },
  };
}

/** Nearly all tasks are whole, and then not copied. */
function isWhole(task: WrittenTask): task is Task {
  return task.retryOf !== undefined && task.batchId !== undefined;
}

export function transitionTo(task: Task, before: Task | null, position: number): LoggedTransition {
  const payload: TransitionPayload = { previousStatus: before?.status ?? null, task };
  return {
    position,
    taskId: task.id,
    sequence: task.sequence,
    terminal: isTerminal(task.status),
    recordedAt: task.updatedAt,
    payload: JSON.stringify(payload),
  };
}

/** Reads what the log keeps of a transition. What was written before a member of `Task` was added lacks it, and is never rewritten. */
import type { Task, TransitionFacts } from './task.js';

type Later = 'retryOf' | 'batchId';
type WrittenTask = Omit<Task, Later> & Partial<Pick<Task, Later>>;

export function readFacts(facts: string): TransitionFacts {
  const { previousStatus, task }: { previousStatus: TransitionFacts['previousStatus']; task: WrittenTask } = JSON.parse(facts);
  return { previousStatus, task: { ...task, retryOf: task.retryOf ?? null, batchId: task.batchId ?? null } };
}

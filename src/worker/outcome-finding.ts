/** Checks the outcome when AWS reports a conflict, so that the recorded failure says if the work is already done. */
import { isExternal } from '../partner-central/model/task-kind.js';
import { tryOutcomeCheck } from '../tasks/outcome-check-port.js';
import { observe, recoveryOf, type Observation, type Task } from '../tasks/task.js';
import type { WorkerContext } from './worker-context.js';

/** True if the observation fails the task for a reason that an outcome check can explain. */
export function needsOutcomeCheck(task: Task, observation: Observation): boolean {
  const after = observe(task, observation, task.updatedAt);
  return after.sequence !== task.sequence && after.failure !== null && recoveryOf(after.failure).hasOutcomeCheck;
}

/**
 * Adds the finding of the outcome check to the observation. Returns the observation unchanged if the check finds
 * nothing or takes too long.
 */
export async function withOutcomeCheck(
  context: WorkerContext,
  task: Task,
  observation: Observation,
): Promise<Observation> {
  if (isExternal(task.input) || !needsOutcomeCheck(task, observation)) return observation;
  const finding = await tryOutcomeCheck(context, task.input, context.signal);
  if (finding === null) return observation;
  if (observation.type === 'answered') return { ...observation, finding };
  return { ...observation, failure: { ...observation.failure, finding } };
}

/** Outcome checks that run in the background, so that other tasks do not wait for them. */
export type OutcomeChecks = {
  /**
   * Checks the outcome, then passes the completed observation to `record`. Does nothing while a check of the same task
   * runs.
   */
  begin(task: Task, observation: Observation, record: (observed: Observation) => Promise<unknown>): void;
  /** Resolves when no check is running. */
  ended(): Promise<void>;
};

export function createOutcomeChecks(context: WorkerContext): OutcomeChecks {
  const running = new Map<string, Promise<unknown>>();
  return {
    begin(task, observation, record) {
      if (running.has(task.id)) return;
      const checking = withOutcomeCheck(context, task, observation)
        .then(record)
        .catch((error: unknown) => context.telemetry.unexpected('look', error))
        .finally(() => running.delete(task.id));
      running.set(task.id, checking);
    },
    async ended() {
      await Promise.all(running.values());
    },
  };
}

/** When AWS reports a conflict, sees whether the work is done already, so that the failure says so by itself. */
import { isExternal } from '../partner-central/model/task-kind.js';
import { tryOutcomeCheck } from '../tasks/outcome-check-port.js';
import { observe, recoveryOf, type Observation, type Task } from '../tasks/task.js';
import type { WorkerContext } from './worker-context.js';

/** Whether the observation fails the task for a reason that a look can explain. */
export function callsForALook(task: Task, observation: Observation): boolean {
  const after = observe(task, observation, task.updatedAt);
  return after.sequence !== task.sequence && after.failure !== null && recoveryOf(after.failure).looks;
}

/** The observation with what was seen; as it is when there is nothing to see, or it could not be seen in time. */
export async function withFinding(term: WorkerContext, task: Task, observation: Observation): Promise<Observation> {
  if (isExternal(task.input) || !callsForALook(task, observation)) return observation;
  const finding = await tryOutcomeCheck(term, task.input, term.signal);
  if (finding === null) return observation;
  if (observation.type === 'answered') return { ...observation, finding };
  return { ...observation, failure: { ...observation.failure, finding } };
}

/** Looks that are made beside other work, which must not wait for them. */
export type Looks = {
  /** Looks, then hands the observation with what was seen to `record`; nothing when a look at the task is under way. */
  begin(task: Task, observation: Observation, record: (observed: Observation) => Promise<unknown>): void;
  /** Resolves when none is under way. */
  ended(): Promise<void>;
};

export function createLooks(term: WorkerContext): Looks {
  const underWay = new Map<string, Promise<unknown>>();
  return {
    begin(task, observation, record) {
      if (underWay.has(task.id)) return;
      const looking = withFinding(term, task, observation)
        .then(record)
        .catch((error: unknown) => term.telemetry.unexpected('look', error))
        .finally(() => underWay.delete(task.id));
      underWay.set(task.id, looking);
    },
    async ended() {
      await Promise.all(underWay.values());
    },
  };
}

/**
 * What a task looks like at a moment, to the caller of Start and to the reader of the List. Pure: it follows from when the task
 * started, from its plan and from the time, which is why a task goes on after a restart as if nothing had happened.
 */
import { timestamp } from '../protocol/aws-json.js';
import { type Phase, type Plan, completes, fails } from '../scenarios/scenario.js';
import { scenarioOf } from '../scenarios/scenarios.js';
import type { Service } from '../state/service.js';
import { TASK_KINDS } from './task-kinds.js';
import type { StoredTask } from '../state/state.js';

/** As the service writes it: what is absent is null, not left out. */
export type TaskSummary = Readonly<Record<string, string | null>>;

/** The StartTime of one task differs this much between Start and List in AWS's own samples. */
const LIST_START_TIME_SKEW_MS = 15;

/** What the world decided when the task was started, or else what its identifier stands for. */
export function planOf({ kind, target, decided }: StoredTask): Plan {
  if (decided?.failure !== undefined) return fails(decided.failure.reasonCode, decided.failure.message);
  const scenario = scenarioOf(kind, target);
  return decided !== undefined || scenario.byState === true ? completes() : scenario;
}

/** When the task was or will be COMPLETE; Infinity when it never is. */
export function completedAt({ speed }: Service, task: StoredTask): number {
  const complete = planOf(task).phases.find(({ status }) => status === 'COMPLETE');
  return complete === undefined ? Infinity : task.startedAt + complete.afterMs / speed;
}

/** True for a task that will be COMPLETE and is not yet. */
export function isUnderWay(service: Service, task: StoredTask): boolean {
  const at = completedAt(service, task);
  return at > service.clock.now() && at < Infinity;
}

export function phaseAt(plan: Plan, elapsedMs: number): Phase {
  return plan.phases.findLast((phase) => phase.afterMs <= elapsedMs) ?? plan.phases[0];
}

export function isListed(plan: Plan, elapsedMs: number): boolean {
  return elapsedMs >= (plan.listedAfterMs ?? 0);
}

export function asStartAnswers(task: StoredTask, plan: Plan, phase: Phase): TaskSummary {
  const summary = summaryOf(task, plan, phase, task.startedAt);
  const hidden = (plan.hiddenByStart ?? []).map((member) => [member, null]);
  return { ...summary, ...Object.fromEntries(hidden) };
}

export function asListAnswers(task: StoredTask, plan: Plan, phase: Phase): TaskSummary {
  const summary = summaryOf(task, plan, phase, task.startedAt + LIST_START_TIME_SKEW_MS);
  return plan.reasonCodeAsText === true && phase.status === 'COMPLETE' ? { ...summary, ReasonCode: 'null' } : summary;
}

function summaryOf(task: StoredTask, plan: Plan, phase: Phase, startTime: number): TaskSummary {
  const { knownAtStart, knownWhenComplete } = TASK_KINDS[task.kind];
  const summary: Record<string, string | null> = {
    StartTime: timestamp(startTime),
    TaskStatus: phase.status,
    Message: phase.message ?? null,
    ReasonCode: phase.reasonCode ?? null,
  };
  for (const member of knownAtStart) summary[member] = task.ids[member] ?? null;
  for (const member of knownWhenComplete)
    summary[member] = phase.status === 'COMPLETE' ? (task.ids[member] ?? null) : null;
  for (const member of plan.without ?? []) summary[member] = null;
  return summary;
}

/**
 * What a task looks like at a moment, to the caller of Start and to the reader of the List. Pure: it follows from when the task
 * started, from its scenario and from the time, which is why a task goes on after a restart as if nothing had happened.
 */
import { timestamp } from './aws-json.js';
import type { Phase, Scenario } from './scenario.js';
import { TASK_KINDS } from './task-kinds.js';
import type { StoredTask } from './world.js';

/** As the service writes it: what is absent is null, not left out. */
export type TaskSummary = Readonly<Record<string, string | null>>;

/** The StartTime of one task differs this much between Start and List in AWS's own samples. */
const LIST_START_TIME_SKEW_MS = 15;

export function phaseAt(scenario: Scenario, elapsedMs: number): Phase {
  return scenario.phases.findLast((phase) => phase.afterMs <= elapsedMs) ?? scenario.phases[0];
}

export function isListed(scenario: Scenario, elapsedMs: number): boolean {
  return elapsedMs >= (scenario.listedAfterMs ?? 0);
}

export function asStartAnswers(task: StoredTask, scenario: Scenario, phase: Phase): TaskSummary {
  const summary = summaryOf(task, scenario, phase, task.startedAt);
  const hidden = (scenario.hiddenByStart ?? []).map((member) => [member, null]);
  return { ...summary, ...Object.fromEntries(hidden) };
}

export function asListAnswers(task: StoredTask, scenario: Scenario, phase: Phase): TaskSummary {
  const summary = summaryOf(task, scenario, phase, task.startedAt + LIST_START_TIME_SKEW_MS);
  return scenario.reasonCodeAsText === true && phase.status === 'COMPLETE' ? { ...summary, ReasonCode: 'null' } : summary;
}

function summaryOf(task: StoredTask, scenario: Scenario, phase: Phase, startTime: number): TaskSummary {
  const { knownAtStart, knownWhenComplete } = TASK_KINDS[task.kind];
  const summary: Record<string, string | null> = {
    StartTime: timestamp(startTime),
    TaskStatus: phase.status,
    Message: phase.message ?? null,
    ReasonCode: phase.reasonCode ?? null,
  };
  for (const member of knownAtStart) summary[member] = task.ids[member] ?? null;
  for (const member of knownWhenComplete) summary[member] = phase.status === 'COMPLETE' ? (task.ids[member] ?? null) : null;
  for (const member of scenario.without ?? []) summary[member] = null;
  return summary;
}

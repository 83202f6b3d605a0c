/**
 * The view of a task at a moment, in the answer of a Start and in a List. It is a pure function of the start time, the
 * timeline and the current time, so that a task continues unchanged after a restart.
 */
import { timestamp } from '../protocol/aws-json.js';
import { type Phase, type Timeline, completes, fails } from '../scenarios/scenario.js';
import { scenarioOf } from '../scenarios/scenarios.js';
import type { Service } from '../state/service.js';
import { TASK_KINDS } from './task-kinds.js';
import type { StoredTask } from '../state/state.js';

/** The form that the service sends: an absent member is null. */
export type TaskSummary = Readonly<Record<string, string | null>>;

/** The difference between the StartTime of a Start and of a List, as in AWS's own samples. */
const LIST_START_TIME_SKEW_MS = 15;

/** The timeline that the state decided at acceptance, or the timeline of the identifier's scenario. */
export function timelineOf({ kind, target, decided }: StoredTask): Timeline {
  if (decided?.failure !== undefined) return fails(decided.failure.reasonCode, decided.failure.message);
  const scenario = scenarioOf(kind, target);
  return decided !== undefined || scenario.byState === true ? completes() : scenario;
}

/** The time at which the task is COMPLETE, past or future; Infinity for a task that never completes. */
export function completedAt({ speed }: Service, task: StoredTask): number {
  const complete = timelineOf(task).phases.find(({ status }) => status === 'COMPLETE');
  return complete === undefined ? Infinity : task.startedAt + complete.afterMs / speed;
}

/** True for a task that will be COMPLETE but is not yet. */
export function isInProgress(service: Service, task: StoredTask): boolean {
  const at = completedAt(service, task);
  return at > service.clock.now() && at < Infinity;
}

export function phaseAt(timeline: Timeline, elapsedMs: number): Phase {
  return timeline.phases.findLast((phase) => phase.afterMs <= elapsedMs) ?? timeline.phases[0];
}

export function isListed(timeline: Timeline, elapsedMs: number): boolean {
  return elapsedMs >= (timeline.listedAfterMs ?? 0);
}

export function asStartAnswers(task: StoredTask, timeline: Timeline, phase: Phase): TaskSummary {
  const summary = summaryOf(task, timeline, phase, task.startedAt);
  const hidden = (timeline.hiddenByStart ?? []).map((member) => [member, null]);
  return { ...summary, ...Object.fromEntries(hidden) };
}

export function asListAnswers(task: StoredTask, timeline: Timeline, phase: Phase): TaskSummary {
  const summary = summaryOf(task, timeline, phase, task.startedAt + LIST_START_TIME_SKEW_MS);
  return timeline.reasonCodeAsText === true && phase.status === 'COMPLETE'
    ? { ...summary, ReasonCode: 'null' }
    : summary;
}

function summaryOf(task: StoredTask, timeline: Timeline, phase: Phase, startTime: number): TaskSummary {
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
  for (const member of timeline.without ?? []) summary[member] = null;
  return summary;
}

/** The types and builders of the scenarios in `scenarios.ts`: the behaviour of a sample identifier as data. */
import { SECOND } from '../../../runtime/clock.js';
import type { Fault } from '../faults.js';
import type { ErrorMembers } from '../protocol/service-error.js';
import type { IdMember, TaskKind } from '../tasks/task-kinds.js';

/** The status of a task from `afterMs` after its start. */
export type Phase = {
  readonly afterMs: number;
  readonly status: string;
  readonly reasonCode?: string;
  readonly message?: string;
};

export type Timeline = {
  /** Ordered by time; the first phase begins at 0. */
  readonly phases: readonly [Phase, ...Phase[]];
  /** The time that the Start which creates the task blocks before it answers. */
  readonly blocksMs?: number;
  /** Ids that are null in the answers of Start, although the List shows them. */
  readonly hiddenByStart?: readonly IdMember[];
  /** Ids that this task never has. */
  readonly without?: readonly IdMember[];
  /** The List shows the task from this time on. */
  readonly listedAfterMs?: number;
  /** The List writes the absent ReasonCode of a COMPLETE task as the text "null". */
  readonly reasonCodeAsText?: boolean;
  /** The fault of the first sends of a token, until its task exists. */
  readonly firstSends?: { readonly times: number; readonly fault: Exclude<Fault, { kind: 'latency' }> };
  /** A Get fails with the error of the Starts. */
  readonly refusesReads?: boolean;
};

export type Scenario = Timeline & {
  readonly identifier: string;
  readonly task: TaskKind;
  /** A sentence for the person who chooses an identifier. */
  readonly outcome: string;
  /** The state of the record decides the outcome of a Start. The phases apply to the seed. */
  readonly byState?: boolean;
};

export const IN_PROGRESS: Phase = { afterMs: 0, status: 'IN_PROGRESS' };

export function completes(afterMs = 3 * SECOND): Timeline {
  const complete: Phase = { afterMs, status: 'COMPLETE' };
  return { phases: afterMs === 0 ? [complete] : [IN_PROGRESS, complete] };
}

export function fails(reasonCode: string, message: string, afterMs = 1 * SECOND): Timeline {
  const failed: Phase = { afterMs, status: 'FAILED', reasonCode, message };
  return { phases: afterMs === 0 ? [failed] : [IN_PROGRESS, failed] };
}

/** Refuses every Start. */
export function refuses(name: string, message: string, members: ErrorMembers = {}): Timeline {
  return { ...completes(), firstSends: { times: Infinity, fault: { kind: 'error', name, message, members } } };
}

/** Fails the first sends of each token, then completes. */
export function recovers(times: number, fault: Exclude<Fault, { kind: 'latency' }>): Timeline {
  return { ...completes(), firstSends: { times, fault } };
}

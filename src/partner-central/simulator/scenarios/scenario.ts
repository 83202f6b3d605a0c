/** What a sample identifier makes the service do, as data: the vocabulary of the table in `scenarios.ts`. */
import { SECOND } from '../../../runtime/clock.js';
import type { Fault } from '../faults.js';
import type { ErrorMembers } from '../protocol/service-error.js';
import type { IdMember, TaskKind } from '../tasks/task-kinds.js';

/** What a task says of itself from `afterMs` after its start. */
export type Phase = {
  readonly afterMs: number;
  readonly status: string;
  readonly reasonCode?: string;
  readonly message?: string;
};

export type Plan = {
  /** In the order of time, the first at 0. */
  readonly phases: readonly [Phase, ...Phase[]];
  /** How long the Start call that creates the task blocks before it answers. */
  readonly blocksMs?: number;
  /** Ids that are null in the answers of Start, though the List shows them. */
  readonly hiddenByStart?: readonly IdMember[];
  /** Ids that this task never has. */
  readonly without?: readonly IdMember[];
  /** The List does not know the task before. */
  readonly listedAfterMs?: number;
  /** The List writes the absent ReasonCode of a COMPLETE task as the text "null". */
  readonly reasonCodeAsText?: boolean;
  /** What happens to the first sends of a token, until a task exists for it. */
  readonly firstSends?: { readonly times: number; readonly fault: Exclude<Fault, { kind: 'latency' }> };
  /** The error of every Start is also the answer to a Get. */
  readonly refusesReads?: boolean;
};

export type Scenario = Plan & {
  readonly identifier: string;
  readonly task: TaskKind;
  /** One sentence for whoever chooses among the identifiers. */
  readonly outcome: string;
  /** The phases are those of the world as it begins; what a Start really leads to is decided by the world as it then is. */
  readonly byState?: boolean;
};

export const IN_PROGRESS: Phase = { afterMs: 0, status: 'IN_PROGRESS' };

export function completes(afterMs = 3 * SECOND): Plan {
  const complete: Phase = { afterMs, status: 'COMPLETE' };
  return { phases: afterMs === 0 ? [complete] : [IN_PROGRESS, complete] };
}

export function fails(reasonCode: string, message: string, afterMs = 1 * SECOND): Plan {
  const failed: Phase = { afterMs, status: 'FAILED', reasonCode, message };
  return { phases: afterMs === 0 ? [failed] : [IN_PROGRESS, failed] };
}

/** Refuses every Start. */
export function refuses(name: string, message: string, members: ErrorMembers = {}): Plan {
  return { ...completes(), firstSends: { times: Infinity, fault: { kind: 'error', name, message, members } } };
}

/** Fails that many sends of each token, then works. */
export function recovers(times: number, fault: Exclude<Fault, { kind: 'latency' }>): Plan {
  return { ...completes(), firstSends: { times, fault } };
}

/**
 * A task and the states it goes through. Pure: no clock, no database.
 *
 * Terms, used alike everywhere: a *start* is what a caller asked for; a *task* is the start and all that became of it; a *transition* is one
 * change of its status, numbered by `sequence` within the task and by `position` in the log of all tasks; a *cursor* names a position
 * to a client; a *wake-up* says that the log may have grown and carries no data; an *attempt* is one Start sent to AWS; a status is *terminal*
 * when no transition can follow.
 *
 *   QUEUED ──answered──▶ IN_PROGRESS ──answered──▶ COMPLETE
 *     │ └────answered──▶ COMPLETE, FAILED   └────▶ FAILED
 *     └──refused, abandoned──▶ REJECTED
 */
import type { ErrorCode, FieldError } from '../partner-central/failure.js';
import {
  ERROR_RECOVERY,
  REASON_RECOVERY,
  UNKNOWN_RECOVERY,
  UNSENT_RECOVERY,
  isReasonCode,
  type ReasonCode,
  type Recovery,
} from '../partner-central/recovery.js';
import type { ExternalInput, TaskAnswer, TaskInput } from '../partner-central/model/task-kind.js';
import type { Finding } from '../records/outcome-check.js';

export const TASK_STATUSES = ['QUEUED', 'IN_PROGRESS', 'COMPLETE', 'FAILED', 'REJECTED'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What AWS has told of the task so far; all absent while it is QUEUED. */
export type TaskDetails = Omit<TaskAnswer, 'status'>;

/** Why a task is FAILED or REJECTED, as recorded. What to do about it is looked up when it is shown, so that better advice reaches old tasks. */
export type RecordedFailure = {
  /** As AWS spelled it. */
  readonly rawReasonCode: string | null;
  readonly errorCode: ErrorCode | null;
  readonly awsCode: string | null;
  readonly message: string;
  readonly fieldErrors: readonly FieldError[];
  /** True of a start that certainly never reached AWS; absent when it may have, and when an earlier version gave it up, which did not record it. */
  readonly isUnsent?: true | undefined;
  /** What the gateway saw when it looked at AWS after a conflict; absent when it did not look. */
  readonly finding?: Finding | undefined;
};

export type Task = {
  readonly id: string;
  /** Position of its first transition: the order in which starts were accepted. */
  readonly position: number;
  /** Who started it; null when callers are not authenticated. */
  readonly subject: string | null;
  readonly clientToken: string;
  readonly input: TaskInput | ExternalInput;
  /** The task that this one tries again, and the batch that it was started in; null when there is none. */
  readonly retryOf: string | null;
  readonly batchId: string | null;
  readonly status: TaskStatus;
  /** Of its last transition. */
  readonly sequence: number;
  readonly details: TaskDetails;
  readonly failure: RecordedFailure | null;
  /** The trace of the request that started it (a W3C traceparent), so that what happens later is found from there; null when there is none. */
  readonly trace: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** One transition as it is kept in the log: what the status was before, and the task as it stood then. */
export type TransitionPayload = { readonly previousStatus: TaskStatus | null; readonly task: Task };

export type Observation =
  /** AWS told how the task stands, in a Start's answer or in a List. */
  | {
      readonly type: 'answered';
      readonly answer: TaskAnswer;
      /** What was seen when the gateway looked why the task failed; absent when it did not look. */
      readonly finding?: Finding | undefined;
    }
  /** AWS refused the start, or it is given up after asking for as long as the settings allow. */
  | { readonly type: 'refused' | 'abandoned'; readonly failure: RecordedFailure };

type ObservedEvent = TaskAnswer['status'] | 'refused' | 'abandoned';

/**
 * Which status follows which. `null`: nothing changes, because the observation is old news or comes too late: a List read before
 * the Start was settled, a second worker's answer. A terminal status is never left.
 */
const NEXT_STATUS: Readonly<Record<TaskStatus, Readonly<Record<ObservedEvent, TaskStatus | null>>>> = {
  QUEUED: {
    IN_PROGRESS: 'IN_PROGRESS',
    COMPLETE: 'COMPLETE',
    FAILED: 'FAILED',
    refused: 'REJECTED',
    abandoned: 'REJECTED',
  },
  IN_PROGRESS: { IN_PROGRESS: null, COMPLETE: 'COMPLETE', FAILED: 'FAILED', refused: null, abandoned: null },
  COMPLETE: { IN_PROGRESS: null, COMPLETE: null, FAILED: null, refused: null, abandoned: null },
  FAILED: { IN_PROGRESS: null, COMPLETE: null, FAILED: null, refused: null, abandoned: null },
  REJECTED: { IN_PROGRESS: null, COMPLETE: null, FAILED: null, refused: null, abandoned: null },
};

const TERMINAL: Readonly<Record<TaskStatus, boolean>> = {
  QUEUED: false,
  IN_PROGRESS: false,
  COMPLETE: true,
  FAILED: true,
  REJECTED: true,
};

export function isTerminal(status: TaskStatus): boolean {
  return TERMINAL[status];
}

export const NO_DETAILS: TaskDetails = {
  taskId: null,
  taskArn: null,
  startedAt: null,
  message: null,
  reasonCode: null,
  opportunityId: null,
  engagementId: null,
  engagementInvitationId: null,
  resourceSnapshotJobId: null,
  contextId: null,
};

/**
 * The task after an observation: the same object when nothing changed, a new one with the same `sequence` when only details did, and one
 * with the next `sequence` when its status did (a transition).
 */
export function observe(task: Task, observation: Observation, now: number): Task {
  const event = observation.type === 'answered' ? observation.answer.status : observation.type;
  const status = NEXT_STATUS[task.status][event];
  const details =
    observation.type === 'answered' && !isTerminal(task.status)
      ? mergeDetails(task.details, observation.answer)
      : task.details;
  if (status === null) return sameDetails(task.details, details) ? task : { ...task, details, updatedAt: now };
  return {
    ...task,
    status,
    sequence: task.sequence + 1,
    details: observation.type === 'answered' ? details : { ...details, message: observation.failure.message },
    failure: failureAfter(status, observation),
    updatedAt: now,
  };
}

/** What AWS once told it does not untell: a List's summary may lack an id that the Start's answer had. */
function mergeDetails(before: TaskDetails, { status: _status, ...answer }: TaskAnswer): TaskDetails {
  return {
    taskId: answer.taskId ?? before.taskId,
    taskArn: answer.taskArn ?? before.taskArn,
    // The first StartTime stays: a List's differs by some ms and would make every poll look like news.
    startedAt: before.startedAt ?? answer.startedAt,
    message: answer.message,
    reasonCode: answer.reasonCode,
    opportunityId: answer.opportunityId ?? before.opportunityId,
    engagementId: answer.engagementId ?? before.engagementId,
    engagementInvitationId: answer.engagementInvitationId ?? before.engagementInvitationId,
    resourceSnapshotJobId: answer.resourceSnapshotJobId ?? before.resourceSnapshotJobId,
    contextId: answer.contextId ?? before.contextId,
  };
}

const DETAIL_NAMES = Object.keys(NO_DETAILS).filter((name): name is keyof TaskDetails => name in NO_DETAILS);

function sameDetails(a: TaskDetails, b: TaskDetails): boolean {
  return DETAIL_NAMES.every((name) => a[name] === b[name]);
}

export function failureAfter(status: TaskStatus, observation: Observation): RecordedFailure | null {
  if (observation.type !== 'answered') return observation.failure;
  if (status !== 'FAILED') return null;
  return {
    rawReasonCode: observation.answer.reasonCode,
    errorCode: null,
    awsCode: null,
    message: observation.answer.message ?? 'AWS gave no message.',
    fieldErrors: [],
    finding: observation.finding,
  };
}

/** The reason as this gateway's schema knows it; null for one that AWS added since. */
export function knownReasonCode(raw: string | null): ReasonCode | null {
  return isReasonCode(raw) ? raw : null;
}

export function recoveryOf(failure: RecordedFailure): Recovery {
  const recovery = recoveryByCode(failure);
  if (failure.finding?.type !== 'done') return recovery;
  return { ...recovery, retryable: false, recovery: failure.finding.message };
}

function recoveryByCode(failure: RecordedFailure): Recovery {
  if (failure.errorCode === 'UPSTREAM_FAILED' && failure.isUnsent === true) return UNSENT_RECOVERY;
  if (failure.errorCode !== null) return ERROR_RECOVERY[failure.errorCode];
  return isReasonCode(failure.rawReasonCode) ? REASON_RECOVERY[failure.rawReasonCode] : UNKNOWN_RECOVERY;
}

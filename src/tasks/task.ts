/**
 * A task and the states it goes through. Pure: no clock, no database.
 * A status is terminal when no transition can follow.
 *
 *   QUEUED ──answered──▶ IN_PROGRESS ──answered──▶ COMPLETE
 *     │ └────answered──▶ COMPLETE, FAILED   └────▶ FAILED
 *     └──refused, abandoned──▶ REJECTED
 */
import type { ErrorCode, FieldError } from '../partner-central/failure.js';
import { readFailure, type FailureReading } from '../partner-central/failure-texts.js';
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
import type { OutcomeCheck } from '../records/outcome-check.js';

export const TASK_STATUSES = ['QUEUED', 'IN_PROGRESS', 'COMPLETE', 'FAILED', 'REJECTED'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The latest known details of the task from AWS. While it is QUEUED, only `message` can be present: why it waits. */
export type TaskDetails = Omit<TaskAnswer, 'status'>;

/**
 * Why a task is FAILED or REJECTED. The advice is not stored but derived on read, so that better advice reaches old
 * tasks.
 */
export type RecordedFailure = {
  /** The reason code as AWS spelled it. */
  readonly rawReasonCode: string | null;
  readonly errorCode: ErrorCode | null;
  readonly awsCode: string | null;
  readonly message: string;
  readonly fieldErrors: readonly FieldError[];
  /**
   * True for a start that certainly never reached AWS. Absent if it may have, or if an earlier version stored the
   * failure.
   */
  readonly isUnsent?: true | undefined;
  /** The result of the outcome check after a conflict; absent when none was made. */
  readonly finding?: OutcomeCheck | undefined;
};

export type Task = {
  readonly id: string;
  /** Position of the first transition, in the order in which starts were accepted. */
  readonly position: number;
  /** The subject of the start; null when callers are not authenticated. */
  readonly subject: string | null;
  readonly clientToken: string;
  readonly input: TaskInput | ExternalInput;
  /** The id of the task that this one retries; null when it is not a retry. */
  readonly retryOf: string | null;
  /** Null for a task that was not started in a batch. */
  readonly batchId: string | null;
  readonly status: TaskStatus;
  /** The sequence of the last transition. */
  readonly sequence: number;
  readonly details: TaskDetails;
  readonly failure: RecordedFailure | null;
  /** The W3C traceparent of the request that started the task, which later spans link to; null when there is none. */
  readonly trace: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** The payload of a transition in the log: the previous status, and the task just after the transition. */
export type TransitionPayload = { readonly previousStatus: TaskStatus | null; readonly task: Task };

export type Observation =
  /** AWS reported the state of the task, in the answer of a Start or of a List. */
  | {
      readonly type: 'answered';
      readonly answer: TaskAnswer;
      /** The result of the outcome check; absent when none was made. */
      readonly finding?: OutcomeCheck | undefined;
      /** True if the record of the task found the answer in a list, so that it may belong to another start. */
      readonly isFoundByRecord?: boolean;
    }
  /** AWS refused the start, or the gateway gave it up after SUBMIT_RETRY_MS. */
  | { readonly type: 'refused' | 'abandoned'; readonly failure: RecordedFailure };

type Observed = TaskAnswer['status'] | 'refused' | 'abandoned';

/**
 * The next status for each status and observation. `null` means no change, because the observation is outdated: a List
 * that was read before the Start was answered, or the answer of another worker. A terminal status never changes.
 */
const NEXT_STATUS: Readonly<Record<TaskStatus, Readonly<Record<Observed, TaskStatus | null>>>> = {
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
 * The task after an observation. It is the same object when nothing changed. When only details changed, it has the same
 * `sequence`. When the status changed, it has the next `sequence` (a transition).
 */
export function observe(task: Task, observation: Observation, now: number): Task {
  const observed = observation.type === 'answered' ? observation.answer.status : observation.type;
  const status = NEXT_STATUS[task.status][observed];
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

/** Known ids stay, because a List may lack an id that the answer of the Start had. */
function mergeDetails(before: TaskDetails, { status: _status, ...answer }: TaskAnswer): TaskDetails {
  return {
    taskId: answer.taskId ?? before.taskId,
    taskArn: answer.taskArn ?? before.taskArn,
    // The first StartTime stays, because that of a List differs by some ms and would make each poll a change.
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

export function sameDetails(a: TaskDetails, b: TaskDetails): boolean {
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

/** The reason code if the schema has it; null for a code that AWS added later. */
export function knownReasonCode(raw: string | null): ReasonCode | null {
  return isReasonCode(raw) ? raw : null;
}

/** The advice for the code, refined where AWS's text says more. */
export function recoveryOf(failure: RecordedFailure): Recovery {
  const byCode = recoveryByCode(failure);
  const { finding } = failure;
  if (finding?.type === 'done') return { ...byCode, retryable: false, advice: finding.message, nextStep: 'NONE' };
  if (finding?.needsOtherInput === true)
    return {
      ...byCode,
      category: 'FIX_AND_RESUBMIT',
      retryable: false,
      advice: finding.message,
      nextStep: 'NEW_START',
    };
  const { advice, nextStep } = readingOf(failure);
  return advice === null ? byCode : { ...byCode, advice, nextStep: nextStep ?? byCode.nextStep };
}

/** AWS's list of wrong fields, or the fields that its message names. */
export function fieldErrorsOf(failure: RecordedFailure): readonly FieldError[] {
  return readingOf(failure).fieldErrors;
}

function readingOf({ errorCode, message, fieldErrors }: RecordedFailure): FailureReading {
  // The gateway wrote the messages for a start without an answer.
  const isOurs = errorCode === 'UPSTREAM_FAILED' || errorCode === 'THROTTLED';
  return isOurs ? { advice: null, nextStep: null, fieldErrors } : readFailure(message, fieldErrors);
}

function recoveryByCode(failure: RecordedFailure): Recovery {
  if (failure.errorCode === 'UPSTREAM_FAILED' && failure.isUnsent === true) return UNSENT_RECOVERY;
  if (failure.errorCode !== null) return ERROR_RECOVERY[failure.errorCode];
  return isReasonCode(failure.rawReasonCode) ? REASON_RECOVERY[failure.rawReasonCode] : UNKNOWN_RECOVERY;
}

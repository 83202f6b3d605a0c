import type { EditErrorCode } from '../../edits/edits.js';
import type { ErrorCode } from '../../partner-central/failure.js';
import type { InputProblem } from '../../tasks/input-rules.js';
import type { RetryRefusal } from '../../tasks/tasks.js';
import { registerEnum } from '../register-enum.js';

export type UserErrorCode = InputProblem['code'] | RetryRefusal | ErrorCode | EditErrorCode;

export const UserErrorCodeEnum = registerEnum<UserErrorCode>(
  'UserErrorCode',
  'Kind of refusal of a start, a retry or an edit. More values may be added: for an unknown value, show the message.',
  {
    INVALID_INPUT:
      'The gateway refused the input and did not call AWS. Correct the field in `field`; the same `clientToken` ' +
      'can be used.',
    CLIENT_TOKEN_REUSED:
      'The `clientToken` belongs to an earlier start or creation with other input. Use a new token for the ' +
      'new input, or the earlier input to repeat the earlier start or creation.',
    CATALOG_NOT_ALLOWED: 'The gateway or the token of the caller does not allow the catalog. AWS was not called.',
    VALIDATION_FAILED:
      'AWS refused the input as invalid. Correct it, and start again under a new `clientToken`, or repeat the edit.',
    ACCESS_DENIED: "AWS denied access to the gateway's account. An administrator must grant the permission.",
    CONFLICT:
      'AWS reported a conflict: the state of the record does not allow the start or the edit, or changed at the same ' +
      'time. Check the record before starting again. An edit can be repeated.',
    NOT_FOUND:
      'AWS does not know the identifier in this catalog. For a retry: there is no such task, or the caller may not ' +
      'see it.',
    QUOTA_EXCEEDED: 'The AWS account has reached a limit, for example the number of contexts of an engagement.',
    THROTTLED: 'AWS throttled the start until the gateway stopped trying. Nothing was started; start again later.',
    TASK_NOT_FAILED: 'The task has not failed, so it cannot be retried. Wait until it has ended, or make a new start.',
    STARTED_ELSEWHERE: 'The task was started elsewhere, so the gateway does not know its input. Make a new start.',
    LOOK_FIRST:
      'The work may be done already, and the gateway could not find out. Read the record, and retry with ' +
      '`despiteAdvice: true` if it is not done.',
    ALREADY_DONE: 'The gateway read the record at AWS, and the work is done. `despiteAdvice: true` retries anyway.',
    ALREADY_RETRIED:
      'Another caller has retried the task, and this caller may not see the retry. Each task can be retried once.',
    EDIT_CONFLICT:
      'Somebody else changed the same field since the edit began, or anything since `expectedModifiedAt`. Nothing was ' +
      'changed. `conflict` has the values.',
    NOT_EDITABLE: 'The state of the record does not allow a change of the field in `field`. Nothing was sent to AWS.',
    UNKNOWN_MEMBER:
      'The record has a member that this gateway does not know, and the edit would erase it. Nothing was changed. ' +
      'The message names the member.',
    QUOTA_SPENT:
      'The quota of reads or writes allowed no call in time. Nothing was changed. Repeat the edit after `retryAfterMs`.',
    UPSTREAM_FAILED:
      'AWS was unreachable or failed until the gateway stopped trying. The message says if a start may have reached ' +
      'AWS, and `mayBeDone` says it of an edit.',
  },
);

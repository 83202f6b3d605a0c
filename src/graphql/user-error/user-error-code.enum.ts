import type { ErrorCode } from '../../partner-central/failure.js';
import type { InputProblem, RetryRefusal } from '../../tasks/tasks.js';
import { registerEnum } from '../register-enum.js';

export type UserErrorCode = InputProblem['code'] | RetryRefusal | ErrorCode;

export const UserErrorCodeEnum = registerEnum<UserErrorCode>(
  'UserErrorCode',
  'Why a start or a retry was refused. More values may be added: treat an unknown one by showing the message.',
  {
    INVALID_INPUT:
      'The gateway refused the input and did not call AWS. Correct the field that is named; the same `clientToken` can be used.',
    CLIENT_TOKEN_REUSED:
      'The `clientToken` belongs to an earlier start with other input. For a new start use a new token; to repeat the earlier one send the ' +
      'same input.',
    CATALOG_NOT_ALLOWED: "The gateway, or this caller's token, may not use the catalog. AWS was not called.",
    VALIDATION_FAILED: 'AWS found the input invalid. Correct it and start again under a new `clientToken`.',
    ACCESS_DENIED: "AWS denied access to the gateway's account. An administrator must grant it.",
    CONFLICT:
      'AWS saw a conflict: the opportunity or engagement is not in a state for this, or changed meanwhile. Look at it before starting again.',
    NOT_FOUND:
      'AWS does not know the identifier in this catalog; of a retry, there is no such task or the caller may not see it.',
    QUOTA_EXCEEDED: 'A limit of the AWS account is reached, for example the number of contexts of an engagement.',
    THROTTLED: 'AWS took no more starts for as long as the gateway tried. Nothing was started; try again later.',
    TASK_NOT_FAILED:
      'The task has not failed, so there is nothing to try again. Wait until it has ended, or make a new start.',
    STARTED_ELSEWHERE:
      'The task was started elsewhere, so the gateway does not know its input. Make a start of your own.',
    LOOK_FIRST:
      'The work may be done already, and the gateway could not see whether it is. Look in Partner Central, and retry with `despiteAdvice: true` if ' +
      'it is not done.',
    ALREADY_DONE: 'The gateway has looked, and the work is done. Do not retry, unless with `despiteAdvice: true`.',
    ALREADY_RETRIED:
      'Somebody else has tried the task again, in a task that the caller may not see. A task is tried again once.',
    UPSTREAM_FAILED:
      'AWS could not be reached, or failed, until the gateway gave up. The message says whether the start may have reached AWS.',
  },
);

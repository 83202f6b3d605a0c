/** The next step of a client after a refusal or a failure. Messages are for people, and this is for programs. */
import type { EditErrorCode } from '../../edits/edits.js';
import { registerEnum } from '../register-enum.js';
import type { UserErrorCode } from './user-error-code.enum.js';

export type NextAction =
  | 'CORRECT_INPUT'
  | 'NEW_START'
  | 'NEW_TOKEN'
  | 'NONE'
  | 'READ_TASK'
  | 'REPEAT'
  | 'RESOLVE_CONFLICT'
  | 'RETRY'
  | 'RETRY_DESPITE_ADVICE'
  | 'RETRY_LATER';

export const NextActionEnum = registerEnum<NextAction>(
  'NextAction',
  'The next step of a client. More values may be added: treat an unknown value as `NONE`.',
  {
    CORRECT_INPUT:
      'Show the message beside the input that `field` names. Repeat the mutation with the corrected input; the ' +
      '`clientToken` can stay.',
    NEW_START:
      'Offer a new start with other input, under a new `clientToken`. `retryTask` would repeat the old input, or is ' +
      'refused.',
    NEW_TOKEN: 'Repeat the mutation under a new `clientToken`, or with the input of the earlier start or creation.',
    NONE: 'Show the message. Nothing is left to do.',
    READ_TASK: 'Read the task again. It has not failed, or its retry belongs to another caller.',
    REPEAT:
      'Show the message, and offer to repeat the edit unchanged, after `retryAfterMs` if it is set. A repeated edit is ' +
      'never made twice.',
    RESOLVE_CONFLICT:
      'Read the record again, and show the values of `conflict`. Repeat the edit with the value that a person chooses.',
    RETRY:
      'Show the advice, and offer `retryTask`. It can succeed once a person has removed the cause, for example with ' +
      '`updateOpportunity` or `associateOpportunity`.',
    RETRY_DESPITE_ADVICE:
      'Show the advice. Once a person has checked that the work is not done, call `retryTask` with ' +
      '`despiteAdvice: true`.',
    RETRY_LATER: 'Offer `retryTask` after some minutes. There is nothing to correct.',
  },
);

export const NEXT_ACTIONS: Readonly<Record<UserErrorCode, NextAction>> = {
  INVALID_INPUT: 'CORRECT_INPUT',
  CATALOG_NOT_ALLOWED: 'CORRECT_INPUT',
  CLIENT_TOKEN_REUSED: 'NEW_TOKEN',
  VALIDATION_FAILED: 'NEW_START',
  NOT_FOUND: 'NEW_START',
  STARTED_ELSEWHERE: 'NEW_START',
  ACCESS_DENIED: 'RETRY',
  CONFLICT: 'RETRY',
  QUOTA_EXCEEDED: 'RETRY',
  THROTTLED: 'RETRY_LATER',
  UPSTREAM_FAILED: 'RETRY_DESPITE_ADVICE',
  LOOK_FIRST: 'RETRY_DESPITE_ADVICE',
  ALREADY_DONE: 'NONE',
  ALREADY_RETRIED: 'READ_TASK',
  TASK_NOT_FAILED: 'READ_TASK',
  EDIT_CONFLICT: 'RESOLVE_CONFLICT',
  NOT_EDITABLE: 'NONE',
  UNKNOWN_MEMBER: 'NONE',
  QUOTA_SPENT: 'REPEAT',
};

/** An edit has no task that could be retried, and its input can be corrected in place. */
export const NEXT_ACTIONS_OF_EDITS: Readonly<Record<EditErrorCode, NextAction>> = {
  INVALID_INPUT: 'CORRECT_INPUT',
  CATALOG_NOT_ALLOWED: 'CORRECT_INPUT',
  CLIENT_TOKEN_REUSED: 'NEW_TOKEN',
  VALIDATION_FAILED: 'CORRECT_INPUT',
  NOT_FOUND: 'CORRECT_INPUT',
  ACCESS_DENIED: 'REPEAT',
  CONFLICT: 'REPEAT',
  QUOTA_EXCEEDED: 'REPEAT',
  THROTTLED: 'REPEAT',
  UPSTREAM_FAILED: 'REPEAT',
  EDIT_CONFLICT: 'RESOLVE_CONFLICT',
  NOT_EDITABLE: 'NONE',
  UNKNOWN_MEMBER: 'NONE',
  QUOTA_SPENT: 'REPEAT',
};

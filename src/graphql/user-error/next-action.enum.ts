/** The next step of a client after a refusal or a failure. Messages are for people, and this is for programs. */
import { registerEnum } from '../register-enum.js';
import type { UserErrorCode } from './user-error-code.enum.js';

export type NextAction =
  | 'CORRECT_INPUT'
  | 'NEW_START'
  | 'NEW_TOKEN'
  | 'NONE'
  | 'READ_TASK'
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
    NEW_TOKEN: 'Repeat the mutation under a new `clientToken`, or with the input of the earlier start.',
    NONE: 'Show the message. Nothing is left to do.',
    READ_TASK: 'Read the task again. It has not failed, or its retry belongs to another caller.',
    RETRY: 'Show the advice, and offer `retryTask`. It can succeed once a person has removed the cause.',
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
};

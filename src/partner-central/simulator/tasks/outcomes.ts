/** What can be seen of every kind of task on purpose, each under a word of its own: the rows that the tables of `scenarios.ts` share. */
import { MINUTE, SECOND } from '../../../runtime/clock.js';
import { IN_PROGRESS, type Plan, completes, fails, recovers, refuses } from '../scenarios/scenario.js';

/** A word for it, one sentence about it, and what happens. */
export type Outcome = readonly [word: string, sentence: string, plan: Plan];

const PLAIN: Plan = { ...completes(), reasonCodeAsText: true };

export const SUCCESSES: readonly Outcome[] = [
  ['completes', 'COMPLETE after 3 seconds, with all ids.', PLAIN],
  [
    'insidecall',
    'COMPLETE already in the answer to Start, which takes 200 milliseconds.',
    { ...completes(200), blocksMs: 200 },
  ],
  [
    'slowanswer',
    'COMPLETE already in the answer to Start, which takes 2.5 seconds, as AWS often does.',
    { ...completes(2.5 * SECOND), blocksMs: 2.5 * SECOND },
  ],
  [
    'nullids',
    'COMPLETE at once, with null for the ids of task, engagement and snapshot job.',
    { ...completes(0), hiddenByStart: ['TaskId', 'TaskArn', 'EngagementId', 'ResourceSnapshotJobId'] },
  ],
  ['takesaminute', 'COMPLETE after a minute.', completes(MINUTE)],
  [
    'withouttaskid',
    'IN_PROGRESS without a task id, which only the List knows; COMPLETE after 3 seconds.',
    { ...completes(), hiddenByStart: ['TaskId', 'TaskArn'] },
  ],
  ['reasonnull', 'COMPLETE after 3 seconds; the List gives "null" as the reason code, a text.', PLAIN],
  [
    'listedlate',
    'The List shows it only after 3 seconds; COMPLETE after 5.',
    { ...completes(5 * SECOND), listedAfterMs: 3 * SECOND },
  ],
  [
    'unknownstatus',
    'PENDING_REVIEW, an unknown status, from the first second to the fourth; then COMPLETE.',
    {
      phases: [
        IN_PROGRESS,
        { afterMs: 1 * SECOND, status: 'PENDING_REVIEW' },
        { afterMs: 4 * SECOND, status: 'COMPLETE' },
      ],
    },
  ],
  [
    'unknownreason',
    'FAILED after 1 second: QuantumFluctuation, an unknown reason.',
    fails('QuantumFluctuation', 'The task failed in a way that this version of the API has no name for.'),
  ],
];

const NOT_COMPLETE = {
  Reason: 'BUSINESS_VALIDATION_FAILED',
  ErrorList: [
    {
      FieldName: 'project.salesActivities',
      Message: 'project.salesActivities is required',
      Code: 'REQUIRED_FIELD_MISSING',
    },
    { FieldName: 'lifeCycle.targetCloseDate', Message: 'targetCloseDate must be in the future', Code: 'INVALID_VALUE' },
  ],
};

export const REFUSALS: readonly Outcome[] = [
  [
    'invalid',
    'ValidationException, BUSINESS_VALIDATION_FAILED, with two wrong fields.',
    refuses('ValidationException', 'The opportunity is not complete.', NOT_COMPLETE),
  ],
  [
    'accessdenied',
    'AccessDeniedException.',
    {
      ...refuses('AccessDeniedException', 'User is not authorized to perform this action on this resource.'),
      refusesReads: true,
    },
  ],
  ['conflict', 'ConflictException.', refuses('ConflictException', 'The resource is being changed by another request.')],
  [
    'notfound',
    'ResourceNotFoundException.',
    { ...refuses('ResourceNotFoundException', 'The resource was not found.'), refusesReads: true },
  ],
  [
    'throttled',
    'ThrottlingException for the first two sends, then COMPLETE after 3 seconds.',
    recovers(2, { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' }),
  ],
  [
    'servererror',
    'InternalServerException for the first two sends, then COMPLETE after 3 seconds.',
    recovers(2, { kind: 'error', name: 'InternalServerException', message: 'An internal error occurred.' }),
  ],
  ['unknownerror', 'TeapotException, an unknown error.', refuses('TeapotException', 'This service is a teapot.')],
  [
    'htmlanswer',
    "A proxy's HTML page for the first send, then COMPLETE after 3 seconds.",
    recovers(1, { kind: 'html', status: 502 }),
  ],
  [
    'resetbefore',
    'Connection reset before the first send is taken, then COMPLETE after 3 seconds.',
    recovers(1, { kind: 'reset-before' }),
  ],
  [
    'resetafter',
    'Connection reset after the first send is taken: the task exists, COMPLETE after 3 seconds.',
    recovers(1, { kind: 'reset-after' }),
  ],
];

export function failure(word: string, reasonCode: string, message: string): Outcome {
  return [word, `FAILED after 1 second: ${reasonCode}.`, fails(reasonCode, message)];
}

export function failureAtOnce(word: string, reasonCode: string, message: string): Outcome {
  return [word, `FAILED already in the answer to Start: ${reasonCode}.`, fails(reasonCode, message, 0)];
}

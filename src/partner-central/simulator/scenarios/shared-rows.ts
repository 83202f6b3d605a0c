/** The scenarios that every kind of task has: the rows that the tables of `scenarios.ts` share. */
import { MINUTE, SECOND } from '../../../runtime/clock.js';
import { IN_PROGRESS, type Timeline, completes, fails, recovers, refuses } from './scenario.js';

/** The word in the identifier, a sentence for the reader, and the timeline. */
export type ScenarioRow = readonly [word: string, sentence: string, timeline: Timeline];

const PLAIN: Timeline = { ...completes(), reasonCodeAsText: true };

export const SUCCESSES: readonly ScenarioRow[] = [
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
    'IN_PROGRESS without a task id, which only the List gives; COMPLETE after 3 seconds.',
    { ...completes(), hiddenByStart: ['TaskId', 'TaskArn'] },
  ],
  ['reasonnull', 'COMPLETE after 3 seconds; the List gives the text "null" as the reason code.', PLAIN],
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

const INCOMPLETE = {
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

export const REFUSALS: readonly ScenarioRow[] = [
  [
    'invalid',
    'ValidationException, BUSINESS_VALIDATION_FAILED, with two wrong fields.',
    refuses('ValidationException', 'The opportunity is not complete.', INCOMPLETE),
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
    'Connection reset before the first send is processed, then COMPLETE after 3 seconds.',
    recovers(1, { kind: 'reset-before' }),
  ],
  [
    'resetafter',
    'Connection reset after the first send is processed: the task exists, COMPLETE after 3 seconds.',
    recovers(1, { kind: 'reset-after' }),
  ],
];

export function failure(word: string, reasonCode: string, message: string): ScenarioRow {
  return [word, `FAILED after 1 second: ${reasonCode}.`, fails(reasonCode, message)];
}

export function failureAtOnce(word: string, reasonCode: string, message: string): ScenarioRow {
  return [word, `FAILED already in the answer to Start: ${reasonCode}.`, fails(reasonCode, message, 0)];
}

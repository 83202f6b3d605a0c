import { describe, expect, test } from '@jest/globals';
import { OPPORTUNITY_INPUT, aFailure, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { run } from '../../support/server/run-operation.js';

describe('Task.failure', () => {
  const QUERY = `{ task(id: "task-one") { reasonCode failure {
    reasonCode rawReasonCode errorCode message category retryable recovery finding fieldErrors { field code message }
  } } }`;

  test('a failed task has AWS’s reason and the advice', async () => {
    const find = aTask({
      status: 'FAILED',
      details: { reasonCode: 'OpportunityConflict' },
      failure: aFailure({ rawReasonCode: 'OpportunityConflict' }),
    });
    expect(await run(QUERY, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          reasonCode: 'OPPORTUNITY_CONFLICT',
          failure: {
            reasonCode: 'OPPORTUNITY_CONFLICT',
            rawReasonCode: 'OpportunityConflict',
            errorCode: null,
            message: 'It went wrong.',
            category: 'LOOK_BEFORE_RETRY',
            retryable: true,
            recovery: expect.stringContaining('already submitted'),
            finding: null,
            fieldErrors: [],
          },
        },
      },
    });
  });

  test('a failure whose work is done shows the finding and is not retryable', async () => {
    const finding = { type: 'done', message: 'It is submitted.' } as const;
    const find = aTask({ status: 'FAILED', failure: aFailure({ rawReasonCode: 'OpportunityConflict', finding }) });
    expect(await run(QUERY, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          failure: {
            finding: 'It is submitted.',
            retryable: false,
            recovery: expect.stringMatching(/^It is submitted\./),
          },
        },
      },
    });
  });

  test('a reason that the schema does not know is in rawReasonCode, and reasonCode is null', async () => {
    const find = aTask({
      status: 'FAILED',
      details: { reasonCode: 'MoonPhase' },
      failure: aFailure({ rawReasonCode: 'MoonPhase' }),
    });
    expect(await run(QUERY, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          reasonCode: null,
          failure: { reasonCode: null, rawReasonCode: 'MoonPhase', category: 'UNKNOWN', retryable: false },
        },
      },
    });
  });

  test('a failed task has the fields that its message names, and advice for them', async () => {
    const message = 'REQUIRED_FIELD_MISSING project.title:project.title is required';
    const failure = aFailure({ rawReasonCode: 'OpportunityValidationFailed', message });
    const find = aTask({ status: 'FAILED', failure });
    expect(await run(QUERY, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          failure: {
            message,
            category: 'FIX_AND_RESUBMIT',
            recovery: 'AWS requires the title of the project. Add what is missing. Then retry.',
            fieldErrors: [
              { field: 'Project.Title', code: 'REQUIRED_FIELD_MISSING', message: 'project.title is required' },
            ],
          },
        },
      },
    });
  });

  test('a refused start has an error for each field', async () => {
    const fieldErrors = [{ field: 'Identifier', code: 'INVALID_VALUE', message: 'Wrong.' }];
    const find = aTask({ status: 'REJECTED', failure: aFailure({ errorCode: 'VALIDATION_FAILED', fieldErrors }) });
    expect(await run(QUERY, contextWith(fakeTasks({ find })))).toMatchObject({
      data: {
        task: {
          reasonCode: null,
          failure: { reasonCode: null, errorCode: 'VALIDATION_FAILED', category: 'FIX_AND_RESUBMIT', fieldErrors },
        },
      },
    });
  });

  test.each<[string, Parameters<typeof aFailure>[0], string]>([
    ['a missing permission', { rawReasonCode: 'EngagementAccessDenied' }, 'RETRY'],
    ['an incomplete opportunity', { rawReasonCode: 'OpportunityValidationFailed' }, 'RETRY'],
    ['a context that does not exist', { rawReasonCode: 'ContextNotFound' }, 'NEW_START'],
    ['an expired invitation', { rawReasonCode: 'InvitationValidationFailed' }, 'NEW_START'],
    ['refused input', { errorCode: 'VALIDATION_FAILED' }, 'NEW_START'],
    [
      'a record that AWS refuses with the start',
      { errorCode: 'VALIDATION_FAILED', message: 'The close date is in the past.' },
      'RETRY',
    ],
    [
      'input that fails the task',
      { rawReasonCode: 'OpportunityValidationFailed', message: 'Cannot set visibility to limited on a Co-Sell' },
      'NEW_START',
    ],
    ['a conflict', { errorCode: 'CONFLICT' }, 'RETRY'],
    [
      'a conflict after which the work is done',
      { errorCode: 'CONFLICT', finding: { type: 'done', message: 'It is submitted.' } },
      'NONE',
    ],
    [
      'a conflict after which the invitation is found expired',
      {
        rawReasonCode: 'EngagementInvitationConflict',
        finding: { type: 'not-done', message: 'It is Expired.', needsOtherInput: true },
      },
      'NEW_START',
    ],
    ['a lost answer', { errorCode: 'UPSTREAM_FAILED' }, 'RETRY_DESPITE_ADVICE'],
    ['a throttled step', { rawReasonCode: 'RequestThrottled' }, 'RETRY_LATER'],
    ['an unknown reason', { rawReasonCode: 'MoonPhase' }, 'RETRY'],
  ])('the next action after %s is for programs, and the advice ends with it', async (_title, failure, nextAction) => {
    const query = '{ task(id: "task-one") { failure { nextAction recovery } } }';
    const lasts = { NONE: /submitted\.$/, NEW_START: /make a new start\.$/ };
    const expected = (action: string) => ({
      nextAction: action,
      recovery: expect.stringMatching(action === 'NONE' || action === 'NEW_START' ? lasts[action] : /retry\.$/),
    });
    const find = aTask({ status: 'FAILED', failure: aFailure(failure) });
    expect(await run(query, contextWith(fakeTasks({ find })))).toEqual({
      data: { task: { failure: expected(nextAction) } },
    });
    const input = { ...OPPORTUNITY_INPUT, origin: 'EXTERNAL' } as const;
    expect(await run(query, contextWith(fakeTasks({ find: { ...find, input } })))).toEqual({
      data: { task: { failure: expected(nextAction === 'NONE' ? 'NONE' : 'NEW_START') } },
    });
  });
});

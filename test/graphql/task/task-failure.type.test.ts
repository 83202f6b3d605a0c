import { describe, expect, test } from '@jest/globals';
import { aFailure, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
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
            recovery: 'AWS requires Project.Title. Add it and start again.',
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
});

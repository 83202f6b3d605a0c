import { describe, expect, test } from '@jest/globals';
import type { RetryOutcome, RetryRefusal } from '../../../src/tasks/tasks.js';
import { ENGAGEMENT_INPUT, VIEWER, aFailure, aTask, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const RETRY =
  'mutation ($id: ID!, $despiteAdvice: Boolean) { retryTask(id: $id, despiteAdvice: $despiteAdvice) { task { ' +
  '__typename id } replayed userErrors { code message field awsCode } } }';

async function retry(outcome: RetryOutcome, variables = {}) {
  const tasks = fakeTasks({ retry: outcome });
  return { answer: await run(RETRY, contextWith(tasks), { id: 'task-one', ...variables }), asked: tasks.asked.retry };
}

describe('Mutation.retryTask', () => {
  test.each([false, true])(
    'the retry has the kind of the task, and replayed says if it existed: %j',
    async (replayed) => {
      const { answer } = await retry({
        type: 'accepted',
        task: aTask({ id: 'task-two', input: ENGAGEMENT_INPUT }),
        replayed,
      });
      expect(answer).toEqual({
        data: {
          retryTask: {
            task: { __typename: 'OpportunityFromEngagementTask', id: 'task-two' },
            replayed,
            userErrors: [],
          },
        },
      });
    },
  );

  test.each([
    [{}, false],
    [{ despiteAdvice: null }, false],
    [{ despiteAdvice: false }, false],
    [{ despiteAdvice: true }, true],
  ])('the advice is followed unless despiteAdvice is true: %j', async (variables, despiteAdvice) => {
    const { asked } = await retry({ type: 'accepted', task: aTask(), replayed: false }, variables);
    expect(asked).toEqual([[VIEWER, 'task-one', despiteAdvice]]);
  });

  test('a refusal says for programs what to do next', async () => {
    const query = 'mutation { retryTask(id: "x") { userErrors { nextAction } } }';
    for (const [code, nextAction] of [
      ['LOOK_FIRST', 'RETRY_DESPITE_ADVICE'],
      ['ALREADY_DONE', 'NONE'],
      ['STARTED_ELSEWHERE', 'NEW_START'],
      ['TASK_NOT_FAILED', 'READ_TASK'],
    ] as const) {
      const tasks = fakeTasks({ retry: { type: 'refused', code, message: 'Do this instead.' } });
      expect(await run(query, contextWith(tasks))).toEqual({ data: { retryTask: { userErrors: [{ nextAction }] } } });
    }
  });

  const CODES: readonly RetryRefusal[] = [
    'NOT_FOUND',
    'TASK_NOT_FAILED',
    'STARTED_ELSEWHERE',
    'LOOK_FIRST',
    'ALREADY_DONE',
    'ALREADY_RETRIED',
    'CLIENT_TOKEN_REUSED',
  ];
  test.each(CODES)('a refusal by the gateway is in userErrors: %s', async (code) => {
    const { answer } = await retry({ type: 'refused', code, message: 'Do this instead.' });
    expect(answer).toEqual({
      data: {
        retryTask: {
          task: null,
          replayed: false,
          userErrors: [{ code, message: 'Do this instead.', field: ['id'], awsCode: null }],
        },
      },
    });
  });

  test('a refusal by AWS has no field, because the arguments contain no input', async () => {
    const fieldErrors = [{ field: 'Identifier', code: 'INVALID_VALUE', message: 'Wrong.' }];
    const task = aTask({
      status: 'REJECTED',
      failure: aFailure({ errorCode: 'VALIDATION_FAILED', awsCode: 'ValidationException', fieldErrors }),
    });
    const { answer } = await retry({ type: 'accepted', task, replayed: false });
    expect(answer).toMatchObject({
      data: {
        retryTask: {
          userErrors: [{ code: 'VALIDATION_FAILED', message: 'Wrong.', field: null, awsCode: 'ValidationException' }],
        },
      },
    });
  });

  test('a caller who may not start tasks is refused', async () => {
    const tasks = fakeTasks({});
    expect(
      codesOf(await run(RETRY, contextWith(tasks, { viewer: { ...VIEWER, starts: false } }), { id: 'x' })),
    ).toEqual(['FORBIDDEN']);
    expect(tasks.asked.retry).toEqual([]);
  });
});

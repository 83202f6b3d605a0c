import { beforeAll, describe, expect, test } from '@jest/globals';
import { awsClientToken } from '../../../src/tasks/start.js';
import { retryToken } from '../../../src/tasks/retry.js';
import { FOLLOW, runToEnd, startGateway, type TestGateway } from '../../support/harness/gateway.js';

const RETRY = `mutation($id: ID!, $despiteAdvice: Boolean) {
  retryTask(id: $id, despiteAdvice: $despiteAdvice) {
    task { __typename id status clientToken retryOf { id } ... on EngagementFromOpportunityTask { identifier awsSubmission { involvementType visibility } } tags { key value } }
    replayed userErrors { code message field }
  }
}`;
const LINKS = 'query($id: ID!) { task(id: $id) { status retryOf { id } retriedBy { id } } }';

describe('A retry', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({}, { speed: 10 });
  });

  const retry = async (id: string, despiteAdvice?: boolean) =>
    (await gateway.query(RETRY, { id, despiteAdvice })).data.retryTask;
  async function failed(identifier: string, extra: Record<string, unknown> = {}): Promise<string> {
    const { payload, last } = await runToEnd(gateway, identifier, extra);
    expect(last.status).toMatch(/^(FAILED|REJECTED)$/);
    return payload.task.id;
  }
  const tokensOf = () => gateway.simulator.tasks().map((task) => task.clientToken);

  test('a retry of a throttled task is the same start under a new token at AWS, linked both ways, and replayed when repeated', async () => {
    const tags = [{ key: 'team', value: 'north' }];
    const id = await failed('O2000019', { tags });
    const before = tokensOf();
    const first = await retry(id);
    expect(first).toMatchObject({
      replayed: false,
      userErrors: [],
      task: {
        retryOf: { id },
        identifier: 'O2000019',
        awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
        tags,
      },
    });
    await gateway.collect(FOLLOW, { id: first.task.id });
    const input = {
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      identifier: 'O2000019',
      involvementType: 'CO_SELL',
      visibility: 'FULL',
      tags,
    } as const;
    expect(first.task.clientToken).toBe(retryToken(id));
    expect(tokensOf()).toEqual([...before, awsClientToken({ subject: null, input, clientToken: retryToken(id) })]);

    const again = await retry(id);
    expect(again).toMatchObject({ replayed: true, task: { id: first.task.id, status: 'FAILED' } });
    expect((await gateway.query(LINKS, { id })).data.task).toEqual({
      status: 'FAILED',
      retryOf: null,
      retriedBy: { id: first.task.id },
    });
    expect((await gateway.query(LINKS, { id: first.task.id })).data.task).toEqual({
      status: 'FAILED',
      retryOf: { id },
      retriedBy: null,
    });

    const second = await retry(first.task.id);
    expect(second).toMatchObject({ replayed: false, task: { retryOf: { id: first.task.id } } });
    expect(tokensOf()).toHaveLength(before.length + 2);
  });

  test('ten equal retries at once are one task at AWS', async () => {
    const id = await failed('O2000019');
    const before = tokensOf().length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => retry(id)));
    expect(new Set(answers.map((answer) => answer.task.id)).size).toBe(1);
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(tokensOf()).toHaveLength(before + 1);
  });

  test('a retry that AWS refuses again returns the user error', async () => {
    const id = await failed('O3000003');
    expect(await retry(id)).toMatchObject({
      task: { status: 'REJECTED' },
      userErrors: [{ code: 'ACCESS_DENIED', field: null }],
    });
  });

  test('a retry of a conversion keeps its kind', async () => {
    const id = await failed('eng-disqualified01');
    expect(await retry(id)).toMatchObject({
      task: { __typename: 'OpportunityFromEngagementTask', retryOf: { id } },
      userErrors: [],
    });
  });

  test('a retry without anything to retry is refused, and the message says what to do', async () => {
    const { payload } = await runToEnd(gateway, 'O1000002');
    expect(await retry(payload.task.id, true)).toMatchObject({
      task: null,
      userErrors: [{ code: 'TASK_NOT_FAILED', field: ['id'], message: expect.stringContaining('Make a new start') }],
    });
    expect(await retry('unknown')).toMatchObject({ task: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
  });

  test('a retry after a conflict is refused when AWS shows that the work is done, unless despiteAdvice is set', async () => {
    const id = await failed('O2000014');
    const before = tokensOf().length;
    expect(await retry(id)).toMatchObject({
      task: null,
      userErrors: [
        {
          code: 'ALREADY_DONE',
          message: expect.stringMatching(/is Submitted: it was submitted already.*sure that it is not done/),
        },
      ],
    });
    expect(tokensOf()).toHaveLength(before);
    expect(await retry(id, true)).toMatchObject({ replayed: false, task: { retryOf: { id } }, userErrors: [] });
  });

  test('a retry survives a restart, and is not made twice', async () => {
    const earlier = await startGateway({}, { speed: 10 });
    const { payload } = await runToEnd(earlier, 'O2000019');
    const { id } = payload.task;
    const first = (await earlier.query(RETRY, { id })).data.retryTask;
    const later = await earlier.restart();
    expect((await later.query(RETRY, { id })).data.retryTask).toMatchObject({
      replayed: true,
      task: { id: first.task.id },
    });
    await later.collect(FOLLOW, { id: first.task.id });
    expect(later.simulator.tasks()).toHaveLength(2);
  });
});

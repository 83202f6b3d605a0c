import { describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

const MEMBERS =
  'id totalCount queuedCount inProgressCount completeCount failedCount rejectedCount isFinished expectedEndAt ' +
  'createdAt';
const START = `mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) {
  startEngagementFromOpportunityTasks(inputs: $inputs) {
    batch { ${MEMBERS} } results { task { id status batchId } replayed userErrors { code message field } } userErrors { code message field }
  }
}`;
const BATCH = `query($id: ID!, $after: String) { taskBatch(id: $id) { ${MEMBERS} tasks(first: 100, after: $after) {
  totalCount nodes { id status failure { rawReasonCode } ... on EngagementFromOpportunityTask { identifier batch { id } } } pageInfo { hasNextPage endCursor }
} } }`;
const FEED =
  'subscription($filter: TaskFilter, $after: String) { taskFeed(filter: $filter, after: $after) { sequence status ' +
  'isTerminal task { id } } }';

/** Samples with different outcomes: complete, failed or refused. */
const SAMPLES = ['O1000001', 'O1000002', 'O1000004', 'O2000019', 'O3000006'];
const ENDS: Readonly<Record<string, string>> = { O2000019: 'FAILED', O3000006: 'REJECTED' };

function inputOf(identifier: string, clientToken: string) {
  return {
    catalog: 'SANDBOX',
    identifier,
    clientToken,
    awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
  };
}

async function startMany(gateway: TestGateway, inputs: unknown[]): Promise<any> {
  const result = await gateway.query(START, { inputs });
  if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
  return result.data.startEngagementFromOpportunityTasks;
}

async function taskOf(gateway: TestGateway, id: string): Promise<any[]> {
  const first = (await gateway.query(BATCH, { id })).data.taskBatch.tasks;
  const second = (await gateway.query(BATCH, { id, after: first.pageInfo.endCursor })).data.taskBatch.tasks;
  expect([first.totalCount, second.pageInfo.hasNextPage]).toEqual([200, false]);
  return [...first.nodes, ...second.nodes];
}

describe('A batch', () => {
  test('a batch of 200 starts returns at once, can be followed and ends; a repetition starts nothing', async () => {
    const gateway = await startGateway({}, { speed: 20 });
    const inputs = Array.from({ length: 200 }, (_, index) =>
      inputOf(SAMPLES[index % SAMPLES.length] ?? '', `token ${index}`),
    );
    const other = await startMany(gateway, [inputOf('O1000001', 'another batch')]);
    const payload = await startMany(gateway, inputs);
    const { batch } = payload;
    expect(payload.userErrors).toEqual([]);
    expect(payload.results.map((result: any) => [result.task.batchId, result.replayed, result.userErrors])).toEqual(
      Array(200).fill([batch.id, false, []]),
    );
    expect(batch).toMatchObject({ totalCount: 200, isFinished: false });
    expect(Date.parse(batch.expectedEndAt)).toBeGreaterThan(Date.parse(batch.createdAt));

    // The cursor of an earlier task lets the feed begin before the batch.
    const [{ data }] = (await gateway.collect(
      'subscription($id: ID!) { taskTransitions(id: $id, from: BEGINNING) { cursor } }',
      { id: other.results[0].task.id },
      () => true,
    )) as [any];
    const ended = (results: any[]) => results.filter((result) => result.data.taskFeed.isTerminal).length === 200;
    const events = await gateway.collect(
      FEED,
      { filter: { batchIds: [batch.id] }, after: data.taskTransitions.cursor },
      ended,
    );
    const ids = payload.results.map((result: any) => result.task.id);
    expect(new Set(events.map((event) => event.data.taskFeed.task.id))).toEqual(new Set(ids));

    const tasks = await taskOf(gateway, batch.id);
    expect(tasks.map((task) => task.id)).toEqual([...ids].reverse());
    for (const task of tasks)
      expect([task.identifier, task.status, task.batch.id]).toEqual([
        task.identifier,
        ENDS[task.identifier] ?? 'COMPLETE',
        batch.id,
      ]);
    const { data: state } = await gateway.query(BATCH, { id: batch.id });
    const counts = {
      totalCount: 200,
      queuedCount: 0,
      inProgressCount: 0,
      completeCount: 120,
      failedCount: 40,
      rejectedCount: 40,
    };
    expect(state.taskBatch).toMatchObject({ ...counts, isFinished: true, expectedEndAt: null });

    const sent = gateway.simulator.tasks().length;
    const again = await startMany(gateway, inputs);
    expect(again.batch).toMatchObject({ id: batch.id, ...counts });
    expect(again.results.map((result: any) => [result.task.id, result.replayed])).toEqual(
      ids.map((id: string) => [id, true]),
    );
    expect(gateway.simulator.tasks()).toHaveLength(sent);
  });

  test('a batch with a wrong input starts the others, and names the wrong field', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 20 });
    const inputs = ['O1000001', 'O1000002', 'O1000003', 'nonsense', 'O1000004'].map((identifier) =>
      inputOf(identifier, identifier),
    );
    const payload = await startMany(gateway, inputs);
    expect(payload.batch.totalCount).toBe(4);
    expect(payload.results.map((result: any) => result.task === null)).toEqual([false, false, false, true, false]);
    expect(payload.results[3].userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['inputs', '3', 'identifier'] },
    ]);
  });

  test('a batch of more than 200 starts, or of none, is refused as a whole', async () => {
    const gateway = await startGateway();
    for (const count of [0, 201]) {
      const payload = await startMany(
        gateway,
        Array.from({ length: count }, (_, index) => inputOf('O1000001', String(index))),
      );
      expect(payload).toMatchObject({
        batch: null,
        results: [],
        userErrors: [{ code: 'INVALID_INPUT', field: ['inputs'], message: expect.stringContaining('200') }],
      });
    }
    expect(gateway.simulator.calls()).toEqual([]);
  });

  test('a batch of 200 starts with long tokens and tags fits into one request', async () => {
    const gateway = await startGateway({ WRITES_PER_SECOND: '1' });
    const tags = Array.from({ length: 4 }, (_, index) => ({ key: `${'k'.repeat(60)}${index}`, value: 'v'.repeat(60) }));
    const inputs = Array.from({ length: 200 }, (_, index) => ({
      ...inputOf('O1000001', `${'t'.repeat(250)}${index}`),
      tags,
    }));
    const { batch } = await startMany(gateway, inputs);
    expect(batch.totalCount).toBe(200);
    // One start a second, and the duration of the last task.
    const seconds = (Date.parse(batch.expectedEndAt) - Date.parse(batch.createdAt)) / 1000;
    expect(seconds).toBeGreaterThan(195);
    expect(seconds).toBeLessThan(215);
  });

  test('an accepted batch survives a restart', async () => {
    const gateway = await startGateway({ WRITES_PER_SECOND: '20' }, { speed: 20 });
    const inputs = Array.from({ length: 30 }, (_, index) => inputOf('O1000001', String(index)));
    const { batch } = await startMany(gateway, inputs);
    const later = await gateway.restart({ WRITES_PER_SECOND: '500' });
    let state: any;
    do state = (await later.query(BATCH, { id: batch.id })).data.taskBatch;
    while (!state.isFinished);
    expect(state).toMatchObject({ totalCount: 30, completeCount: 30 });
    expect(later.simulator.tasks()).toHaveLength(30);
  });
});

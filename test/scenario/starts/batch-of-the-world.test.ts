/** All opportunities of a seller's list submitted in one batch. */
import { expect, test } from '@jest/globals';
import { startGateway } from '../../support/harness/gateway.js';
import { ask, dataOf } from '../../support/clients/seller.js';

const START = `mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) {
  startEngagementFromOpportunityTasks(inputs: $inputs) {
    batch { id totalCount queuedCount createdAt expectedEndAt isFinished }
    results { task { id identifier transitions(first: 1) { edges { cursor } } } replayed userErrors { code } } userErrors { code }
  }
}`;
const BATCH = `query($id: ID!) { taskBatch(id: $id) {
  totalCount queuedCount inProgressCount completeCount failedCount rejectedCount isFinished expectedEndAt
  tasks(first: 50) { nodes { status failure { finding } ... on EngagementFromOpportunityTask { identifier } opportunity { id lifeCycle { reviewStatus } } } }
} }`;
const FEED =
  'subscription($filter: TaskFilter, $after: String) { taskFeed(filter: $filter, after: $after) { sequence status ' +
  'isTerminal reasonCode task { id batchId } } }';
const WORLD = Array.from({ length: 12 }, (_, index) => `O${5_000_001 + index}`);
/** The reason code of each opportunity. The first one and the one in Action Required complete. */
const REASONS = [
  null,
  ...Array<string>(5).fill('OPPORTUNITY_VALIDATION_FAILED'),
  ...Array<string>(3).fill('OPPORTUNITY_CONFLICT'),
  null,
  ...Array<string>(2).fill('OPPORTUNITY_CONFLICT'),
];

test('the twelve opportunities of the simulator in one batch end as expected, and the feed of the batch has each transition', async () => {
  const gateway = await startGateway({ WRITES_PER_SECOND: '10' }, { speed: 20 });
  const inputs = WORLD.map((identifier) => ({
    catalog: 'SANDBOX',
    identifier,
    clientToken: identifier,
    awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
  }));
  const { batch, results, userErrors } = (await ask(gateway, START, { inputs })).startEngagementFromOpportunityTasks;
  expect(userErrors).toEqual([]);
  expect(results.map((result: any) => [result.task.identifier, result.replayed, result.userErrors])).toEqual(
    WORLD.map((identifier) => [identifier, false, []]),
  );
  expect(batch).toMatchObject({ totalCount: 12, isFinished: false });
  // Twelve starts at ten a second, and the duration of a task.
  const expectedMs = Date.parse(batch.expectedEndAt) - Date.parse(batch.createdAt);
  expect(expectedMs).toBeGreaterThan(1200);
  expect(expectedMs).toBeLessThan(8000);

  // Each result has the cursor of its first transition. All other transitions follow that of the first result.
  const after = results[0].task.transitions.edges[0].cursor;
  const ended = (events: any[]) => events.filter(({ data }) => data.taskFeed.isTerminal).length === 12;
  const events = (await gateway.collect(FEED, { filter: { batchIds: [batch.id] }, after }, ended)).map(
    (event) => dataOf(event).taskFeed,
  );
  for (const [index, { task }] of results.entries()) {
    const mine = events.filter((event) => event.task.id === task.id);
    expect(mine.map(({ sequence }) => sequence)).toEqual(mine.map((_, n) => n + (index === 0 ? 2 : 1)));
    expect(mine.at(-1)).toMatchObject({
      isTerminal: true,
      status: REASONS[index] === null ? 'COMPLETE' : 'FAILED',
      reasonCode: REASONS[index],
      task: { batchId: batch.id },
    });
  }
  expect(new Set(events.map(({ task }) => task.id)).size).toBe(12);

  const { tasks, ...state } = (await ask(gateway, BATCH, { id: batch.id })).taskBatch;
  expect(state).toEqual({
    totalCount: 12,
    queuedCount: 0,
    inProgressCount: 0,
    completeCount: 2,
    failedCount: 10,
    rejectedCount: 0,
    isFinished: true,
    expectedEndAt: null,
  });
  expect(tasks.nodes.map((node: any) => [node.identifier, node.opportunity.id])).toEqual(
    WORLD.map((id) => [id, id]).toReversed(),
  );
  // The outcome check after a conflict has found these opportunities submitted.
  expect(tasks.nodes.filter((node: any) => node.failure?.finding != null).map((node: any) => node.identifier)).toEqual(
    WORLD.filter((_, index) => REASONS[index] === 'OPPORTUNITY_CONFLICT').toReversed(),
  );

  const again = (await ask(gateway, START, { inputs })).startEngagementFromOpportunityTasks;
  expect(again.batch).toMatchObject({ id: batch.id, isFinished: true });
  expect(gateway.simulator.tasks()).toHaveLength(12);
});

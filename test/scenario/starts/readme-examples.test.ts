import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FOLLOW, runToEnd, startGateway } from '../../support/harness/gateway.js';
import { ask, dataOf, rulesOf } from '../../support/clients/seller.js';

const readme = readFileSync('README.md', 'utf8');
const schemaPage = readFileSync('schema/README.md', 'utf8');
/** The bodies of the curl commands in README.md, and the first block of output after each. */
const commands = [...readme.matchAll(/curl [^`]*?-d '([^']*)'\n```\n[^]*?```(?:json)?\n([^]*?)```/g)].map(
  ([, body = '', output = '']) => ({ body, output }),
);
const documents = [...`${readme}\n${schemaPage}`.matchAll(/```graphql\n([^]*?)```/g)].map(
  ([, document = '']) => document,
);

/** The only example that has this field. */
function exampleOf(field: string): string {
  const [example, ...others] = documents.filter((document) => new RegExp(`\\b${field}\\(`).test(document));
  if (example === undefined || others.length > 0)
    throw new Error(`The README files have ${others.length + (example === undefined ? 0 : 1)} examples of ${field}.`);
  return example;
}

test("the README's mutation and subscription work as written, and return the output that it shows", async () => {
  const gateway = await startGateway();
  const post = (body: string, accept: string) =>
    fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body }).then(
      (response) => response.text(),
    );
  const [mutation, subscription] = commands;
  if (mutation === undefined || subscription === undefined) throw new Error('The README has lost its examples.');

  const started = await post(mutation.body, 'application/json');
  expect(shapeOf(started)).toBe(shapeOf(mutation.output));
  const shownId = JSON.parse(mutation.output).data.startEngagementFromOpportunityTask.task.id;
  const { id } = JSON.parse(started).data.startEngagementFromOpportunityTask.task;
  expect(subscription.body).toContain(shownId);
  const events = await post(subscription.body.replace(shownId, id), 'text/event-stream');
  expect(shapeOf(events)).toBe(shapeOf(subscription.output));
});

test('the conversion of a lead in schema/README.md and the invitation that README.md names complete', async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const { task, userErrors } = (await ask(gateway, exampleOf('startOpportunityFromEngagementTask')))
    .startOpportunityFromEngagementTask;
  expect(userErrors).toEqual([]);
  const events = await gateway.collect(`subscription { taskTransitions(id: "${task.id}") { status } }`, {});
  expect(events.at(-1)?.data.taskTransitions.status).toBe('COMPLETE');
  const [invitation = ''] = /\bengi-[0-9a-z]{13}\b/.exec(readme) ?? [];
  expect((await runToEnd(gateway, invitation)).last.status).toBe('COMPLETE');
});

test("the look-up in schema/README.md shows the missing data, and the README's correction and retry submit the opportunity", async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const { nodes } = (await ask(gateway, exampleOf('submissionReadiness'))).opportunities;
  const notReady = nodes
    .filter((node: any) => rulesOf(node.submissionReadiness, 'FAILED').length > 0)
    .map((node: any) => node.id);
  expect(notReady).toEqual(['O5000005', 'O5000004', 'O5000003', 'O5000002']);
  const { id } = (await runToEnd(gateway, 'O5000002')).payload.task;
  const { associateOpportunity, retryTask } = await ask(gateway, exampleOf('retryTask'), { id });
  expect([associateOpportunity.userErrors, retryTask.userErrors, retryTask.task.retryOf]).toEqual([[], [], { id }]);
  const transitions = await gateway.collect(FOLLOW, { id: retryTask.task.id });
  expect(dataOf(transitions.at(-1) ?? {}).taskTransitions.status).toBe('COMPLETE');
});

test('the edit in schema/README.md changes what it names', async () => {
  const gateway = await startGateway();
  const { updateOpportunity } = await ask(gateway, exampleOf('updateOpportunity'));
  expect(updateOpportunity).toEqual({
    opportunity: {
      id: 'O5000005',
      lastModifiedAt: expect.any(String),
      customer: { account: { address: { stateOrRegion: 'Arizona' } } },
    },
    changed: ['customer.account.address.stateOrRegion'],
    userErrors: [],
  });
});

test("the examples of AWS's side, solutions, deals and editability in schema/README.md show the simulator's records", async () => {
  const gateway = await startGateway();
  const examples = (text: string) => documents.filter((document) => document.includes(text));
  const [aws = ''] = examples(' aws {');
  expect((await ask(gateway, aws)).opportunity).toMatchObject({
    aws: { stage: 'Seller Engaged', team: [{ firstName: 'Alexa' }, {}, {}], qualityScore: 72 },
    engagement: { id: 'eng-project5000009' },
  });
  expect((await ask(gateway, exampleOf('solutions'))).solutions.nodes.map(({ name }: any) => name)).toEqual([
    'Cold Chain Monitor',
    'Fleet Planner',
    'Migration Workshop',
  ]);
  const [deals = ''] = examples('deals:');
  const range = { today: '2020-01-01', endOfQuarter: '2099-12-31' };
  expect((await ask(gateway, deals, range)).deals.nodes.map(({ id }: any) => id)).toEqual(['O5000009', 'O5000012']);
  const [editable = ''] = examples('editability');
  expect((await ask(gateway, editable)).opportunity.editability).toContainEqual({
    field: 'Customer.Account.WebsiteUrl',
    editable: true,
    reason: expect.any(String),
    source: 'DOCUMENTED',
  });
});

test('the batch in schema/README.md is started and followed to its end without a gap', async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const inputs = ['O1000001', 'O1000007', 'O2000013'].map((identifier) => ({
    catalog: 'SANDBOX',
    identifier,
    clientToken: identifier,
    awsSubmission: { involvementType: 'CO_SELL' },
  }));
  const { batch, results } = (await ask(gateway, exampleOf('startEngagementFromOpportunityTasks'), { inputs }))
    .startEngagementFromOpportunityTasks;
  const variables = { batchId: batch.id, after: results[0].task.transitions.edges[0].cursor };
  const ended = (events: any[]) => events.filter(({ data }) => data.taskFeed.isTerminal).length === inputs.length;
  const events = (await gateway.collect(exampleOf('taskFeed'), variables, ended)).map(
    (event) => dataOf(event).taskFeed,
  );
  expect(new Set(events.map(({ task }) => task.id))).toEqual(new Set(results.map(({ task }: any) => task.id)));
  const ends = new Map(events.map(({ task, status }) => [task.id, status]));
  expect(results.map(({ task }: any) => ends.get(task.id))).toEqual(['COMPLETE', 'FAILED', 'FAILED']);
});

/** The text without the parts that differ between runs: ids, tokens, cursors, and the heartbeats of a stream. */
function shapeOf(text: string): string {
  return text
    .replace(/"(id|taskId|clientToken|engagementId)":"[^"]*"/g, '"$1":"…"')
    .replace(/^id: .*$/gm, 'id: …')
    .replace(/^:.*\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

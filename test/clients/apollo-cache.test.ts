/**
 * A stock Apollo Client runs every published operation without a warning, and its cache keeps what they return. The
 * build of Apollo Client is that of a development server, because the build for production has no warnings.
 *
 * @jest-environment-options {"customExportConditions": ["node", "node-addons", "development"]}
 */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ApolloClient, HttpLink, InMemoryCache, gql, type InMemoryCacheConfig } from '@apollo/client';
import { Kind, OperationTypeNode } from 'graphql';
import { lastValueFrom, toArray } from 'rxjs';
import { publishedNames, publishedOperation } from '../support/fixtures/published-operations.js';
import { runToEnd, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { typePolicies } from './recipes/type-policies.js';

const possibleTypes = JSON.parse(readFileSync('schema/possible-types.json', 'utf8'));

const SUBMISSION = { involvementType: 'CO_SELL', visibility: 'FULL' };
const OPPORTUNITY = { catalog: 'SANDBOX', identifier: 'O1000001', awsSubmission: SUBMISSION };

let gateway: TestGateway;
let completed: string;
let failed: string;
let batch: string;
beforeAll(async () => {
  gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 100 });
  completed = (await runToEnd(gateway, 'O1000001')).payload.task.id;
  failed = (await runToEnd(gateway, 'O2000001')).payload.task.id;
  const started = await gateway.query(publishedOperation('start-engagement-from-opportunity-tasks'), {
    inputs: [OPPORTUNITY],
  });
  batch = started.data.startEngagementFromOpportunityTasks.batch.id;
});

let complaints: unknown[][];
beforeEach(() => {
  complaints = [];
  for (const method of ['warn', 'error', 'log', 'info', 'debug'] as const)
    jest.spyOn(console, method).mockImplementation((...given) => void complaints.push(given));
});
afterEach(() => void jest.restoreAllMocks());

/** Variables for each published operation; a string is the id of a task that the tests start. */
function variablesOf(name: string): Record<string, unknown> {
  const record = (identifier: string) => ({ catalog: 'SANDBOX', identifier });
  const solution = { relatedEntityType: 'SOLUTIONS', relatedEntityIdentifier: 'S-0000001' };
  const assignee = { email: 'sam@example.com', firstName: 'Sam', lastName: 'Sample', businessTitle: 'Seller' };
  const variables: Record<string, Record<string, unknown>> = {
    'accept-invitation': { input: record('engi-completes0001') },
    'catch-up': {},
    'convert-lead': { input: { ...record('eng-completes00001'), contextIdentifier: '1' } },
    'engagement-page': record('eng-leadqualified1'),
    'accept-engagement-invitation': { input: record('engi-leadpending01') },
    'assign-opportunity': { input: { ...record('O5000003'), assignee } },
    'associate-opportunity': { input: { ...record('O5000002'), ...solution } },
    'create-opportunity': { input: { catalog: 'SANDBOX', clientToken: 'cache', project: { title: 'New' } } },
    'disassociate-opportunity': { input: { ...record('O5000002'), ...solution } },
    'follow-task': { id: completed, from: 'BEGINNING' },
    'gateway-status': {},
    'invitation-inbox': { catalog: 'SANDBOX' },
    'invitation-page': record('engi-completes0001'),
    'invitation-readiness': record('engi-completes0001'),
    'lead-readiness': record('eng-completes00001'),
    'live-task-list': {},
    'opportunity-aws-side': record('O5000009'),
    'opportunity-editability': record('O5000010'),
    'opportunity-page': { ...record('O5000003'), awsSubmission: SUBMISSION },
    'opportunity-readiness': { ...record('O1000001'), awsSubmission: SUBMISSION },
    'partner-central': {},
    'reject-engagement-invitation': { input: record('engi-opportunity01') },
    'retry-task': { id: failed, despiteAdvice: true },
    'solution-picker': { catalog: 'SANDBOX' },
    'start-engagement-by-accepting-invitation-task': { input: record('engi-completes0001') },
    'start-engagement-from-opportunity-task': { input: OPPORTUNITY },
    'start-engagement-from-opportunity-tasks': { inputs: [OPPORTUNITY] },
    'start-opportunity-from-engagement-task': { input: { ...record('eng-completes00001'), contextIdentifier: '1' } },
    'submit-opportunity': { input: OPPORTUNITY },
    'submission-worklist': { catalog: 'SANDBOX', awsSubmission: SUBMISSION },
    'task-batch': { id: batch },
    'task-board': {},
    'task-detail': { id: completed },
    'task-list': {},
    'task-page': { id: completed },
    viewer: {},
    'update-lead': {
      input: { ...record('eng-completes00001'), contextIdentifier: '1', patch: { qualificationStatus: 'Qualified' } },
    },
    'update-opportunity': { input: { ...record('O5000003'), patch: { lifeCycle: { nextSteps: 'Sign.' } } } },
  };
  const found = variables[name];
  if (found === undefined) throw new Error(`The test has no variables for schema/operations/${name}.graphql.`);
  return found;
}

function clientWith(config: InMemoryCacheConfig): ApolloClient {
  return new ApolloClient({ link: new HttpLink({ uri: gateway.url }), cache: new InMemoryCache(config) });
}

async function run(client: ApolloClient, name: string): Promise<unknown> {
  const document = gql(publishedOperation(name));
  const variables = variablesOf(name);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.operation;
  if (operation === OperationTypeNode.SUBSCRIPTION) {
    const results = await lastValueFrom(client.subscribe<any>({ query: document, variables }).pipe(toArray()));
    return results.at(-1)?.data;
  }
  const { data } =
    operation === OperationTypeNode.MUTATION
      ? await client.mutate<any>({ mutation: document, variables })
      : await client.query<any>({ query: document, variables, fetchPolicy: 'network-only' });
  return data;
}

// A feed has no end. It selects the fields of FollowTask, so that its events need no run of their own.
const names = publishedNames().filter((name) => name !== 'task-feed');
/**
 * A form selects more fields of an opportunity's parts than a list, so it needs the policy that merges them. So does the
 * status of the gateway, which has no id and of which two operations select different fields.
 */
const withoutForms = names.filter(
  (name) => !publishedOperation(name).includes('...OpportunityFields') && name !== 'gateway-status',
);

describe.each([
  ['the possible types', { possibleTypes }, withoutForms],
  ['the possible types and the keys of records', { possibleTypes, typePolicies }, names],
])('Apollo Client with %s', (_, config, usable) => {
  test.each([
    ['in order', usable],
    ['in reverse', usable.toReversed()],
  ])('the published operations run %s without a warning', async (_order, ordered) => {
    const client = clientWith(config);
    for (const name of ordered) expect([name, await run(client, name)]).toEqual([name, expect.any(Object)]);
    expect(complaints).toEqual([]);
  });

  test('the cache answers a query as the gateway did', async () => {
    const client = clientWith(config);
    for (const name of ['task-list', 'task-board', 'task-detail', 'partner-central', 'opportunity-readiness']) {
      const given = await run(client, name);
      const kept = client.readQuery<any>({ query: gql(publishedOperation(name)), variables: variablesOf(name) });
      expect([name, kept]).toEqual([name, given]);
    }
    const task: any = await run(client, 'task-detail');
    expect(task.task).toMatchObject({ status: 'COMPLETE', awsSubmission: SUBMISSION });
  });
});

test('without the possible types the cache loses the fields of tasks, so that the file is needed', async () => {
  const client = clientWith({});
  await run(client, 'task-detail');
  expect(complaints).not.toEqual([]);
  const kept = client.readQuery<any>({
    query: gql(publishedOperation('task-detail')),
    variables: variablesOf('task-detail'),
  });
  expect(kept?.task?.status).toBeUndefined();
});

test('a record has one entry for each catalog', () => {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  const keyOf = (catalog: string) => cache.identify({ __typename: 'Opportunity', catalog, id: 'O1' });
  expect(keyOf('AWS')).not.toBe(keyOf('SANDBOX'));
});

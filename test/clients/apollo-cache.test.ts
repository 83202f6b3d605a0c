/**
 * A stock Apollo Client runs every published operation without a warning, and its cache keeps what they return. The
 * build of Apollo Client is that of a development server, because the build for production has no warnings.
 *
 * @jest-environment-options {"customExportConditions": ["node", "node-addons", "development"]}
 */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ApolloClient, HttpLink, InMemoryCache, gql, type InMemoryCacheConfig } from '@apollo/client';
import { Kind, OperationTypeNode, buildSchema, introspectionFromSchema, isObjectType } from 'graphql';
import { lastValueFrom, map, toArray } from 'rxjs';
import { publishedNames, publishedOperation } from '../support/fixtures/published/published-operations.js';
import { runToEnd, startGateway, type TestGateway } from '../support/harness/gateway.js';
import { graphcacheKeys } from './recipes/graphcache-keys.js';
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

/** The operations that read the same parts of an opportunity, each with a selection of its own. */
const RECORD_OPERATIONS = ['opportunity-aws-side', 'opportunity-editability', 'opportunity-readiness'];
const ONE_RECORD = { identifier: 'O5000009' };

async function run(client: ApolloClient, name: string, more: Record<string, unknown> = {}): Promise<unknown> {
  const document = gql(publishedOperation(name));
  const variables = { ...variablesOf(name), ...more };
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

/** The status of the completed task in the cache. */
function keptStatus(client: ApolloClient): unknown {
  const query = gql(publishedOperation('task-detail'));
  return client.readQuery<any>({ query, variables: variablesOf('task-detail') })?.task.status;
}

// A feed has no end. It selects the fields of FollowTask, so that its events need no run of their own.
const names = publishedNames().filter((name) => name !== 'task-feed');
/**
 * A form selects more fields of an opportunity's parts than a list, so it needs the policy that merges them. So does
 * the status of the gateway, which has no id and of which two operations select different fields.
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

test('a stream that repeats the history of a task shows older states until it has caught up', async () => {
  const client = clientWith({ possibleTypes });
  await run(client, 'task-detail');
  const kept = () => keptStatus(client);
  expect(kept()).toBe('COMPLETE');
  const stream = client.subscribe<any>({
    query: gql(publishedOperation('follow-task')),
    variables: variablesOf('follow-task'),
  });
  const seen = stream.pipe(
    map(({ data }) => [data.taskTransitions.status, kept()]),
    toArray(),
  );
  const states = await lastValueFrom(seen);
  expect(states.map(([, status]) => status)).toEqual(states.map(([status]) => status));
  expect([states.at(0)?.[1], states.at(-1)?.[1]]).toEqual(['QUEUED', 'COMPLETE']);
});

test('a client that reads transitions first, and follows from their end, shows no older state', async () => {
  const client = clientWith({ possibleTypes });
  await run(client, 'task-detail');
  const seen: unknown[] = [];
  const query = gql(publishedOperation('task-detail'));
  const watched = client.watchQuery<any>({ query, variables: variablesOf('task-detail') });
  const watching = watched.subscribe(({ data }) => void seen.push(data?.task?.status));
  const caughtUp: any = await run(client, 'catch-up');
  const history = caughtUp.transitions.nodes.filter(({ task }: any) => task.id === completed);
  expect(history.at(0)).toMatchObject({ status: 'QUEUED', task: { status: 'COMPLETE' } });
  expect(history.at(-1)).toMatchObject({ status: 'COMPLETE', task: { status: 'COMPLETE' } });
  const after = history.at(-1).cursor;
  const stream = client.subscribe<any>({
    query: gql(publishedOperation('follow-task')),
    variables: { id: completed, after },
  });
  await lastValueFrom(stream, { defaultValue: null });
  watching.unsubscribe();
  expect([...new Set(seen)]).toEqual(['COMPLETE']);
  expect(keptStatus(client)).toBe('COMPLETE');
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

test.each([
  ['in order', RECORD_OPERATIONS],
  ['in reverse', RECORD_OPERATIONS.toReversed()],
])(
  'the operations on one opportunity run %s without a warning, and keep the fields of each other',
  async (_, ordered) => {
    const client = clientWith({ possibleTypes, typePolicies });
    const given = new Map<string, unknown>();
    for (const name of ordered) given.set(name, await run(client, name, ONE_RECORD));
    expect(complaints).toEqual([]);
    for (const name of ordered) {
      const variables = { ...variablesOf(name), ...ONE_RECORD };
      const kept = client.readQuery<any>({ query: gql(publishedOperation(name)), variables });
      expect([name, kept]).toEqual([name, given.get(name)]);
    }
  },
);

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
/** The types whose `id` is unique within a catalog only. */
const RECORDS = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && 'id' in type.getFields() && type.getInterfaces().length === 0)
  .map(({ name }) => name);

test.each(RECORDS)('%s has one entry for each catalog', (type) => {
  const cache = new InMemoryCache({ possibleTypes, typePolicies });
  const keyOf = (catalog: string) => cache.identify({ __typename: type, catalog, id: 'one' });
  expect(keyOf('AWS')).not.toBe(keyOf('SANDBOX'));
});

test('the keys for Graphcache have both fields of each record, and nothing for a part', () => {
  const keys = graphcacheKeys(introspectionFromSchema(schema));
  const data = { catalog: 'AWS', id: 'one' };
  const found = Object.entries(keys).filter(([, key]) => key(data) !== null);
  expect(found.map(([type, key]) => [type, key(data)])).toEqual(RECORDS.map((type) => [type, 'AWS/one']));
  expect(keys).toMatchObject({ OpportunityLifeCycle: expect.any(Function), TaskFailure: expect.any(Function) });
  expect(keys).not.toHaveProperty('TaskBatch');
});

test.each(['schema/README.md', 'schema/mobile/README.md'])('%s gives each record its two key fields', (page) => {
  const text = readFileSync(page, 'utf8');
  const policy = page.includes('mobile') ? '@typePolicy(keyFields: "catalog id")' : "{ keyFields: ['catalog', 'id'] }";
  const named = text.split('\n').filter((line) => line.includes(policy));
  expect(RECORDS.filter((type) => !named.some((line) => line.split(/\W+/).includes(type)))).toEqual([]);
});

/** Clients with the tools that teams use run persisted operations on a gateway that runs nothing else. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { OperationTypeNode, type DocumentNode } from 'graphql';
import { createRequest, type OperationResult } from '@urql/core';
import { EventSource } from 'eventsource';
import { lastValueFrom, toArray } from 'rxjs';
import { whenDone } from '../support/harness/cleanup.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { startGateway, type TestGateway } from '../support/harness/gateway.js';
import { FRAGMENT_FILES, publishedOperation } from '../support/fixtures/published/published-operations.js';
import { generate } from './codegen.js';
import { createApolloClient } from './recipes/apollo.js';
import { followEventSource } from './recipes/event-source.js';
import { follow, type Request, type Sink } from './recipes/follow.js';
import { NodeWebSocket } from './recipes/node-websocket.js';
import { persistedByCodegen, persistedByHash, persistedByManifest } from './recipes/persisted.js';
import { connectSse } from './recipes/sse.js';
import { createUrqlClient } from './recipes/urql.js';
import { connectWebSocket } from './recipes/websocket.js';

const possibleTypes = JSON.parse(readFileSync('schema/possible-types.json', 'utf8'));
const MANIFEST = 'schema/operations/manifest.json';
const TRANSPORTS = ['multipart', 'WebSocket'];
const TOOL = 'node_modules/@apollo/generate-persisted-query-manifest/cli.js';

/** Runs the tool's command line over documents. @returns the file that it writes */
async function manifestOf(documents: string): Promise<string> {
  const directory = temporaryDirectory();
  const output = join(directory, 'manifest.json');
  const config = join(directory, 'persisted-query-manifest.config.json');
  writeFileSync(config, JSON.stringify({ documents: [documents], output }));
  await promisify(execFile)(process.execPath, [TOOL, '--config', config]);
  return output;
}

function operationsIn(path: string): unknown[] {
  return JSON.parse(readFileSync(path, 'utf8')).operations;
}

/** The entry of the manifest for a file of the folder. */
function entryOf(name: string): { id: string; body: string } {
  const { operations } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return operations.find((entry: { name: string }) => entry.name.toLowerCase() === name.replaceAll('-', ''));
}

const sha256 = async (text: string): Promise<string> => createHash('sha256').update(text).digest('hex');

test('the published manifest is what the tool makes of the folder', async () => {
  const output = await manifestOf(resolve('schema/operations/*.graphql'));
  expect(readFileSync(MANIFEST, 'utf8')).toBe(readFileSync(output, 'utf8'));
});

/** Documents of a team: a query with three fragments, and a subscription. */
const OWN = {
  'mine.graphql': `query Mine($first: Int = 5) { tasks(first: $first) { nodes { ...Ours ...Another } } }`,
  'follow-mine.graphql': `subscription FollowMine($id: ID!) {
    taskTransitions(id: $id, from: BEGINNING) { cursor status isTerminal }
  }`,
  'ours.graphql': `fragment Ours on Task { id status failure { ...Failure } }`,
  'another.graphql': `fragment Another on Task { kind }`,
  'failure.graphql': `fragment Failure on TaskFailure { message category }`,
};

describe('a gateway with PERSISTED_OPERATIONS=only', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ PERSISTED_OPERATIONS: 'only' }, { speed: 50 });
  });

  function clientOf(persisted: ApolloLink, transport: string, { url }: TestGateway = gateway): ApolloClient {
    const http = new HttpLink({ uri: url });
    const socket = createClient({ url: url.replace('http', 'ws'), webSocketImpl: NodeWebSocket });
    whenDone(() => socket.dispose());
    const isStream = ({ operationType }: ApolloLink.Operation) => operationType === OperationTypeNode.SUBSCRIPTION;
    const streams = transport === 'WebSocket' ? new GraphQLWsLink(socket) : http;
    const client = new ApolloClient({
      link: ApolloLink.from([persisted, ApolloLink.split(isStream, streams, http)]),
      cache: new InMemoryCache({ possibleTypes }),
    });
    whenDone(() => client.stop());
    return client;
  }

  const INPUT = { catalog: 'SANDBOX', identifier: 'O1000001', awsSubmission: { involvementType: 'CO_SELL' } };

  /** Starts a task by the text of the manifest. @returns its id */
  async function startTask(): Promise<string> {
    const { body } = entryOf('start-engagement-from-opportunity-task');
    const { data } = await gateway.query(body, { input: INPUT });
    return data.startEngagementFromOpportunityTask.task.id;
  }

  /** Starts a task, lists it and follows it to its end. */
  async function expectToWork(
    client: ApolloClient,
    { start, list, follow }: Record<'start' | 'list' | 'follow', DocumentNode>,
  ): Promise<void> {
    const started = await client.mutate<any>({ mutation: start, variables: { input: INPUT } });
    const { id } = started.data.startEngagementFromOpportunityTask.task;
    const listed = await client.query<any>({ query: list, fetchPolicy: 'network-only' });
    expect(listed.data.tasks.nodes.map((task: any) => task.id)).toContain(id);
    const stream = client.subscribe<any>({ query: follow, variables: { id, from: 'BEGINNING' } });
    const results = await lastValueFrom(stream.pipe(toArray()));
    expect(results.at(-1)?.data.taskTransitions).toMatchObject({ status: 'COMPLETE', isTerminal: true });
  }

  const published = {
    start: gql(publishedOperation('start-engagement-from-opportunity-task')),
    list: gql(publishedOperation('task-list')),
    follow: gql(publishedOperation('follow-task')),
  };

  test.each(TRANSPORTS)('Apollo Client runs published operations by their SHA-256, and follows over %s', (transport) =>
    expectToWork(clientOf(persistedByHash(sha256), transport), published),
  );

  test.each(TRANSPORTS)('Apollo Client runs published operations by the manifest, and follows over %s', (transport) => {
    const load = async () => JSON.parse(readFileSync(MANIFEST, 'utf8'));
    return expectToWork(clientOf(persistedByManifest(load), transport), published);
  });

  test('Apollo Client runs published operations with the option sha256 of its link alone', () =>
    expectToWork(clientOf(new PersistedQueryLink({ sha256 }), 'multipart'), published));

  test.each(TRANSPORTS)('the recipe for Apollo Client runs published operations, and follows over %s', (transport) => {
    const token = async () => 'none';
    const socket = connectWebSocket(gateway.url.replace('http', 'ws'), token, NodeWebSocket);
    whenDone(() => socket.dispose());
    const load = async () => JSON.parse(readFileSync(MANIFEST, 'utf8'));
    const client = createApolloClient({
      url: gateway.url,
      token,
      possibleTypes,
      persisted: persistedByManifest(load),
      ...(transport === 'WebSocket' ? { streams: socket } : {}),
    });
    whenDone(() => client.stop());
    return expectToWork(client, published);
  });

  test('urql runs published operations with the id in the extensions of a request, and follows by it', async () => {
    const token = async () => 'none';
    const socket = connectWebSocket(gateway.url.replace('http', 'ws'), token, NodeWebSocket);
    whenDone(() => socket.dispose());
    const client = createUrqlClient(gateway.url, token, socket);
    const requestOf = (name: string, variables: object) =>
      createRequest(publishedOperation(name), variables, {
        persistedQuery: { version: 1, sha256Hash: entryOf(name).id },
      });
    const listed = await client.executeQuery(requestOf('task-list', {}), { requestPolicy: 'network-only' }).toPromise();
    expect(listed.error).toBeUndefined();
    const id = await startTask();
    const ended = new Promise((resolve) => {
      client
        .executeSubscription(requestOf('follow-task', { id, from: 'BEGINNING' }))
        .subscribe(({ data, error }: OperationResult<any>) => {
          if (error !== undefined || data.taskTransitions.isTerminal) resolve(error ?? data.taskTransitions.status);
        });
    });
    expect(await ended).toBe('COMPLETE');
  });

  test.each<[string, (request: Request, sink: Sink) => unknown]>([
    [
      'graphql-ws',
      (request, sink) => {
        const client = connectWebSocket(gateway.url.replace('http', 'ws'), async () => 'none', NodeWebSocket);
        whenDone(() => client.dispose());
        return follow(client, request, sink);
      },
    ],
    [
      'graphql-sse',
      (request, sink) =>
        follow(
          connectSse(gateway.url, async () => 'none'),
          request,
          sink,
        ),
    ],
    [
      'EventSource',
      (request, sink) => followEventSource((address) => new EventSource(address), gateway.url, request, sink),
    ],
  ])('%s follows by the text of the manifest', async (_, subscribe) => {
    const id = await startTask();
    const statuses: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      subscribe(
        { query: entryOf('follow-task').body, variables: { id, from: 'BEGINNING' } },
        { next: ({ data }) => statuses.push(data.taskTransitions.status), error: reject, complete: resolve },
      );
    });
    expect(statuses).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
  });

  test('Apollo Client is refused an operation that is not registered', async () => {
    const answer = clientOf(persistedByHash(sha256), 'multipart').query({ query: gql('{ tasks { totalCount } }') });
    await expect(answer).rejects.toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] });
  });

  test("a team's own manifest adds its operations", async () => {
    const directory = temporaryDirectory();
    for (const [name, text] of Object.entries(OWN)) writeFileSync(join(directory, name), text);
    const path = await manifestOf(join(directory, '*.graphql'));
    const own = await startGateway({ PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: path }, { speed: 50 });
    const load = async () => ({ operations: [...operationsIn(MANIFEST), ...operationsIn(path)] });
    const [list, follow, ...fragments] = Object.values(OWN).map((text) => gql(text));
    if (list === undefined || follow === undefined) throw new Error('a document is missing');
    const definitions = [list, ...fragments].flatMap((document) => document.definitions);
    for (const transport of TRANSPORTS) {
      for (const link of [persistedByManifest(load), persistedByHash(sha256)]) {
        const documents = { start: published.start, list: { ...list, definitions }, follow };
        await expectToWork(clientOf(link, transport, own), documents);
      }
    }
  });

  test("codegen's client preset registers its documents", async () => {
    const names = ['start-engagement-from-opportunity-task', 'task-list', 'follow-task', ...FRAGMENT_FILES];
    const files = names.map((name): [string, string] => [
      name,
      readFileSync(`schema/operations/${name}.graphql`, 'utf8'),
    ]);
    const directory = temporaryDirectory();
    await generate(new Map(files), directory, 'JavaScript');
    const path = join(directory, 'persisted-documents.json');
    const own = await startGateway({ PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: path }, { speed: 50 });
    const generated = await import(join(directory, 'graphql.mjs'));
    for (const transport of TRANSPORTS) {
      await expectToWork(clientOf(persistedByCodegen(), transport, own), {
        start: generated.StartEngagementFromOpportunityTaskDocument,
        list: generated.TaskListDocument,
        follow: generated.FollowTaskDocument,
      });
    }
  });
});

/**
 * The recipes of the pages follow one feed side by side, and each receives every transition once and in order. They go
 * through a restart of the gateway, tokens that expire, and an outage of a minute with half-open connections.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { gql, type ApolloClient } from '@apollo/client';
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-ws';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { whenDone } from '../support/harness/cleanup.js';
import { startGateway } from '../support/harness/gateway.js';
import { createWire } from '../support/clients/wire.js';
import { until } from '../support/clients/waiting.js';
import { PHONES, followAsPhone } from './phones.js';
import { createApolloClient } from './recipes/apollo.js';
import { followEventSource } from './recipes/event-source.js';
import { follow, type Sink } from './recipes/follow.js';
import { NodeWebSocket } from './recipes/node-websocket.js';
import { connectSse } from './recipes/sse.js';
import { createUrqlClient } from './recipes/urql.js';
import { watchedFetch } from './recipes/watched-fetch.js';
import { connectWebSocket } from './recipes/websocket.js';
import { buildExample, followByEventSource, hasBrowser, openPage, serveExample } from './web-page.js';

const OUTAGE_MS = 60_000;
/** The longest that a client may take after the outage: its wait between attempts, and some time for a busy machine. */
const BACK_AFTER_MS = 20_000;
/** A client that has not come back by then never does. */
const STUCK_MS = 60_000;
const TOKEN_MS = 8_000;

const FEED = 'subscription Feed($after: String) { taskFeed(after: $after) { cursor isTerminal task { id } } }';
const TASK = `subscription Follow($id: ID!) {
  taskTransitions(id: $id, from: BEGINNING) { cursor isTerminal task { id } }
}`;
const START = `mutation {
  startEngagementFromOpportunityTask(
    input: { catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL } }
  ) { task { id } }
}`;

/** The record of one client. */
type Follower = { readonly name: string; readonly cursors: string[]; readonly ended: unknown[]; connects: number };
type Place = { readonly url: string; readonly ws: string; readonly after: string };
type Subscribe = (place: Place, token: () => Promise<string>, sink: Sink) => () => unknown;

const possibleTypes = JSON.parse(readFileSync('schema/possible-types.json', 'utf8'));

/** Unsubscribes, and then disposes of the connection. */
const both = (unsubscribe: () => void, dispose: () => unknown) => async () => {
  unsubscribe();
  // graphql-ws rejects if its client is disposed of while it waits for the next attempt.
  await Promise.resolve(dispose()).catch(() => {});
};

function followByApollo(client: ApolloClient, after: string, sink: Sink, dispose: () => unknown): () => unknown {
  const subscription = client.subscribe({ query: gql(FEED), variables: { after } }).subscribe(sink);
  return both(() => subscription.unsubscribe(), dispose);
}

const CLIENTS: Record<string, Subscribe> = {
  'graphql-ws'({ ws, after }, token, sink) {
    const client = connectWebSocket(ws, token, NodeWebSocket);
    return both(follow(client, { query: FEED, variables: { after } }, sink), () => client.dispose());
  },
  'graphql-sse'({ url, after }, token, sink) {
    const client = connectSse(url, token);
    return both(follow(client, { query: FEED, variables: { after } }, sink), () => client.dispose());
  },
  'Apollo Client over multipart': ({ url, after }, token, sink) =>
    followByApollo(createApolloClient({ url, token, possibleTypes }), after, sink, () => {}),
  'Apollo Client over WebSocket'({ url, ws, after }, token, sink) {
    const streams = connectWebSocket(ws, token, NodeWebSocket);
    const client = createApolloClient({ url, token, possibleTypes, streams });
    return followByApollo(client, after, sink, () => streams.dispose());
  },
  'Apollo Client over graphql-sse'({ url, after }, token, sink) {
    const streams = connectSse(url, token);
    const client = createApolloClient({ url, token, possibleTypes, streams });
    return followByApollo(client, after, sink, () => streams.dispose());
  },
  urql({ url, ws, after }, token, sink) {
    const streams = connectWebSocket(ws, token, NodeWebSocket);
    const client = createUrqlClient(url, token, streams);
    const subscription = client.subscription(FEED, { after }).subscribe((result) => {
      if (result.error === undefined) sink.next(result);
      else sink.error(result.error);
    });
    return both(
      () => subscription.unsubscribe(),
      () => streams.dispose(),
    );
  },
  EventSource({ url, after }, token, sink) {
    const create = (address: string) =>
      new EventSource(address, {
        fetch: async (input, init) =>
          watchedFetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${await token()}` } }),
      });
    return followEventSource(create, url, { query: FEED, variables: { after } }, sink);
  },
  'the frames of Apollo Kotlin': ({ ws, after }, token, sink) =>
    followAsPhone(PHONES['Apollo Kotlin'], ws, token, { operationName: 'Feed', query: FEED, after }, sink),
  'the frames of Apollo iOS': ({ ws, after }, token, sink) =>
    followAsPhone(PHONES['Apollo iOS'], ws, token, { operationName: 'Feed', query: FEED, after }, sink),
};

test('each client receives each transition once through a restart, expired tokens and a minute of outage', async () => {
  const example = hasBrowser ? await buildExample('outage-example') : null;
  const issuer = await createIssuer();
  const token = (expiresAt: number) => issuer.token({ scope: 'tasks:read tasks:start' }, { expiresAt });
  let gateway = await startGateway(
    {
      AUTH: 'jwt',
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: AUDIENCE,
      JWKS_URL: issuer.jwksUrl,
      START_WAIT_MS: '0',
    },
    { speed: 50 },
  );
  const wire = await createWire(Number(new URL(gateway.url).port));
  const url = `http://127.0.0.1:${wire.port}/graphql`;

  /** Starts a task without the wire. @returns its id */
  async function start(): Promise<string> {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(Date.now() + 60_000)}` },
      body: JSON.stringify({ query: START }),
    });
    const result: any = await response.json();
    return result.data.startEngagementFromOpportunityTask.task.id;
  }
  /** The events of the feed up to the end of a task, read without the wire. */
  async function eventsTo(taskId: string, after?: string): Promise<any[]> {
    const client = createClient({
      url: gateway.url.replace('http', 'ws'),
      webSocketImpl: NodeWebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await token(Date.now() + 60_000)}` }),
    });
    const events: any[] = [];
    const query = after === undefined ? TASK : FEED;
    for await (const { data } of client.iterate<any>({ query, variables: { after, id: taskId } })) {
      const [event] = Object.values<any>(data);
      events.push(event);
      if (event.isTerminal && event.task.id === taskId) break;
    }
    await client.dispose();
    return events;
  }

  const [{ cursor: after }] = await eventsTo(await start());
  const followers: Follower[] = [];
  function addFollower(name: string): { sink: Sink; tokenOf: () => Promise<string> } {
    const follower: Follower = { name, cursors: [], ended: [], connects: 0 };
    followers.push(follower);
    const sink: Sink = {
      next: ({ data }) => void follower.cursors.push(data.taskFeed.cursor),
      error: (error) => void follower.ended.push(error),
      complete: () => void follower.ended.push('complete'),
    };
    const tokenOf = async () => {
      follower.connects += 1;
      return token(Date.now() + TOKEN_MS);
    };
    return { sink, tokenOf };
  }
  for (const [name, subscribe] of Object.entries(CLIENTS)) {
    const { sink, tokenOf } = addFollower(name);
    whenDone(subscribe({ url, ws: url.replace('http', 'ws'), after }, tokenOf, sink));
  }
  const page =
    example === null
      ? null
      : await openPage(await serveExample(example, `http://127.0.0.1:${wire.port}`), () =>
          token(Date.now() + TOKEN_MS),
        );
  // The page follows from the cursor of the list that it shows.
  const pageAfter = await page?.locator('#activity').getAttribute('data-after');
  if (page !== null) {
    const { sink, tokenOf } = addFollower('the EventSource of Chromium');
    await followByEventSource(page, { query: FEED, variables: { after } }, sink, tokenOf);
  }
  const shown = async (): Promise<(string | null)[]> =>
    page === null
      ? []
      : page.locator('#activity li').evaluateAll((items) => items.map((item) => item.getAttribute('data-cursor')));
  async function allReach(taskId: string): Promise<void> {
    const last = (await eventsTo(taskId)).at(-1).cursor;
    const behind = () => followers.filter(({ cursors }) => cursors.at(-1) !== last).map(({ name }) => name);
    const isOver = () => followers.some(({ ended }) => ended.length > 0);
    const begun = performance.now();
    await until(() => behind().length === 0 || isOver() || performance.now() - begun > STUCK_MS);
    expect(followers.filter(({ ended }) => ended.length > 0)).toEqual([]);
    expect(behind()).toEqual([]);
    if (page !== null) await until(async () => (await shown()).at(-1) === last);
  }

  await allReach(await start());
  gateway = await gateway.restart();
  wire.lead(Number(new URL(gateway.url).port));
  await allReach(await start());

  // Nothing else ends a connection now, so each new connection follows an expired token.
  const before = followers.map(({ connects }) => connects);
  await until(() => followers.every(({ connects }, index) => connects > (before[index] ?? 0)));
  await allReach(await start());

  wire.refuse();
  wire.silence();
  const begun = performance.now();
  for (let part = 1; part <= 6; part += 1) {
    await start();
    await until(() => performance.now() - begun > (OUTAGE_MS * part) / 6);
  }
  await wire.accept();
  const restored = performance.now();
  const last = await start();
  await allReach(last);
  expect(performance.now() - restored).toBeLessThan(BACK_AFTER_MS);

  const cursorsAfter = async (cursor: string) => (await eventsTo(last, cursor)).map((event) => event.cursor);
  const expected = await cursorsAfter(after);
  expect(expected.length).toBeGreaterThan(20);
  for (const { name, cursors } of followers) expect([name, cursors]).toEqual([name, expected]);
  if (typeof pageAfter === 'string') expect(await shown()).toEqual(await cursorsAfter(pageAfter));
}, 300_000);

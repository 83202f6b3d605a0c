/** Unmodified clients against a server that breaks their connections: no event is lost, repeated or reordered. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient, type Client } from 'graphql-ws';
import { Observable, map } from 'rxjs';
import { WebSocket } from 'ws';
import { createInbox, until } from '../support/clients/waiting.js';
import { freePort } from '../support/programs/free-port.js';
import { startServer } from '../support/server/server.js';

const DOCUMENT = 'subscription Follow($after: String) { follow(after: $after) { text cursor } }';
const FOLLOW = gql(DOCUMENT);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Message = { data?: any; errors?: readonly any[] | undefined } | { failed: any } | 'complete';

function inboxed(
  subscribe: (sink: { next(value: any): void; error(error: any): void; complete(): void }) => () => void,
) {
  const inbox = createInbox<Message>();
  const stop = subscribe({
    next: (value) => inbox.put(value),
    error: (failed) => inbox.put({ failed }),
    complete: () => inbox.put('complete'),
  });
  cleanups.push(stop);
  return { ...inbox, stop };
}

function wsClient(url: string, sockets: WebSocket[] = []): Client {
  class Recorded extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: Recorded,
    retryWait: async () => {},
    shouldRetry: () => true,
  });
  cleanups.push(() => client.dispose());
  return client;
}

function apollo(link: ApolloLink): ApolloClient {
  const client = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
  cleanups.push(() => client.stop());
  return client;
}

function subscribed(client: ApolloClient) {
  return inboxed((sink) => {
    const subscription = client.subscribe<any>({ query: FOLLOW }).subscribe(sink);
    return () => subscription.unsubscribe();
  });
}

/** The three lines with which an unmodified Apollo Client resumes after a broken connection. */
const resumeLink = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) => {
      const cursor = result.data?.['follow']?.cursor;
      if (cursor !== undefined) operation.extensions['resume'] = { after: cursor };
      return result;
    }),
  ),
);

const texts = (...messages: (Message | undefined)[]) =>
  messages.map((message) => (typeof message === 'object' && 'data' in message ? message.data.follow.text : message));

describe('graphql-ws', () => {
  test('the client follows a stream to its end', async () => {
    const { url, log } = await startServer();
    const client = wsClient(url);
    const stream = inboxed((sink) => client.subscribe({ query: DOCUMENT }, sink));
    log.append('one', 'END');
    expect([...texts(await stream.next(), await stream.next()), await stream.next()]).toEqual([
      'one',
      'END',
      'complete',
    ]);
  });

  test('the client resumes after a broken connection with a changed variable', async () => {
    const { url, log } = await startServer();
    const sockets: WebSocket[] = [];
    const payload: { query: string; variables: Record<string, unknown> } = { query: DOCUMENT, variables: {} };
    const stream = inboxed((sink) =>
      wsClient(url, sockets).subscribe<any>(payload, {
        ...sink,
        next(value) {
          payload.variables['after'] = value.data?.follow.cursor;
          sink.next(value);
        },
      }),
    );
    log.append('one', 'two');
    expect(texts(await stream.next(), await stream.next())).toEqual(['one', 'two']);
    sockets.at(-1)?.terminate();
    log.append('three', 'END');
    expect([...texts(await stream.next(), await stream.next()), await stream.next()]).toEqual([
      'three',
      'END',
      'complete',
    ]);
    expect(sockets).toHaveLength(2);
  });

  test('the client moves from a drained server to another one with all its operations', async () => {
    const first = await startServer({ port: await freePort() });
    const sockets: WebSocket[] = [];
    const client = wsClient(first.url, sockets);
    const stream = inboxed((sink) => client.subscribe({ query: DOCUMENT }, sink));
    first.log.append('one');
    expect(texts(await stream.next())).toEqual(['one']);
    await first.server.drain();
    await first.server.close();
    const second = await startServer({ port: Number(new URL(first.url).port) });
    second.log.append('again');
    expect(texts(await stream.next())).toEqual(['again']);
  });
});

describe('graphql-sse', () => {
  test('the client follows a stream to its end, and resumes after a broken connection', async () => {
    const first = await startServer({ port: await freePort() });
    let cursor: string | undefined;
    const client = createSseClient({
      url: first.url,
      singleConnection: false,
      retry: async () => {},
      retryAttempts: 1000,
      headers: () => (cursor === undefined ? {} : { 'last-event-id': cursor }),
    });
    cleanups.push(() => client.dispose());
    const stream = inboxed((sink) =>
      client.subscribe<any, any>(
        { query: DOCUMENT },
        {
          ...sink,
          next(value) {
            cursor = value.data?.follow.cursor;
            sink.next(value);
          },
        },
      ),
    );
    await until(() => first.log.following() === 1);
    first.log.append('one', 'two');
    expect(texts(await stream.next(), await stream.next())).toEqual(['one', 'two']);
    await first.server.close();
    const second = await startServer({ port: Number(new URL(first.url).port) });
    second.log.append('one', 'two', 'three', 'END');
    expect([...texts(await stream.next(), await stream.next()), await stream.next()]).toEqual([
      'three',
      'END',
      'complete',
    ]);
  });
});

describe('Apollo Client', () => {
  test('the client resumes over WebSocket after a broken connection with a link of three lines', async () => {
    const { url, log } = await startServer();
    const sockets: WebSocket[] = [];
    const stream = subscribed(apollo(ApolloLink.from([resumeLink, new GraphQLWsLink(wsClient(url, sockets))])));
    log.append('one', 'two');
    expect(texts(await stream.next(), await stream.next())).toEqual(['one', 'two']);
    sockets.at(-1)?.terminate();
    log.append('three', 'END');
    expect([...texts(await stream.next(), await stream.next()), await stream.next()]).toEqual([
      'three',
      'END',
      'complete',
    ]);
  });

  test('the client follows over multipart with only its HttpLink', async () => {
    const { url, log } = await startServer();
    const stream = subscribed(apollo(new HttpLink({ uri: url })));
    await until(() => log.following() === 1);
    log.append('one', 'END');
    expect([...texts(await stream.next(), await stream.next()), await stream.next()]).toEqual([
      'one',
      'END',
      'complete',
    ]);
  });

  test('the client resumes over multipart after a restart by subscribing again', async () => {
    const first = await startServer({ port: await freePort() });
    const client = apollo(
      ApolloLink.from([
        resumeLink,
        // Subscribes again after an error, as RetryLink does, but without its delays.
        new ApolloLink(
          (operation, forward) =>
            new Observable((observer) => {
              const attempt = () =>
                forward(operation).subscribe({
                  next: (result) =>
                    result.extensions !== undefined && Object.getOwnPropertySymbols(result.extensions).length > 0
                      ? undefined
                      : observer.next(result),
                  error: () => void setTimeout(attempt, 5),
                  complete: () => (ended(operation) ? observer.complete() : void setTimeout(attempt, 5)),
                });
              attempt();
            }),
        ),
        new HttpLink({ uri: first.url }),
      ]),
    );
    const ended = (operation: ApolloLink.Operation) => Object(operation.extensions['resume']).after === 'c3';
    const stream = subscribed(client);
    await until(() => first.log.following() === 1);
    first.log.append('one', 'two');
    expect(texts(await stream.next(), await stream.next())).toEqual(['one', 'two']);
    await first.server.drain();
    await first.server.close();
    const second = await startServer({ port: Number(new URL(first.url).port) });
    second.log.append('one', 'two', 'END');
    expect([...texts(await stream.next()), await stream.next()]).toEqual(['END', 'complete']);
  });

  test('the client receives over multipart the error that ended its stream', async () => {
    const { url, log, server } = await startServer();
    const stream = subscribed(apollo(new HttpLink({ uri: url })));
    await until(() => log.following() === 1);
    await server.drain();
    expect(JSON.stringify(await stream.next())).toContain('restarting');
  });

  test('the client queries and mutates over HTTP, by hash first', async () => {
    const { PersistedQueryLink } = await import('@apollo/client/link/persisted-queries');
    const { sha256 } = await import('../../src/server/documents/persisted.js');
    const { url, log, metric } = await startServer();
    const client = apollo(ApolloLink.from([new PersistedQueryLink({ sha256 }), new HttpLink({ uri: url })]));
    const query = gql('query { hello }');
    expect((await client.query<any>({ query })).data.hello).toBe('hello world');
    expect((await client.query<any>({ query })).data.hello).toBe('hello world');
    expect(await metric('gateway_operations_total', { outcome: 'PERSISTED_QUERY_NOT_FOUND' })).toBe(1);
    await client.mutate({ mutation: gql('mutation { append(text: "x") }') });
    expect(log.events).toHaveLength(1);
  });
});

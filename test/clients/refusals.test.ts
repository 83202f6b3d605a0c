/** The recipes report an error that waiting does not heal at once, and do not ask again without end. */
import { beforeAll, expect, test } from '@jest/globals';
import { gql } from '@apollo/client';
import { EventSource } from 'eventsource';
import { whenDone } from '../support/harness/cleanup.js';
import { startGateway } from '../support/harness/gateway.js';
import { until } from '../support/clients/waiting.js';
import { createApolloClient } from './recipes/apollo.js';
import { followEventSource } from './recipes/event-source.js';
import { follow, passes, type Sink, type StreamClient } from './recipes/follow.js';
import { NodeWebSocket } from './recipes/node-websocket.js';
import { connectSse } from './recipes/sse.js';
import { createUrqlClient } from './recipes/urql.js';
import { connectWebSocket } from './recipes/websocket.js';

const UNKNOWN = 'subscription { taskTransitions(id: "unknown") { cursor } }';

let url: string;
beforeAll(async () => {
  ({ url } = await startGateway());
});

const token = async () => 'none';
const overWebSocket = () => connectWebSocket(url.replace('http', 'ws'), token, NodeWebSocket);
function apollo(sink: Sink, streams?: StreamClient): void {
  const client = createApolloClient({ url, token, possibleTypes: {}, ...(streams === undefined ? {} : { streams }) });
  client.subscribe({ query: gql(UNKNOWN) }).subscribe(sink);
}

test.each<[string, (sink: Sink) => unknown]>([
  ['graphql-ws', (sink) => follow(overWebSocket(), { query: UNKNOWN }, sink)],
  ['graphql-sse', (sink) => follow(connectSse(url, token), { query: UNKNOWN }, sink)],
  ['Apollo Client over multipart', (sink) => apollo(sink)],
  ['Apollo Client over WebSocket', (sink) => apollo(sink, overWebSocket())],
  ['Apollo Client over graphql-sse', (sink) => apollo(sink, connectSse(url, token))],
  [
    'urql',
    (sink) =>
      createUrqlClient(url, token, overWebSocket())
        .subscription(UNKNOWN, {})
        .subscribe(({ error }) => sink.error(error?.graphQLErrors)),
  ],
  ['EventSource', (sink) => followEventSource((address) => new EventSource(address), url, { query: UNKNOWN }, sink)],
])('%s reports that a task is unknown', async (_, subscribe) => {
  const received: unknown[] = [];
  const note = (what: unknown) => void received.push(what);
  const stop = subscribe({ next: note, error: note, complete: () => {} });
  if (typeof stop === 'function') whenDone(() => stop());
  await until(() => received.length > 0);
  const [first]: any[] = received;
  const errors = first.errors ?? first.error?.errors ?? first;
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(received).toHaveLength(1);
});

test.each<[unknown, boolean]>([
  [[{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 5 } }], true],
  [[{ extensions: { code: 'UNAUTHENTICATED' } }], true],
  [[{ extensions: { code: 'FORBIDDEN' } }], false],
  [[{ message: 'no extensions' }], false],
  [{ response: { status: 503 } }, true],
  [{ response: { status: 403 } }, false],
  [{ statusCode: 429 }, true],
  [{ code: 4400, reason: 'a fatal close code' }, false],
  [new TypeError('fetch failed'), true],
  [null, false],
])('waiting heals %j: %s', (error, expected) => {
  expect(passes(error)).toBe(expected);
});

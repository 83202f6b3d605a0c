/**
 * A streaming server and its readers, each a process: the steps to connect readers, to subscribe them and to deliver
 * events.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLED, PEERS, startChild, type Child } from '../children.js';
import type { Arrived, Connect, Subscribe } from './stream-client.js';

export type StreamServer = 'gateway' | 'stock' | 'committed' | 'bare';

/** True for servers without a protocol, which send every event of a socket to its client. */
function isBare(name: StreamServer): boolean {
  return name === 'bare' || name === 'committed';
}

export type Station = { readonly name: StreamServer; readonly server: Child; readonly client: Child };

const QUERY = `subscription($id: ID!) { taskTransitions(id: $id) { cursor sequence previousStatus status isTerminal observedAt message
  task { id kind catalog status clientToken taskId opportunityId engagementId updatedAt } } }`;

const TIMEOUT_MS = 120_000;
/** The time to release sockets and to collect garbage. */
const SETTLE_MS = 500;

export function startServer(name: StreamServer): Promise<Child> {
  const execArgv = ['--expose-gc'];
  return name === 'gateway'
    ? startChild(`${BUNDLED}/stream-gateway.js`, { execArgv })
    : startChild(`${PEERS}/streams.mjs`, { args: [name], execArgv });
}

export function startReaders(name: StreamServer): Promise<Child> {
  // The name appears in error messages.
  return startChild('streams/stream-client.js', { args: [name] });
}

/** Warms up the server, so that memory and times are the ones of readers and not of the compiler. */
export async function warmUp(station: Station, ids: readonly string[]): Promise<void> {
  await connect(station, 200);
  await subscribe(station, ids.slice(0, 200), 1);
  for (let index = 0; index < 5; index += 1) await deliver(station, 'publishEach', 200, 200);
  await station.client.call('close');
  await sleep(SETTLE_MS);
}

export async function memoryOf({ server }: Station): Promise<number> {
  await sleep(SETTLE_MS);
  return server.call('memoryBytes');
}

/** The time until all are connected, in ms. */
export async function connect({ name, server, client }: Station, sockets: number): Promise<number> {
  return client.call(
    'connect',
    { url: server.ready.url, protocol: isBare(name) ? 'bare' : 'graphql', sockets } satisfies Connect,
    TIMEOUT_MS,
  );
}

/** The time until all subscriptions are active, in ms. Bare sockets are active from the beginning. */
export async function subscribe(
  { name, server, client }: Station,
  ids: readonly string[],
  perSocket: number,
): Promise<number> {
  if (isBare(name)) return 0;
  const before: number = name === 'stock' ? await server.call('subscribers') : 0;
  const added: { ms: number; count: number } = await client.call(
    'subscribe',
    { query: QUERY, ids, perSocket, snapshot: name === 'gateway' } satisfies Subscribe,
    TIMEOUT_MS,
  );
  // A server without an initial event is asked for its number of subscriptions.
  const begun = performance.now();
  while (name === 'stock' && (await server.call('subscribers')) < before + added.count) {
    if (performance.now() - begun > TIMEOUT_MS) throw new Error(`${name} did not take ${added.count} subscriptions`);
    await sleep(5);
  }
  return added.ms + performance.now() - begun;
}

/** The time from publishing to the last delivery, in ms. Every subscriber must get one event. */
export async function deliver(
  { name, server, client }: Station,
  what: 'publishOne' | 'publishEach',
  events: number,
  deliveries: number,
): Promise<number> {
  await client.call('expect', deliveries);
  const publishedMs: number = await server.call(what, events, TIMEOUT_MS);
  const arrived: Arrived = await client.call('arrived');
  assertDeliveredOnce(name, arrived, deliveries);
  return arrived.lastMs - publishedMs;
}

/** The time from publishing to delivery of each of `count` events to one subscriber each, in ms. */
export async function deliverAtRate(
  { name, server, client }: Station,
  perSecond: number,
  count: number,
): Promise<Float64Array> {
  await client.call('expect', count);
  const publishedMs: Float64Array = await server.call('publishAtRate', { perSecond, count }, TIMEOUT_MS);
  const arrived: Arrived = await client.call('arrived');
  assertDeliveredOnce(name, arrived, count);
  return publishedMs.map((at, subscriber) => (arrived.atMs[subscriber] ?? 0) - at);
}

function assertDeliveredOnce(name: string, { count, atMs }: Arrived, deliveries: number): void {
  const reached = atMs.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  // Sockets without a protocol cannot distinguish the subscriptions that share them.
  const expected = Math.min(deliveries, atMs.length);
  if (count !== deliveries || reached !== expected)
    throw new Error(`${name} delivered ${count} events to ${reached} readers, expected ${deliveries} to ${expected}`);
}

/** A server that streams with its readers, each a process: what it takes to bring readers there and to see an event arrive. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLED, PEERS, startChild, type Child } from '../children.js';
import type { Arrived, Connect, Subscribe } from './stream-client.js';

export type StreamServer = 'gateway' | 'stock' | 'committed' | 'bare';

/** Without a protocol: whoever connects is told of everything that is for its socket. */
function isBare(name: StreamServer): boolean {
  return name === 'bare' || name === 'committed';
}

export type Station = { readonly name: StreamServer; readonly server: Child; readonly client: Child };

const QUERY = `subscription($id: ID!) { taskTransitions(id: $id) { cursor sequence previousStatus status isTerminal observedAt message
  task { id kind catalog status clientToken taskId opportunityId engagementId updatedAt } } }`;

const PATIENCE_MS = 120_000;
/** For sockets to be let go of, and for what nobody needs any more to be found. */
const SETTLE_MS = 500;

export function startServer(name: StreamServer): Promise<Child> {
  const execArgv = ['--expose-gc'];
  return name === 'gateway'
    ? startChild(`${BUNDLED}/stream-gateway.js`, { execArgv })
    : startChild(`${PEERS}/streams.mjs`, { args: [name], execArgv });
}

export function startReaders(name: StreamServer): Promise<Child> {
  // The name is for the message when something goes wrong.
  return startChild('streams/stream-client.js', { args: [name] });
}

/** Lets the server compile what it needs, so that memory and times are those of readers and not of code. */
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

/** How long it took until all were there, in ms. */
export async function connect({ name, server, client }: Station, sockets: number): Promise<number> {
  return client.call(
    'connect',
    { url: server.ready.url, protocol: isBare(name) ? 'bare' : 'graphql', sockets } satisfies Connect,
    PATIENCE_MS,
  );
}

/** How long it took until all would have been told of an event, in ms. Bare sockets are told from the beginning. */
export async function subscribe(
  { name, server, client }: Station,
  ids: readonly string[],
  perSocket: number,
): Promise<number> {
  if (isBare(name)) return 0;
  const before: number = name === 'stock' ? await server.call('subscribers') : 0;
  const asked: { ms: number; count: number } = await client.call(
    'subscribe',
    { query: QUERY, ids, perSocket, snapshot: name === 'gateway' } satisfies Subscribe,
    PATIENCE_MS,
  );
  // A server that does not say how things stand can only be asked whether it has heard.
  const begun = performance.now();
  while (name === 'stock' && (await server.call('subscribers')) < before + asked.count) {
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`${name} did not take ${asked.count} subscriptions`);
    await sleep(5);
  }
  return asked.ms + performance.now() - begun;
}

/** From publishing to the last delivery, in ms. Every subscriber must have been told once. */
export async function deliver(
  { name, server, client }: Station,
  what: 'publishOne' | 'publishEach',
  events: number,
  deliveries: number,
): Promise<number> {
  await client.call('expect', deliveries);
  const publishedMs: number = await server.call(what, events, PATIENCE_MS);
  const arrived: Arrived = await client.call('arrived');
  toldOnce(name, arrived, deliveries);
  return arrived.lastMs - publishedMs;
}

/** From publishing to delivery of each of `count` events to one subscriber each, in ms. */
export async function deliverAtRate(
  { name, server, client }: Station,
  perSecond: number,
  count: number,
): Promise<Float64Array> {
  await client.call('expect', count);
  const publishedMs: Float64Array = await server.call('publishAtRate', { perSecond, count }, PATIENCE_MS);
  const arrived: Arrived = await client.call('arrived');
  toldOnce(name, arrived, count);
  return publishedMs.map((at, subscriber) => (arrived.atMs[subscriber] ?? 0) - at);
}

function toldOnce(name: string, { count, atMs }: Arrived, deliveries: number): void {
  const told = atMs.reduce((sum, at) => sum + (at > 0 ? 1 : 0), 0);
  // Where subscriptions share a socket without a protocol, only sockets can be told apart.
  const expected = Math.min(deliveries, atMs.length);
  if (count !== deliveries || told !== expected)
    throw new Error(`${name} delivered ${count} events to ${told} readers, expected ${deliveries} to ${expected}`);
}

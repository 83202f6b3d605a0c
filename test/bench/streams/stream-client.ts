/**
 * The readers of the stream comparison, in one separate process. They count deliveries and their times. Tests check the
 * content.
 */
import { nowMs, serve } from '../child.js';
import { openWire, type Wire } from './ws-wire.js';

export type Connect = { readonly url: string; readonly protocol: 'graphql' | 'bare'; readonly sockets: number };
export type Subscribe = {
  readonly query: string;
  readonly ids: readonly string[];
  /** The number of subscriptions to add to each socket. Together they go through `ids` in order. */
  readonly perSocket: number;
  /** True if a subscription begins with an event that shows the current state. */
  readonly snapshot: boolean;
};
export type Arrived = {
  readonly count: number;
  readonly lastMs: number;
  /** The time of each subscriber's event. */ readonly atMs: Float64Array;
};

/** The number of connections that are opened concurrently. */
const WINDOW = 100;

const wires: Wire[] = [];
let subscriberCount = 0;
let counted = 0;
let wanted = Number.POSITIVE_INFINITY;
let lastMs = 0;
let atMs = new Float64Array(0);
let acknowledged = 0;
let failure: Error | null = null;
let closing = false;
/** Called when the expected events have arrived, or cannot arrive any more. */
let notify: () => void = () => {};

function arrive(subscriber: number): void {
  lastMs = nowMs();
  if (atMs[subscriber] === 0) atMs[subscriber] = lastMs;
  counted += 1;
  if (counted >= wanted) notify();
}

function fail(reason: string): void {
  if (closing) return;
  failure ??= new Error(reason);
  notify();
}

function lose(reason: string): void {
  fail(`a connection was lost (${reason}), as happens on a machine that is too busy to answer pings in time`);
}

function onText(text: Buffer): void {
  // The prefix {"id":"17","type":"next",… of graphql-ws. Any other text is parsed as JSON.
  const begin = text.toString('latin1', 0, 40);
  const next = /^\{"id":"(\d+)","type":"next"/.exec(begin);
  if (next !== null) return arrive(Number(next[1]));
  const message: { type?: string; id?: string } = JSON.parse(text.toString());
  if (message.type === 'next') arrive(Number(message.id));
  else if (message.type === 'connection_ack') acknowledged += 1;
  else fail(`unexpected message ${text.toString()}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (failure !== null) throw failure;
    await new Promise<void>((settle) => {
      notify = settle;
    });
  }
  if (failure !== null) throw failure;
}

serve(null, {
  async connect({ url, protocol, sockets }: Connect) {
    closing = false;
    acknowledged = 0;
    const begun = nowMs();
    let index = 0;
    const work = async (): Promise<void> => {
      while (index < sockets) {
        const mine = index;
        index += 1;
        // A server without a protocol identifies readers by their address.
        const address = new URL(`${url}?subscriber=${mine}`);
        const wire = await openWire(
          address,
          protocol === 'bare' ? null : 'graphql-transport-ws',
          protocol === 'bare' ? () => arrive(mine) : onText,
          lose,
        );
        wires[mine] = wire;
        if (protocol === 'graphql') wire.send('{"type":"connection_init"}');
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, work));
    while (protocol === 'graphql' && acknowledged < sockets) await new Promise((settle) => setTimeout(settle, 1));
    if (failure !== null) throw failure;
    if (protocol === 'bare') subscriberCount = sockets;
    return nowMs() - begun;
  },

  async subscribe({ query, ids, perSocket, snapshot }: Subscribe) {
    const begun = nowMs();
    const first = subscriberCount;
    subscriberCount += perSocket * wires.length;
    atMs = new Float64Array(subscriberCount);
    counted = 0;
    wanted = snapshot ? 1 : Number.POSITIVE_INFINITY;
    for (let number = first; number < subscriberCount; number += 1) {
      const payload = { query, variables: { id: ids[number % ids.length] } };
      wires[number % wires.length]?.send(JSON.stringify({ id: String(number), type: 'subscribe', payload }));
      // The concurrency is the one of connections, so that not all subscribe at one moment.
      if (snapshot && number - first - counted >= WINDOW) await until(() => number - first - counted < WINDOW);
      else if (number % WINDOW === 0) await new Promise((settle) => setImmediate(settle));
    }
    if (snapshot) await until(() => counted >= subscriberCount - first);
    return { ms: nowMs() - begun, count: subscriberCount - first };
  },

  /** Starts a new count. */
  expect(count: number) {
    atMs = new Float64Array(subscriberCount);
    counted = 0;
    wanted = count;
  },

  async arrived(): Promise<Arrived> {
    await until(() => counted >= wanted);
    return { count: counted, lastMs, atMs };
  },

  close() {
    closing = true;
    for (const wire of wires.splice(0)) wire.cut();
    subscriberCount = 0;
  },
});

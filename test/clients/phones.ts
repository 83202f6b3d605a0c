/**
 * Apollo Kotlin 5 and Apollo iOS 2 by the frames that they send, recorded from their sources. The loop around the
 * frames is that of schema/mobile/README.md: each new connection subscribes after the last cursor.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { passes, waitMs, type Sink } from './recipes/follow.js';

const PING_MS = 10_000;

type Subscription = { readonly operationName: string; readonly query: string; readonly variables: object };
export type Phone = {
  /** The kind of WebSocket message that carries the frames. */
  readonly binary: boolean;
  init(token: string): string;
  subscribe(count: number, subscription: Subscription): string;
  /** Asks for a sign of life. A connection without an answer is dropped. */
  ping(socket: WebSocket): void;
};

export const PHONES: Readonly<Record<'Apollo Kotlin' | 'Apollo iOS', Phone>> = {
  'Apollo Kotlin': {
    binary: false,
    init: (token) => JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }),
    subscribe: (_count, { operationName, query, variables }) => {
      const extensions = { clientLibrary: { name: 'apollo-kotlin', version: '5.1.0' } };
      return JSON.stringify({
        type: 'subscribe',
        id: randomUUID(),
        payload: { operationName, variables, query, extensions },
      });
    },
    // OkHttp pings by frames of the WebSocket, and drops the connection itself.
    ping: (socket) => socket.ping(),
  },
  'Apollo iOS': {
    binary: true,
    init: (token) => `{"type":"connection_init","payload":{"Authorization":"Bearer ${token}"}}`,
    subscribe: (count, { operationName, query, variables }) =>
      `{"type":"subscribe","id":"${count}","payload":${JSON.stringify({ operationName, query, variables })}}`,
    // The transport pings by messages. The recipe drops the connection, because the transport does not.
    ping: (socket) => socket.send(Buffer.from('{"type":"ping"}'), { binary: true }),
  },
};

/** @returns a callback that ends the subscription */
export function followAsPhone(
  phone: Phone,
  url: string,
  token: () => Promise<string>,
  { after, ...subscription }: Omit<Subscription, 'variables'> & { after: string },
  sink: Sink,
): () => void {
  let cursor = after;
  let count = 0;
  let retries = 0;
  let ended = false;
  let socket: WebSocket;
  let timer: NodeJS.Timeout;
  function connect(): void {
    let heard = true;
    socket = new WebSocket(url, 'graphql-transport-ws', { handshakeTimeout: PING_MS });
    const send = (frame: string) => socket.send(Buffer.from(frame), { binary: phone.binary });
    socket.on('error', () => {});
    socket.on('open', () => void token().then((current) => send(phone.init(current))));
    socket.on('pong', () => (heard = true));
    const pings = setInterval(() => {
      if (!heard) return socket.terminate();
      heard = false;
      if (socket.readyState === WebSocket.OPEN) phone.ping(socket);
    }, PING_MS);
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data as Buffer));
      if (type === 'pong') heard = true;
      if (type === 'ping') send('{"type":"pong"}');
      if (type === 'connection_ack') send(phone.subscribe(++count, { ...subscription, variables: { after: cursor } }));
      if (type === 'error' && !passes(payload)) sink.error(payload);
      if (type === 'error') socket.close();
      if (type !== 'next') return;
      retries = 0;
      const event: any = Object.values(payload.data)[0];
      cursor = event.cursor;
      sink.next(payload);
    });
    socket.on('close', () => {
      clearInterval(pings);
      if (!ended) timer = setTimeout(connect, waitMs(retries++));
    });
  }
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.terminate();
  };
}

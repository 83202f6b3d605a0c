/**
 * A WebSocket without a protocol library. It keeps each message until the test asks for it, so that no test misses one.
 */
import { afterEach } from '@jest/globals';
import { WebSocket, type ClientOptions } from 'ws';
import { createInbox } from './waiting.js';

const open = new Set<WebSocket>();
afterEach(() => {
  for (const socket of open) socket.terminate();
  open.clear();
});

export type RawSocket = {
  readonly socket: WebSocket;
  send(message: unknown): void;
  next(): Promise<any>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends connection_init and awaits connection_ack. */
  init(payload?: unknown): Promise<void>;
};

export function openRawSocket(
  url: string,
  options: { protocol?: string | string[]; headers?: Record<string, string> } & Omit<ClientOptions, 'protocol'> = {},
): RawSocket {
  const { protocol = 'graphql-transport-ws', ...rest } = options;
  const socket = new WebSocket(url.replace('http', 'ws'), protocol, rest);
  const inbox = createInbox<any>();
  open.add(socket);
  socket.on('message', (data) => inbox.put(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '')));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      inbox.end();
      resolve({ code, reason: String(reason) });
    });
  });
  socket.on('error', () => {});
  const opened = new Promise<void>((resolve) => socket.on('open', () => resolve()));
  const send = (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    socket,
    closed,
    send: (message) => void opened.then(() => send(message)),
    next: () => inbox.next(),
    async init(payload) {
      await opened;
      send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
      const ack = await inbox.next();
      if (ack?.type !== 'connection_ack') throw new Error(`no ack: ${JSON.stringify(ack)}`);
    },
  };
}

/** The status of a refused upgrade; 101 if the server accepts it. */
export async function upgradeStatus(url: string, options: ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', options);
  open.add(socket);
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

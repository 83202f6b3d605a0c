/** A client of graphql-ws that reconnects without end, and notices a connection that is only half open. */
import { createClient, type Client } from 'graphql-ws';
import { waitMs } from './follow.js';

const SILENCE_MS = 10_000;

/** @param webSocketImpl only for Node 20, which has no WebSocket of its own */
export function connectWebSocket(url: string, token: () => Promise<string>, webSocketImpl?: unknown): Client {
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const relax = () => clearTimeout(watchdog);
  const watch = () => {
    relax();
    watchdog = setTimeout(() => client.terminate(), SILENCE_MS);
  };
  const client = createClient({
    url,
    webSocketImpl,
    connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, waitMs(retries))),
    keepAlive: SILENCE_MS,
    on: {
      connecting: watch,
      connected: relax,
      ping: (received) => (received ? undefined : watch()),
      pong: (received) => (received ? relax() : undefined),
      closed: relax,
    },
  });
  return client;
}

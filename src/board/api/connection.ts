/**
 * The WebSocket of the page. It connects at once, reconnects without end, and notices a connection that is only half
 * open. After a sleep or a change of the network it does not wait for a timeout. Its state says if the page is live.
 */
import { createClient, type Client } from 'graphql-ws/client';
import { createStore, type Store } from '../parts/store.js';
import { now } from '../parts/time.js';
import type { Token } from './token.js';
import { createPatience } from './wait.js';

export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number };

export type Connection = {
  readonly client: Client;
  readonly state: Store<LiveState>;
  /** Tries to connect now. */
  hurry(): void;
  close(): void;
};

/** The time for an answer of the gateway to a new connection or a ping. */
const SILENCE_MS = 10_000;
/** A page that was hidden, or did not run, for longer may have lost its connection without notice. */
const SLEPT_MS = 20_000;
const PULSE_MS = 5000;
/** The close code for a token that is missing, wrong or expired. */
const TOKEN_REFUSED = 4403;

export function connect(url: string, token: Token): Connection {
  const patience = createPatience();
  const state = createStore<LiveState>({ kind: 'connecting' });
  const lost = () => {
    if (state.get().kind !== 'lost') state.set({ kind: 'lost', since: now() });
  };
  /** The reason of the gateway; null while it has not refused the token. */
  let refusal: string | null = null;
  /** The credentials of the latest connection. */
  let used: string | null = null;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const relax = () => clearTimeout(watchdog);
  const watch = () => {
    relax();
    watchdog = setTimeout(() => client.terminate(), SILENCE_MS);
  };
  const client = createClient({
    url,
    lazy: false,
    connectionParams: async () => {
      used = await token.credentials();
      return used === null ? {} : { authorization: used };
    },
    retryAttempts: Infinity,
    shouldRetry: () => true,
    async retryWait(retries) {
      await patience.wait(retries);
      if (refusal === null) return;
      const reason = refusal;
      refusal = null;
      // A person may have to sign in first.
      await token.renew(used, reason);
    },
    onNonLazyError: lost,
    keepAlive: SILENCE_MS,
    on: {
      connecting: watch,
      connected() {
        relax();
        state.set({ kind: 'live' });
      },
      ping: (received) => (received ? undefined : watch()),
      pong: (received) => (received ? relax() : undefined),
      closed(event) {
        relax();
        if (isCloseEvent(event) && event.code === TOKEN_REFUSED) refusal = event.reason;
        lost();
      },
    },
  });

  const reconnect = () => {
    client.terminate();
    patience.end();
  };
  let awakeAt = now();
  const pulse = setInterval(() => {
    const slept = now() - awakeAt > SLEPT_MS;
    awakeAt = now();
    if (slept) reconnect();
  }, PULSE_MS);
  addEventListener('online', reconnect);
  addEventListener('offline', lost);
  const shown = () => {
    if (document.visibilityState === 'visible' && state.get().kind !== 'live') patience.end();
  };
  document.addEventListener('visibilitychange', shown);

  return {
    client,
    state,
    hurry: () => patience.end(),
    close() {
      clearInterval(pulse);
      relax();
      removeEventListener('online', reconnect);
      removeEventListener('offline', lost);
      document.removeEventListener('visibilitychange', shown);
      void client.dispose();
    },
  };
}

function isCloseEvent(event: unknown): event is CloseEvent {
  return event instanceof CloseEvent;
}

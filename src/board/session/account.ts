/**
 * The access token of the person. It stays in memory, so that nothing on the device keeps it. Calls wait while the page
 * has no token, and go on with the one that the person brings.
 */
import { createStore, type Store } from '../parts/store.js';
import { now } from '../parts/time.js';

export type AccessToken = {
  readonly value: string;
  /** Milliseconds since the epoch; null if the page does not know it. */
  readonly expiresAt: number | null;
  /** Brings a newer token without the person; null if the issuer gave nothing for it. */
  readonly refresh: (() => Promise<AccessToken>) | null;
};

export type Account = {
  /** `needed` before the first token, and `expired` when a token is refused and cannot be renewed. */
  readonly state: Store<'needed' | 'given' | 'expired'>;
  /** Called with the token that the person brings. */
  give(token: AccessToken): void;
  /** The value of the header Authorization. */
  credentials(): Promise<string>;
  /** Called when the gateway refuses the token. Resolves once there is a newer one. */
  renew(): Promise<boolean>;
};

/** A token is renewed when it has less than this left. */
const MARGIN_MS = 60_000;

export function createAccount(): Account {
  const state = createStore<'needed' | 'given' | 'expired'>('needed');
  let token: AccessToken | null = null;
  let waiting: ((token: AccessToken) => void)[] = [];
  let renewal: Promise<AccessToken> | null = null;

  function give(given: AccessToken): void {
    token = given;
    state.set('given');
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve(given);
  }

  function fromPerson(): Promise<AccessToken> {
    return new Promise((resolve) => waiting.push(resolve));
  }

  async function renewed(old: AccessToken): Promise<AccessToken> {
    const fresh = await old.refresh?.().catch(() => null);
    if (fresh != null) {
      give(fresh);
      return fresh;
    }
    token = null;
    state.set('expired');
    return fromPerson();
  }

  async function current(): Promise<AccessToken> {
    if (renewal !== null) return renewal;
    if (token === null) return fromPerson();
    const isEnding = token.expiresAt !== null && token.expiresAt - now() < MARGIN_MS;
    // A token that cannot be renewed is used to its end.
    return isEnding && token.refresh !== null ? renewOnce(token) : token;
  }

  function renewOnce(old: AccessToken): Promise<AccessToken> {
    renewal ??= renewed(old).finally(() => (renewal = null));
    return renewal;
  }

  return {
    state,
    give,
    credentials: async () => `Bearer ${(await current()).value}`,
    async renew() {
      if (token === null) await current();
      else await renewOnce(token);
      return true;
    },
  };
}

/** The expiry in the token itself, for tokens that are pasted. Only the gateway judges the token. */
export function expiryOf(value: string): number | null {
  try {
    const [, payload = ''] = value.split('.');
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

/**
 * The access token of the person. It stays in memory, so that nothing on the device keeps it. Calls wait while the page
 * has no token, and go on with the one that the person brings.
 */
import { RequestFailed } from '../api/failure.js';
import { waitMs } from '../api/wait.js';
import { createStore, type Store } from '../parts/store.js';
import { now } from '../parts/time.js';

export type AccessToken = {
  readonly value: string;
  /** Milliseconds since the epoch; null if the page does not know it. */
  readonly expiresAt: number | null;
  /**
   * Brings a newer token without the person; null if the issuer gave nothing for it.
   * @throws RequestFailed that passes, if the issuer did not answer
   */
  readonly refresh: (() => Promise<AccessToken>) | null;
};

/** `refused` when the gateway refuses a token that cannot be renewed. */
type AccountState =
  | { readonly kind: 'needed' }
  | { readonly kind: 'given' }
  | { readonly kind: 'refused'; readonly reason: string };

export type Account = {
  readonly state: Store<AccountState>;
  /** Called with the token that the person brings. */
  give(token: AccessToken): void;
  /** The value of the header Authorization. */
  credentials(): Promise<string>;
  /** Called when the gateway refuses these credentials, with the reason. Resolves once there is a newer token. */
  renew(refused: string | null, reason: string): Promise<boolean>;
};

/** A token is renewed when it has less than this left. */
const MARGIN_MS = 60_000;

export function createAccount(): Account {
  const state = createStore<AccountState>({ kind: 'needed' });
  let token: AccessToken | null = null;
  let waiting: ((token: AccessToken) => void)[] = [];
  let renewal: Promise<AccessToken> | null = null;

  function give(given: AccessToken): void {
    token = given;
    state.set({ kind: 'given' });
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve(given);
  }

  function fromPerson(): Promise<AccessToken> {
    return new Promise((resolve) => waiting.push(resolve));
  }

  async function renewed(old: AccessToken, reason: string): Promise<AccessToken> {
    const fresh = old.refresh === null ? null : await refreshed(old.refresh);
    if (fresh !== null) {
      give(fresh);
      return fresh;
    }
    token = null;
    state.set({ kind: 'refused', reason });
    return fromPerson();
  }

  async function current(): Promise<AccessToken> {
    if (token === null) return renewal ?? fromPerson();
    const leftMs = token.expiresAt === null ? Infinity : token.expiresAt - now();
    // A token that cannot be renewed is used to its end.
    if (token.refresh === null || leftMs >= MARGIN_MS) return renewal ?? token;
    const renewed = renewOnce(token, 'The token is about to expire.');
    // The token is good until its end, also while the issuer does not answer.
    return leftMs > 0 ? token : renewed;
  }

  function renewOnce(old: AccessToken, reason: string): Promise<AccessToken> {
    renewal ??= renewed(old, reason).finally(() => (renewal = null));
    return renewal;
  }

  return {
    state,
    give,
    credentials: async () => credentialsOf(await current()),
    async renew(refused, reason) {
      if (token === null) await current();
      // A late refusal may be of a token that was replaced since.
      else if (credentialsOf(token) === refused) await renewOnce(token, reason);
      return true;
    },
  };
}

/** @returns null if the issuer refuses. A person need not sign in again because the network was away. */
async function refreshed(refresh: () => Promise<AccessToken>): Promise<AccessToken | null> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await refresh();
    } catch (error) {
      if (!(error instanceof RequestFailed) || !error.passes) return null;
      await new Promise((resolve) => setTimeout(resolve, waitMs(retries)));
    }
  }
}

function credentialsOf({ value }: AccessToken): string {
  return `Bearer ${value}`;
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

/**
 * The issuer's keys, read when a token needs one that is not known, and once at the start, so that a wrong setting is found out before anybody
 * comes with a token. Why they cannot be read is kept until they can be: the operator is told it once, and whoever asks for readiness each time.
 */
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { SECOND, type Clock } from '../clock.js';
import { isRecord } from '../is-record.js';
import type { Telemetry } from '../telemetry.js';

export type IssuerKeys = {
  /** For jose. Throws KeysUnreadable where it is the issuer that fails. */
  readonly keyFor: JWTVerifyGetKey;
  /** Reads them in the background. */
  read(): void;
  /** Why the latest attempt to read them failed; null when it did not. */
  trouble(): string | null;
  /** Waits for the issuer no longer. */
  close(): void;
};

/** The operator has been told why. */
export class KeysUnreadable extends Error {}

/** What is wrong with an answer of the issuer's, in words that follow its address. */
class Unusable extends Error {}

/** A key that is not known yet is asked for at most once in this time, so that made-up key ids cannot hammer the issuer. */
const ROTATION_COOLDOWN_MS = SECOND;
const ISSUER_TIMEOUT_MS = 5 * SECOND;
/** After a failed discovery, how long everyone is told so before the issuer is asked again. */
const DISCOVERY_BACKOFF_MS = SECOND;

export function createIssuerKeys(from: { readonly issuer: string; readonly jwksUrl?: string }, deps: { readonly clock: Clock; readonly telemetry: Telemetry }): IssuerKeys {
  const { issuer, jwksUrl } = from;
  const { clock, telemetry } = deps;
  const remedy = jwksUrl === undefined ? 'Check JWT_ISSUER, or set JWKS_URL.' : 'Check JWKS_URL.';
  const closed = new AbortController();
  let keys: RemoteJWKSet | null = jwksUrl === undefined ? null : remote(new URL(jwksUrl));
  let discovery: Promise<RemoteJWKSet> | null = null;
  let trouble: string | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function attempt<Found>(address: string, read: () => Promise<Found>): Promise<Found> {
    try {
      return await read();
    } catch (error) {
      const message = `The issuer's keys cannot be read from ${placeOf(address)}: ${causeIn(error)}. ${remedy}`;
      // An outage is one thing to tell, however many tokens come meanwhile.
      if (message !== trouble && !closed.signal.aborted) telemetry.log.warn({ issuer }, message);
      trouble = message;
      throw new KeysUnreadable(message);
    }
  }

  function mended(): void {
    if (trouble !== null) telemetry.log.info({ issuer }, "The issuer's keys can be read again.");
    trouble = null;
  }

  async function readJson(address: string, signal: AbortSignal): Promise<Record<string, unknown>> {
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.any([signal, closed.signal]), headers: { accept: 'application/json, application/jwk-set+json' } });
    if (!response.ok) throw new Unusable(`it answered ${response.status}`);
    const found: unknown = await response.json();
    if (!isRecord(found)) throw new Unusable('it is no JSON object');
    return found;
  }

  function remote(url: URL): RemoteJWKSet {
    return createRemoteJWKSet(url, {
      cooldownDuration: ROTATION_COOLDOWN_MS,
      timeoutDuration: ISSUER_TIMEOUT_MS,
      [customFetch]: async (address, { signal }) =>
        attempt(address, async () => {
          const found = await readJson(address, signal);
          if (!Array.isArray(found['keys']) || !found['keys'].every(isRecord)) throw new Unusable('it has no list "keys"');
          mended();
          return Response.json(found);
        }),
    });
  }

  async function discover(): Promise<RemoteJWKSet> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    try {
      keys = remote(await attempt(address, async () => keysUrlIn(await readJson(address, AbortSignal.timeout(ISSUER_TIMEOUT_MS)), issuer)));
      return keys;
    } catch (error) {
      failedAt = clock.now();
      throw error;
    } finally {
      discovery = null;
    }
  }

  async function current(): Promise<RemoteJWKSet> {
    if (keys !== null) return keys;
    if (trouble !== null && clock.now() - failedAt < DISCOVERY_BACKOFF_MS) throw new KeysUnreadable(trouble);
    discovery ??= discover();
    return discovery;
  }

  async function readNow(): Promise<void> {
    try {
      await (await current()).reload();
    } catch (error) {
      if (!(error instanceof KeysUnreadable)) telemetry.unexpected('issuer-keys', error);
    }
  }

  return {
    keyFor: async (header, token) => (await current())(header, token),
    read: () => void readNow(),
    trouble: () => trouble,
    close: () => closed.abort(),
  };
}

function keysUrlIn(found: Record<string, unknown>, issuer: string): URL {
  const { issuer: named, jwks_uri: url } = found;
  // OpenID Connect Discovery 1.0, section 4.3: a document that speaks for another issuer must not be used.
  if (named !== issuer) throw new Unusable(`it speaks for another issuer, ${JSON.stringify(named)}`);
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Unusable('it names no jwks_uri');
  return new URL(url);
}

/** Without what may be secret: anybody may ask for readiness. */
function placeOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

function causeIn(error: unknown): string {
  if (error instanceof Unusable) return error.message;
  // By their names: what fetch throws need not be of this realm's classes.
  const { name, cause } = isRecord(error) ? error : {};
  if (name === 'SyntaxError') return 'it is not JSON';
  if (name === 'TimeoutError') return `it did not answer within ${ISSUER_TIMEOUT_MS / SECOND} s`;
  // fetch itself says nothing but that it failed.
  const { code, message } = isRecord(cause) ? cause : {};
  const detail = typeof code === 'string' ? code : message;
  return typeof detail === 'string' ? `it cannot be reached (${detail})` : 'it cannot be reached';
}

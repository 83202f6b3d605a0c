/**
 * The issuer's keys. The gateway reads them once at the start, so that a wrong setting is found before the first token
 * comes. It reads them again when a token names an unknown key. The cause of a failed read is logged once, and
 * readiness shows it until a read succeeds.
 */
import { hash as digestOf } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type CompactJWSHeaderParameters,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWK,
} from 'jose';
import { MINUTE, SECOND, type Clock } from '../../../runtime/clock.js';
import { isJsonObject } from '../../../runtime/guards.js';
import type { Telemetry } from '../../../runtime/telemetry.js';
import { UnusableAnswer, causeIn, readAnswer } from './issuer-answer.js';
import { verdictOn, type KeyVerdict } from './key-verdict.js';

export type IssuerKeys = {
  /**
   * The keys that may have signed the token. Issuers may publish several keys without an id, or under the same id.
   * @throws KeysUnreadable or KeyNotReadYet if the token is not at fault, else errors of jose
   */
  keysFor(header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<FittingKeys>;
  /**
   * Reads the keys again for a token whose signature no key fits, unless the latest read was just now and after the
   * token came first.
   * @returns true if the keys were read
   * @throws KeysUnreadable
   */
  readSince(token: string): Promise<boolean>;
  /** Reads the keys in the background. */
  read(): void;
  /** The cause of a failure of the latest read; null when it succeeded. */
  lastError(): string | null;
  /** Ends a read that is under way. */
  close(): void;
};

/** The keys cannot be read. The log has the cause. */
export class KeysUnreadable extends Error {
  override readonly name = 'KeysUnreadable';
}

/** The issuer may have published the key since the latest read, and the next read is not allowed yet. */
export class KeyNotReadYet extends Error {
  override readonly name = 'KeyNotReadYet';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The key is not among those that were read last.');
    this.retryAfterMs = retryAfterMs;
  }
}

/** Two reads begin at least this far apart, so that made-up key ids cannot flood the issuer. */
export const READ_INTERVAL_MS = SECOND;
/** The age at which keys are read again, because the issuer may have withdrawn one. */
const MAX_AGE_MS = 10 * MINUTE;
/** Large providers publish fewer than 20; each token is compared with all of them. */
const MAX_KEYS = 1000;
/** Tokens whose key is unknown are remembered by a hash of 43 characters each. */
const MAX_TOKENS_REMEMBERED = 10_000;
const SHOWN_CHARACTERS = 200;
/** A token is verified with each fitting key until one succeeds. */
const MAX_FITTING_KEYS = 16;

type FittingKeys = readonly [CryptoKey, ...CryptoKey[]];
type KeySet = ReturnType<typeof createLocalJWKSet>;

export function createIssuerKeys(
  from: { readonly issuer: string; readonly jwksUrl?: string },
  deps: { readonly clock: Clock; readonly telemetry: Telemetry },
): IssuerKeys {
  const { issuer, jwksUrl } = from;
  const { clock, telemetry } = deps;
  const remedy = jwksUrl === undefined ? 'Check JWT_ISSUER, or set JWKS_URL.' : 'Check JWKS_URL.';
  const closed = new AbortController();
  const readJson = (address: string) => readAnswer(address, { clock, closed: closed.signal });
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let keysUrl = jwksUrl ?? null;
  /** The keys of the latest successful read, and the number of that read. */
  let keys: { readonly set: KeySet; readonly haveIds: boolean; readonly read: number; readonly readAt: number } | null =
    null;
  let reading: Promise<void> | null = null;
  /** The read that begins after all its waiters arrived. */
  let nextRead: Promise<void> | null = null;
  let begunReads = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  let lastFailure: string | null = null;
  /** Tokens with an unknown key, each with the number of reads that had begun when it came first. */
  const firstSeen = new Map<string, number>();
  const loggedKeys = new Set<string>();

  async function readKeys(read: number): Promise<void> {
    let address = keysUrl ?? discoveryUrl;
    try {
      if (keysUrl === null) {
        keysUrl = keysUrlIn(await readJson(discoveryUrl), issuer);
        address = keysUrl;
      }
      keys = { ...keySetIn(await readJson(keysUrl)), read, readAt: clock.monotonic() };
      loggedKeys.clear();
      if (lastFailure !== null) telemetry.log.info({ issuer }, "The issuer's keys can be read again.");
      lastFailure = null;
    } catch (error) {
      const message = `The issuer's keys cannot be read from ${placeOf(address)}: ${causeIn(error)}. ${remedy}`;
      // An outage is logged once, however many tokens come during it.
      if (message !== lastFailure && !closed.signal.aborted) telemetry.log.warn({ issuer }, message);
      lastFailure = message;
    }
  }

  /** Joins the read that is under way, or begins one if the latest began long enough ago. Never rejects. */
  async function readIfAllowed(): Promise<void> {
    if (reading === null && isOver(begunAt, READ_INTERVAL_MS)) {
      begunReads += 1;
      begunAt = clock.monotonic();
      reading = readKeys(begunReads).finally(() => (reading = null));
    }
    await reading;
  }

  /**
   * Waits for a read that is under way, which may miss a key that the issuer just replaced, and reads again. Never
   * rejects.
   */
  async function readNext(): Promise<void> {
    await reading;
    if (!isOver(begunAt, READ_INTERVAL_MS))
      await clock.sleep(begunAt + READ_INTERVAL_MS - clock.monotonic(), closed.signal);
    nextRead = null;
    await readIfAllowed();
  }

  function isOver(since: number, ms: number): boolean {
    return clock.monotonic() - since >= ms;
  }

  /** @returns the number of reads that had begun when the token came first */
  function noteToken(signature: string): number {
    // The signature identifies the token, because a stranger could send a key id before the issuer publishes the key.
    const token = digestOf('sha256', signature, 'base64url');
    const seen = firstSeen.get(token) ?? begunReads;
    firstSeen.set(token, seen);
    const [oldest] = firstSeen.keys();
    if (firstSeen.size > MAX_TOKENS_REMEMBERED && oldest !== undefined) firstSeen.delete(oldest);
    return seen;
  }

  /** @returns null if no key of the latest read fits */
  async function knownKeys(header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<FittingKeys | null> {
    if (keys === null) return null;
    try {
      // An id in the token is ignored if the issuer publishes keys without ids.
      const { kid: _, ...withoutId } = header;
      return [await keys.set(keys.haveIds ? header : withoutId, token)];
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      if (error instanceof errors.JWKSMultipleMatchingKeys) return firstOf(error);
      if (error instanceof errors.JOSENotSupported) throw error;
      // The issuer has published an unusable key, such as a private one. Tokens that name it must not fill the log.
      const name = shown(header.kid ?? 'without an id');
      if (!loggedKeys.has(name)) telemetry.log.warn({ issuer, err: error }, `The issuer's key ${name} cannot be used.`);
      loggedKeys.add(name);
      throw new KeysUnreadable(name);
    }
  }

  function isFresh(): boolean {
    return keys !== null && !isOver(keys.readAt, MAX_AGE_MS);
  }

  function isReadAfter(seenAfter: number): boolean {
    return keys !== null && keys.read > seenAfter;
  }

  /** @param seenAfter the number of reads that had begun when the token came first */
  function verdictOnToken(fitting: FittingKeys | null, seenAfter: number, mayRead: boolean): KeyVerdict {
    return verdictOn({
      isKnown: fitting !== null,
      isFresh: isFresh(),
      isReadSince: isReadAfter(seenAfter),
      hasFailed: lastFailure !== null,
      mayRead,
    });
  }

  async function keysFor(header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<FittingKeys> {
    const kid: unknown = header.kid;
    if (kid !== undefined && typeof kid !== 'string') throw new errors.JWSInvalid('The key id is not a text.');
    let fitting = await knownKeys(header, token);
    if (fitting !== null && isFresh()) return fitting;
    const seenAfter = noteToken(token.signature);
    let verdict = verdictOnToken(fitting, seenAfter, reading !== null || isOver(begunAt, READ_INTERVAL_MS));
    if (verdict === 'read') {
      await readIfAllowed();
      fitting = await knownKeys(header, token);
      // The token waits for one read only, because an issuer may be slower than the interval.
      verdict = verdictOnToken(fitting, seenAfter, false);
    }
    switch (verdict) {
      case 'use':
      case 'read':
        if (fitting === null) throw new Error(`The verdict on a token without a key is "${verdict}".`);
        return fitting;
      case 'unpublished':
        throw new errors.JWKSNoMatchingKey();
      case 'not-read-yet':
        throw new KeyNotReadYet(Math.max(1, begunAt + READ_INTERVAL_MS - clock.monotonic()));
      case 'unreadable':
        throw new KeysUnreadable(lastFailure ?? '');
      default:
        return verdict satisfies never;
    }
  }

  async function readSince(token: string): Promise<boolean> {
    const seenAfter = noteToken(token.slice(token.lastIndexOf('.') + 1));
    if (isReadAfter(seenAfter) && reading === null && !isOver(begunAt, READ_INTERVAL_MS)) return false;
    const before = keys?.read;
    await (nextRead ??= readNext());
    if (keys?.read === before) throw new KeysUnreadable(lastFailure ?? '');
    return true;
  }

  return {
    keysFor,
    readSince,
    read: () => void readIfAllowed(),
    lastError: () => lastFailure,
    close: () => closed.abort(),
  };
}

async function firstOf(several: AsyncIterable<CryptoKey>): Promise<FittingKeys | null> {
  const found: CryptoKey[] = [];
  for await (const key of several) {
    found.push(key);
    if (found.length === MAX_FITTING_KEYS) break;
  }
  const [first, ...others] = found;
  return first === undefined ? null : [first, ...others];
}

function keySetIn({ keys }: Readonly<Record<string, unknown>>): { readonly set: KeySet; readonly haveIds: boolean } {
  if (!Array.isArray(keys) || !keys.every(isJwk)) throw new UnusableAnswer('it has no list "keys"');
  if (keys.length > MAX_KEYS) throw new UnusableAnswer(`it has too many keys (limit ${MAX_KEYS}, got ${keys.length})`);
  return { set: createLocalJWKSet({ keys }), haveIds: keys.some(({ kid }) => kid !== undefined) };
}

function isJwk(value: unknown): value is JWK {
  return isJsonObject(value);
}

function keysUrlIn({ issuer: named, jwks_uri: url }: Readonly<Record<string, unknown>>, issuer: string): string {
  // OpenID Connect Discovery 1.0, section 4.3: a document that speaks for another issuer must not be used.
  if (named !== issuer)
    throw new UnusableAnswer(
      `it speaks for another issuer, ${shown(JSON.stringify(named) ?? 'which it does not name')}`,
    );
  if (typeof url !== 'string' || !URL.canParse(url)) throw new UnusableAnswer('it names no jwks_uri');
  return new URL(url).href;
}

/** Cuts a text of the issuer to the length of a log line. */
function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Leaves out the query and the credentials of an address, because readiness shows it to everyone. */
function placeOf(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

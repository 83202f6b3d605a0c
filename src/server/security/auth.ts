/**
 * Turns a bearer token into a Caller. A token is accepted only if the issuer's own key signed it with an algorithm of the list, for this
 * audience, as an access token, and it has not expired. An issuer that cannot be reached is an outcome of its own that heals: it never opens the door, and
 * never looks like a bad token, which would log people out.
 */
import { errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { isRecord } from '../../runtime/guards.js';
import { SECOND, type Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { ANYONE, type Caller } from './caller.js';
import { createComplaints } from './complaints.js';
import { KeyNotReadYet, KeysUnreadable, createIssuerKeys } from './issuer-keys.js';
import { refuse, refuseForNow, type Refusal } from './request-error.js';
import { DEFAULT_SCOPE_RULES, namesOf, scopesIn, wordsOf, type ScopeRules } from './scopes.js';

export type AuthOptions =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'jwt';
      readonly issuer: string;
      /** A token for any of several is accepted. */
      readonly audience: string | readonly string[];
      readonly jwksUrl?: string;
      readonly scopeRules?: ScopeRules;
    };

export type AuthOutcome = { readonly kind: 'caller'; readonly caller: Caller } | AuthRefusal;
/** `retryable`: the same token may be accepted later. */
type AuthRefusal = { readonly kind: 'refused'; readonly retryable: boolean; readonly refusal: Refusal };

/** @param credentials the value of an Authorization header, or of a member that stands for it. */
export type Authenticate = (credentials: string | undefined) => Promise<AuthOutcome>;

export type Authenticator = {
  readonly authenticate: Authenticate;
  /** Finds out in the background whether tokens could be checked. */
  prepare(): void;
  /** Why no token could be checked when it was last tried; null when they could. */
  lastError(): string | null;
  close(): void;
};

/** Asymmetric only: with a symmetric algorithm the issuer's published key would be the secret. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const KEYS_UNREADABLE = "The issuer's keys cannot be read at the moment, so that no token can be checked. Try again.";
const KEY_NOT_READ_YET =
  'The key that signed the token is not among the keys that the gateway read from the issuer last. Try again.';
/** Node takes as much in the headers of a request; a message of a WebSocket may be much longer. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;
/** By how much the clocks of issuer and gateway may differ. */
const CLOCK_TOLERANCE_MS = 5 * SECOND;

export function createAuthenticator(options: AuthOptions, deps: { clock: Clock; telemetry: Telemetry }): Authenticator {
  if (options.mode === 'none')
    return {
      authenticate: async () => ({ kind: 'caller', caller: ANYONE }),
      prepare: () => {},
      lastError: () => null,
      close: () => {},
    };
  const { clock, telemetry } = deps;
  const { issuer, scopeRules = DEFAULT_SCOPE_RULES } = options;
  const audiences: readonly string[] = typeof options.audience === 'string' ? [options.audience] : options.audience;
  const keys = createIssuerKeys(options, deps);
  const warn = (message: string, err?: unknown): void => telemetry.log.warn({ issuer, err }, message);
  const complain = createComplaints(warn, 'issuer unavailable');

  /** @throws errors of jose, and those of issuer-keys.ts */
  async function verify(token: string): Promise<JWTPayload> {
    try {
      return await verifyOnce(token);
    } catch (error) {
      // The issuer may have replaced the key under the same id.
      if (!(error instanceof errors.JWSSignatureVerificationFailed) || !(await keys.readSince(token))) throw error;
      return verifyOnce(token);
    }
  }

  async function verifyOnce(token: string): Promise<JWTPayload> {
    const verifyOptions = {
      issuer,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(clock.now()),
      clockTolerance: CLOCK_TOLERANCE_MS / SECOND,
    };
    let others: readonly CryptoKey[] = [];
    const firstKey: JWTVerifyGetKey = async (header, parts) => {
      const [key, ...rest] = await keys.keysFor(header, parts);
      others = rest;
      return key;
    };
    try {
      return (await jwtVerify(token, firstKey, verifyOptions)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      for (const key of others) {
        const payload = await jwtVerify(token, key, verifyOptions).then(
          (verified) => verified.payload,
          (failure: unknown) => {
            if (failure instanceof errors.JWSSignatureVerificationFailed) return null;
            throw failure;
          },
        );
        if (payload !== null) return payload;
      }
      throw error;
    }
  }

  function callerOf(payload: JWTPayload): AuthOutcome {
    const mistake = mistakeOfPurpose(payload, audiences);
    if (mistake !== null) return refused('claim', mistake);
    const scopes = scopesIn(payload, scopeRules);
    const catalogs =
      payload['catalogs'] === undefined || payload['catalogs'] === null ? null : wordsOf(payload['catalogs']);
    if (scopes === undefined)
      return refused('claim', `The token's claim ${namesOf(scopeRules)} must be a text of words or a list of them.`);
    // A claim that cannot be read must not be read as no narrowing at all.
    if (catalogs === undefined) return refused('claim', 'The token\'s claim "catalogs" must be a list of texts.');
    if (payload.exp === undefined || payload.sub === undefined)
      return refused('claim', 'The token lacks the claims "exp" and "sub".');
    if (!isSubject(payload.sub))
      return refused(
        'claim',
        'The token\'s claim "sub" must be a text of 1 to 255 characters, no control characters among them.',
      );
    const expiresAt = payload.exp * SECOND;
    return {
      kind: 'caller',
      caller: {
        subject: payload.sub,
        reads: scopes.includes('tasks:read') ? 'all' : scopes.includes('tasks:read:own') ? 'own' : 'none',
        starts: scopes.includes('tasks:start'),
        records: scopes.includes('records:read'),
        catalogs,
        // A token that only the tolerance lets in would be over at once.
        expiresAt: expiresAt > clock.now() ? expiresAt : expiresAt + CLOCK_TOLERANCE_MS,
      },
    };
  }

  const authenticate: Authenticate = async (credentials) => {
    const token = bearerToken(credentials);
    if (token === null) {
      return refused(
        'missing',
        credentials === undefined || credentials === ''
          ? 'Send a bearer token: Authorization: Bearer <token>.'
          : 'Only bearer tokens are accepted: Authorization: Bearer <token>.',
      );
    }
    if (token.length > MAX_TOKEN_CHARACTERS) {
      const message = `The token is too long (limit ${MAX_TOKEN_CHARACTERS} characters, got ${token.length}).`;
      return refused('malformed', message);
    }
    try {
      return callerOf(await verify(token));
    } catch (error) {
      const mistake = mistakeIn(error);
      if (mistake !== null) return refused(mistake.reason, mistake.message);
      if (error instanceof KeyNotReadYet) {
        return unavailable(KEY_NOT_READ_YET, error.retryAfterMs);
      }
      if (!(error instanceof KeysUnreadable)) complain(error);
      return unavailable(KEYS_UNREADABLE, 2 * SECOND);
    }
  };
  return { authenticate, prepare: () => keys.read(), lastError: () => keys.lastError(), close: () => keys.close() };
}

function refused(reason: string, message: string): AuthRefusal {
  const challenge = reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"';
  const refusal = refuse('UNAUTHENTICATED', message, { status: 401, headers: { 'www-authenticate': challenge } });
  return { kind: 'refused', retryable: false, refusal };
}

function unavailable(message: string, retryAfterMs: number): AuthRefusal {
  const refusal = refuseForNow('AUTHENTICATION_UNAVAILABLE', message, 503, retryAfterMs);
  return { kind: 'refused', retryable: true, refusal };
}

/** @returns what is wrong with the token, or null where nothing is known to be: then it was the issuer that failed. */
function mistakeIn(error: unknown): { readonly reason: string; readonly message: string } | null {
  if (error instanceof errors.JWTExpired)
    return { reason: 'expired', message: 'The token has expired: get a new one.' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed')
      return {
        reason: 'early',
        message: `The token is not valid yet${untilWhen(error.payload.nbf)}. If that is wrong, check the clocks of issuer and gateway.`,
      };
    const setting = error.claim === 'iss' ? 'JWT_ISSUER' : null;
    const unlike =
      setting === null ? 'is not what this gateway expects' : `is not what the operator has set as ${setting}`;
    return {
      reason: 'claim',
      message:
        error.reason === 'missing'
          ? `The token lacks the claim "${error.claim}".`
          : `The token's claim "${error.claim}" ${unlike}.`,
    };
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return {
      reason: 'algorithm',
      message: `The token's algorithm is not accepted; accepted are ${ALGORITHMS.join(', ')}.`,
    };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { reason: 'signature', message: "The token's signature does not match the issuer's key." };
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return { reason: 'key', message: 'The token was signed with a key that the issuer does not publish.' };
  }
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  ) {
    return { reason: 'malformed', message: 'The token is not a signed JWT.' };
  }
  return null;
}

/** A number may be no date at all. */
function untilWhen(seconds: number | undefined): string {
  const date = new Date((seconds ?? Number.NaN) * SECOND);
  return Number.isNaN(date.getTime()) ? '' : `, but from ${date.toISOString()} on`;
}

/** Claims that only tokens of another purpose have: ID tokens (OpenID Connect Core 1.0, section 3; Cognito; Keycloak) and refresh tokens. */
const OTHER_PURPOSES: readonly { readonly claim: string; readonly isOther: (value: unknown) => boolean }[] = [
  { claim: 'token_use', isOther: (value) => value !== 'access' },
  { claim: 'typ', isOther: (value) => ['ID', 'Refresh', 'Offline', 'Logout'].some((typ) => typ === value) },
  { claim: 'at_hash', isOther: () => true },
  { claim: 'c_hash', isOther: () => true },
];

function mistakeOfPurpose(payload: JWTPayload, audiences: readonly string[]): string | null {
  const other = OTHER_PURPOSES.find(({ claim, isOther }) => payload[claim] !== undefined && isOther(payload[claim]));
  if (other !== undefined) return `The token is not an access token, as its claim "${other.claim}" says.`;
  // Access tokens of Cognito name no audience; a client that asks for one of its own gets one.
  const claim = payload.aud === undefined && payload['token_use'] === 'access' ? 'client_id' : 'aud';
  const named = payload[claim];
  if (named === undefined) return `The token lacks the claim "${claim}".`;
  const isMeant = (Array.isArray(named) ? named : [named]).some((audience) =>
    audiences.some((each) => each === audience),
  );
  return isMeant ? null : `The token's claim "${claim}" is not what the operator has set as JWT_AUDIENCE.`;
}

/**
 * It is stored with each of its tasks, and an empty one stands for nobody. OpenID Connect Core 1.0, section 2: at most 255 characters.
 * @param subject which the library takes for a text without looking
 */
function isSubject(subject: unknown): boolean {
  return typeof subject === 'string' && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(subject);
}

function bearerToken(credentials: string | undefined): string | null {
  const words = credentials?.trim().split(/\s+/) ?? [];
  const [first, second] = words;
  if (words.length === 2 && first?.toLowerCase() === 'bearer' && second !== undefined) return second;
  // Clients that put the bare token into connection_init mean the same; a JWT has two dots, other schemes have none.
  if (words.length === 1 && first !== undefined && first.split('.').length === 3) return first;
  return null;
}

/** The token of graphql-transport-ws's connection_init: any spelling of `authorization`, at the top (Sandbox's flat headers) or in `headers`. */
export function credentialsOf(connectionParams: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (connectionParams === undefined) return undefined;
  const found = member(connectionParams, ['authorization', 'authtoken', 'token']);
  if (typeof found === 'string') return found;
  const headers = member(connectionParams, ['headers']);
  if (!isRecord(headers)) return undefined;
  const inHeaders = member(headers, ['authorization']);
  return typeof inHeaders === 'string' ? inHeaders : undefined;
}

function member(of: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  for (const name of names) {
    for (const [key, value] of Object.entries(of)) {
      if (key.toLowerCase() === name) return value;
    }
  }
  return undefined;
}

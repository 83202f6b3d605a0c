/**
 * Turns a bearer token into a Caller. The token must be an access token for this audience that has not expired. The
 * issuer's own key must have signed it with an algorithm of the list. An issuer that cannot be reached is a separate,
 * retryable outcome. It accepts no token, and it is never reported as a bad token, which would log users out.
 */
import { errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { SECOND, type Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { ANYONE, type Caller } from './caller.js';
import { bearerToken } from './request-credentials.js';
import { KeyNotReadYet, KeysUnreadable, createIssuerKeys } from './issuer/issuer-keys.js';
import { createOnceLogger } from './once-logger.js';
import { createRequestError, createTemporaryError, type RequestError } from './request-error.js';
import { DEFAULT_SCOPE_RULES, namesOf, scopesIn, wordsOf, type ScopeRules } from './scopes.js';

export type AuthOptions =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'jwt';
      readonly issuer: string;
      /** The token must name one of these. */
      readonly audience: string | readonly string[];
      readonly jwksUrl?: string;
      readonly scopeRules?: ScopeRules;
    };

export type AuthOutcome = { readonly kind: 'caller'; readonly caller: Caller } | AuthRefusal;
/** `retryable`: the same token may be accepted later. */
type AuthRefusal = { readonly kind: 'refused'; readonly retryable: boolean; readonly requestError: RequestError };

/** @param credentials the value of an Authorization header, or of the member that replaces it */
export type Authenticate = (credentials: string | undefined) => Promise<AuthOutcome>;

export type Authenticator = {
  readonly authenticate: Authenticate;
  /** Reads the issuer's keys in the background, so that a wrong setting is found early. */
  prepare(): void;
  /** The error of the latest read of the keys; null if it succeeded. */
  lastError(): string | null;
  close(): void;
};

/** Asymmetric algorithms only, because for a symmetric one the issuer's published key would be the secret. */
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
/** The limit of Node for the headers of a request. A WebSocket message may be much longer. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;
/** The allowed difference between the clocks of issuer and gateway. */
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
  const logOnce = createOnceLogger(warn, 'issuer unavailable');

  /** @throws errors of jose, and those of issuer-keys.ts */
  async function verify(token: string): Promise<JWTPayload> {
    try {
      return await verifyOnce(token);
    } catch (error) {
      // The keys are read again, because the issuer may have replaced a key under the same id.
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
    // An unreadable claim must not be taken for an absent one, which allows every catalog.
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
        edits: scopes.includes('records:write'),
        catalogs,
        // A token within the tolerance would otherwise expire at once.
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
      if (!(error instanceof KeysUnreadable)) logOnce(error);
      return unavailable(KEYS_UNREADABLE, 2 * SECOND);
    }
  };
  return { authenticate, prepare: () => keys.read(), lastError: () => keys.lastError(), close: () => keys.close() };
}

function refused(reason: string, message: string): AuthRefusal {
  const challenge = reason === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"';
  const requestError = createRequestError('UNAUTHENTICATED', message, {
    status: 401,
    headers: { 'www-authenticate': challenge },
  });
  return { kind: 'refused', retryable: false, requestError };
}

function unavailable(message: string, retryAfterMs: number): AuthRefusal {
  const requestError = createTemporaryError('AUTHENTICATION_UNAVAILABLE', message, 503, retryAfterMs);
  return { kind: 'refused', retryable: true, requestError };
}

/** @returns the mistake in the token, or null if the error is not about the token, so that the issuer failed */
function mistakeIn(error: unknown): { readonly reason: string; readonly message: string } | null {
  if (error instanceof errors.JWTExpired)
    return { reason: 'expired', message: 'The token has expired. Get a new one.' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' && error.reason === 'check_failed')
      return {
        reason: 'early',
        message:
          `The token is not valid yet${untilWhen(error.payload.nbf)}. If that is wrong, check the clocks of issuer ` +
          `and gateway.`,
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

/** The number of a claim may be outside the range of dates. */
function untilWhen(seconds: number | undefined): string {
  const date = new Date((seconds ?? Number.NaN) * SECOND);
  return Number.isNaN(date.getTime()) ? '' : `, but from ${date.toISOString()} on`;
}

/** Claims of ID tokens (OpenID Connect Core 1.0, section 3; Cognito; Keycloak) and of refresh tokens. */
const OTHER_PURPOSES: readonly { readonly claim: string; readonly isOther: (value: unknown) => boolean }[] = [
  { claim: 'token_use', isOther: (value) => value !== 'access' },
  { claim: 'typ', isOther: (value) => ['ID', 'Refresh', 'Offline', 'Logout'].some((typ) => typ === value) },
  { claim: 'at_hash', isOther: () => true },
  { claim: 'c_hash', isOther: () => true },
];

function mistakeOfPurpose(payload: JWTPayload, audiences: readonly string[]): string | null {
  const other = OTHER_PURPOSES.find(({ claim, isOther }) => payload[claim] !== undefined && isOther(payload[claim]));
  if (other !== undefined) return `The token is not an access token, as its claim "${other.claim}" says.`;
  // Access tokens of Cognito have no audience unless the client requests one.
  const claim = payload.aud === undefined && payload['token_use'] === 'access' ? 'client_id' : 'aud';
  const named = payload[claim];
  if (named === undefined) return `The token lacks the claim "${claim}".`;
  const isMeant = (Array.isArray(named) ? named : [named]).some((audience) =>
    audiences.some((each) => each === audience),
  );
  return isMeant ? null : `The token's claim "${claim}" is not what the operator has set as JWT_AUDIENCE.`;
}

/**
 * Checks a subject before it is stored with tasks. OpenID Connect Core 1.0, section 2, allows at most 255 characters.
 * @param subject of any type, because jose does not check it
 */
function isSubject(subject: unknown): boolean {
  return typeof subject === 'string' && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(subject);
}

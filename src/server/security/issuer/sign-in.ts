/**
 * The settings with which a page signs people in: the endpoints in the issuer's discovery document, and the client and
 * the scopes of the operator. The gateway reads the document, because many issuers do not let pages of other origins
 * read it.
 */
import { SECOND, type Clock } from '../../../runtime/clock.js';
import { causeIn, readAnswer, UnusableAnswer } from './issuer-answer.js';

export type SignIn = {
  readonly clientId: string;
  readonly scopes: string;
  readonly issuer: string;
  readonly audience: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
};

export type SignInOptions = {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  /** Scopes that every client of the gateway needs. */
  readonly scopes: string;
  /** The operator's own list, which replaces them; null if there is none. */
  readonly chosenScopes: string | null;
};

/** Exactly one of both is null. The problem is a sentence for people. */
export type SignInAnswer =
  | { readonly signIn: SignIn; readonly problem: null }
  | { readonly signIn: null; readonly problem: string };

/** Two reads of the document begin at least this far apart, so that reloads of the page do not flood the issuer. */
const READ_INTERVAL_MS = SECOND;
/** The scope for a refresh token, which renews access without the person. Issuers that do not list it may refuse it. */
const RENEWAL = 'offline_access';

/** @returns a function that reads the document until it has succeeded once */
export function createSignIn(
  options: SignInOptions,
  { clock }: { readonly clock: Clock },
): () => Promise<SignInAnswer> {
  const { issuer, audience, clientId, scopes, chosenScopes } = options;
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let latest: { readonly answer: Promise<SignInAnswer>; readonly begunAt: number } | null = null;

  async function read(): Promise<SignInAnswer> {
    try {
      const document = await readAnswer(address, { clock, closed: new AbortController().signal });
      const supported: unknown = document['scopes_supported'];
      const renews = Array.isArray(supported) && supported.includes(RENEWAL);
      const signIn: SignIn = {
        clientId,
        scopes: chosenScopes ?? `${scopes}${renews ? ` ${RENEWAL}` : ''}`,
        issuer: textIn(document, 'issuer'),
        audience,
        authorizationEndpoint: urlIn(document, 'authorization_endpoint'),
        tokenEndpoint: urlIn(document, 'token_endpoint'),
      };
      return { signIn, problem: null };
    } catch (error) {
      return { signIn: null, problem: `The issuer's endpoints cannot be read from ${address}: ${causeIn(error)}.` };
    }
  }

  return async () => {
    const now = clock.monotonic();
    const known = latest;
    if (known !== null) {
      const answer = await known.answer;
      if (answer.signIn !== null || now - known.begunAt < READ_INTERVAL_MS) return answer;
    }
    // A request that came at the same time may have begun the next read.
    if (latest === null || latest === known) latest = { answer: read(), begunAt: now };
    return latest.answer;
  };
}

function textIn(document: Readonly<Record<string, unknown>>, name: string): string {
  const value = document[name];
  if (typeof value !== 'string') throw new UnusableAnswer(`it has no ${name}`);
  return value;
}

function urlIn(document: Readonly<Record<string, unknown>>, name: string): string {
  const value = textIn(document, name);
  if (!URL.canParse(value) || !/^https?:/.test(value)) throw new UnusableAnswer(`its ${name} is not a URL`);
  return value;
}

/**
 * Restricts the host names of the server while requests need no token. A foreign page can point its own name at this
 * machine (DNS rebinding). The browser then treats the server as the page's own origin, sends requests without a
 * preflight and lets the page read the responses. Only the Host header reveals the foreign name.
 */
import { isLoopback } from '../../runtime/loopback.js';
import type { AuthOptions } from './auth.js';
import { createRequestError, type RequestError } from './request-error.js';

/** @returns the error for a request with this Host header; null if the host is accepted */
export type HostCheck = (host: string | undefined) => RequestError | null;

/** A Host header (RFC 9110, section 7.2): a name and an optional port, and nothing else. */
export const NAME_AND_PORT = /^([\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** @returns null if every name is accepted, because requests need a token */
export function createHostCheck(auth: AuthOptions, corsOrigins: readonly string[]): HostCheck | null {
  if (auth.mode !== 'none') return null;
  // The origin of an app, such as capacitor://localhost, has no host name of a network.
  const named = new Set(
    corsOrigins.filter((origin) => /^https?:/.test(origin)).map((origin) => new URL(origin).hostname),
  );
  // The latest accepted header is kept, because nearly all requests have the same one.
  let latest: string | null = null;

  return (host) => {
    // Every browser sends the header, so that a request without it is not from a page.
    if (host === undefined || host === latest) return null;
    const name = NAME_AND_PORT.exec(host)?.[1]?.toLowerCase();
    if (name === undefined)
      return createRequestError('BAD_REQUEST', 'The Host header is not a valid host name.', { status: 400 });
    if (!isLoopback(name) && !named.has(name))
      return createRequestError('FORBIDDEN', messageFor(host), { status: 403 });
    latest = host;
    return null;
  };
}

function messageFor(host: string): string {
  return (
    `With AUTH=none this gateway answers only to localhost, 127.0.0.1 and [::1], not to ${host}, because any page ` +
    `could point its own name at this machine. ` +
    `If the operator owns the name, an origin with it belongs in CORS_ORIGINS, for example http://${host}.`
  );
}

/**
 * Decides which pages of a browser may call the server. One rule holds for preflights, for requests, for WebSocket
 * upgrades, which are not subject to CORS, and for an EventSource, which sends no preflight.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { createOnceLogger } from './once-logger.js';
import { NAME_AND_PORT } from './host-check.js';

const REFUSED = 'a page of this origin was refused: list the origin in CORS_ORIGINS if its pages may call';
/** The length to which a logged origin is cut; origins of browsers are shorter. */
const SHOWN_CHARACTERS = 300;

/** @returns true if the request comes from the server's own page, from an allowed origin, or not from a browser */
export function originAllowed(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) {
    // Requests in mode no-cors have no Origin header, but every current browser sends Sec-Fetch-Site.
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  return allowed.includes(origin) || isOwnPage(origin, headers.host);
}

/**
 * True if the page was served by the host that the request names. The scheme is not compared, because a proxy may have
 * terminated TLS. Without authentication only host names that host-check.ts accepts reach this check.
 */
function isOwnPage(origin: string, host: string | undefined): boolean {
  if (host === undefined || !NAME_AND_PORT.test(host) || !/^https?:/.test(origin) || !URL.canParse(origin))
    return false;
  const page = new URL(origin);
  const requested = `${page.protocol}//${host}`;
  // Both are compared as URLs, so that the default port and capital letters make no difference.
  return URL.canParse(requested) && new URL(requested).origin === page.origin;
}

/** Logs each refused origin once, because a browser reports the refusal to the page and not to the operator. */
export type OriginWatch = (headers: IncomingHttpHeaders) => void;

export function createOriginWatch(
  allowed: readonly string[],
  warn: (fields: { origin?: string }, message: string) => void,
): OriginWatch {
  const logOnce = createOnceLogger(
    (message, origin) => warn(typeof origin === 'string' ? { origin } : {}, message),
    REFUSED,
  );
  return (headers) => {
    if (headers.origin !== undefined && !originAllowed(headers, allowed))
      logOnce(headers.origin.slice(0, SHOWN_CHARACTERS));
  };
}

/** Headers that a foreign page can send only after a preflight. Apollo Server has the same list. */
const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** The message for a request that `mayBeForged` finds. */
export const CSRF_MESSAGE =
  'This request could have been sent by a foreign page (CSRF). Add the header "apollo-require-preflight: true", or ' +
  'send the operation by POST as JSON ("content-type: application/json"; urql: preferGetMethod: false). A page of ' +
  'another origin may use GET once its origin is listed in CORS_ORIGINS.';

/**
 * True if a foreign page could send the request. The Origin decides for a GET, because an EventSource sends no
 * preflight, and urql sends short queries by GET. A GET changes nothing.
 */
export function mayBeForged(method: string, headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  return !isPreflighted(headers) && !(method === 'GET' && originAllowed(headers, allowed));
}

/** True if a foreign page could send the request only after a preflight. A JSON body needs one for its content type. */
function isPreflighted(headers: IncomingHttpHeaders): boolean {
  return (
    PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '') ||
    (headers['content-type'] ?? '').startsWith('application/json')
  );
}

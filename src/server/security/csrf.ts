/**
 * Which pages of a browser may talk to the server: one rule for preflights, requests, WebSocket upgrades, which are not subject to CORS at all,
 * and an EventSource, which sends no preflight.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { createComplaints } from './complaints.js';
import { NAME_AND_PORT } from './host-check.js';

const REFUSED = 'a page of this origin was refused: list the origin in CORS_ORIGINS if its pages may call';
/** No origin that a browser sends is longer. */
const SHOWN_CHARACTERS = 300;

/** @returns whether the request comes from our own page, from an allowed one, or from no browser. */
export function originAllowed(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) {
    // Requests in mode no-cors carry no Origin, but every current browser names their source.
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  return allowed.includes(origin) || isOwnPage(origin, headers.host);
}

/**
 * True where the host that the request names has served the page. The scheme is not compared, because a proxy may have terminated TLS. Without
 * authentication only names of host.ts get as far as this.
 */
function isOwnPage(origin: string, host: string | undefined): boolean {
  if (host === undefined || !NAME_AND_PORT.test(host) || !/^https?:/.test(origin) || !URL.canParse(origin))
    return false;
  const page = new URL(origin);
  const asked = `${page.protocol}//${host}`;
  // As URLs, so that the default port and capitals make no difference.
  return URL.canParse(asked) && new URL(asked).origin === page.origin;
}

/** Logs the origin of a page that is refused, once each: a browser tells the page only, and not the operator. */
export type OriginWatch = (headers: IncomingHttpHeaders) => void;

export function createOriginWatch(
  allowed: readonly string[],
  warn: (facts: { origin?: string }, message: string) => void,
): OriginWatch {
  const complain = createComplaints(
    (message, origin) => warn(typeof origin === 'string' ? { origin } : {}, message),
    REFUSED,
  );
  return (headers) => {
    if (headers.origin !== undefined && !originAllowed(headers, allowed))
      complain(headers.origin.slice(0, SHOWN_CHARACTERS));
  };
}

/** Headers that a foreign page can send only after a preflight; the same as Apollo Server's. */
const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** For a request that fails the test below. */
export const CSRF_MESSAGE =
  'This request could have been sent by a foreign page (CSRF). Add the header "apollo-require-preflight: true", or send the operation by POST as JSON ("content-type: application/json").';

/** Whether a foreign page could not have sent this without asking first. A JSON body has its own content type, which asks. */
export function isPreflighted(headers: IncomingHttpHeaders): boolean {
  return (
    PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '') ||
    (headers['content-type'] ?? '').startsWith('application/json')
  );
}

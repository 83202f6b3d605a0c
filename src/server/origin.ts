/**
 * Which pages of a browser may talk to the server: one rule for preflights, requests, WebSocket upgrades, which are not subject to CORS at all,
 * and an EventSource, which sends no preflight.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { NAME_AND_PORT } from './host.js';

/** @returns whether the request comes from our own page, from an allowed one, or from no browser. */
export function originAllowed(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (allowed.includes('*')) return true;
  if (origin === undefined) {
    // Requests in mode no-cors carry no Origin, but every current browser says whence they come.
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  return allowed.includes(origin) || isOwnPage(origin, headers.host);
}

/**
 * Whether the host that the request names has served the page. The scheme is not compared, because a proxy may have terminated TLS. Without
 * authentication only names of host.ts get as far as this.
 */
function isOwnPage(origin: string, host: string | undefined): boolean {
  if (host === undefined || !NAME_AND_PORT.test(host) || !/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const asked = `${page.protocol}//${host}`;
  // As URLs, so that the default port and capitals make no difference.
  return URL.canParse(asked) && new URL(asked).origin === page.origin;
}

/** Headers that a foreign page can send only after a preflight; the same as Apollo Server's. */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** Whether a foreign page could not have sent this without asking first. A JSON body has its own content type, which asks. */
export function preflighted(headers: IncomingHttpHeaders): boolean {
  return PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '') || (headers['content-type'] ?? '').startsWith('application/json');
}

/**
 * Which pages of a browser may talk to the server where the browser itself does not ask: WebSocket upgrades are not subject to CORS at
 * all, and an EventSource sends no preflight.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** @returns whether the request comes from our own page, from an allowed one, or from no browser. */
export function originAllowed(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (allowed.includes('*')) return true;
  if (origin === undefined) {
    // Requests in mode no-cors carry no Origin, but every current browser says whence they come.
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Headers that a foreign page can send only after a preflight; the same as Apollo Server's. */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'] as const;

/** Whether a foreign page could not have sent this without asking first. A JSON body has its own content type, which asks. */
export function preflighted(headers: IncomingHttpHeaders): boolean {
  return PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined && headers[name] !== '') || (headers['content-type'] ?? '').startsWith('application/json');
}

/**
 * Which names the server may be called by while nobody needs a token. A foreign page can make its own name lead to this machine (DNS
 * rebinding); for the browser it is then of the same origin as the server, asks without asking first and reads the answer, and only the
 * Host header tells it from a page of ours.
 */
import { isLoopback } from '../../runtime/loopback.js';
import type { AuthOptions } from './auth.js';
import { refuse, type Refusal } from './request-error.js';

/** @returns why a request that names this host is not answered; null where it is. */
export type HostCheck = (host: string | undefined) => Refusal | null;

/** A Host header, as RFC 9110 has it in section 7.2: nothing before the name, and nothing behind the port. */
export const NAME_AND_PORT = /^([\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** @returns null where any name will do, because a token is proof enough. */
export function createHostCheck(auth: AuthOptions, corsOrigins: readonly string[]): HostCheck | null {
  if (auth.mode !== 'none') return null;
  // The host of an app's origin, as in capacitor://localhost, is no name in a network.
  const named = new Set(
    corsOrigins.filter((origin) => /^https?:/.test(origin)).map((origin) => new URL(origin).hostname),
  );
  // Nearly all requests call the server by the same name.
  let latest: string | null = null;

  return (host) => {
    // Every browser sends one.
    if (host === undefined || host === latest) return null;
    const name = NAME_AND_PORT.exec(host)?.[1]?.toLowerCase();
    if (name === undefined) return refuse('BAD_REQUEST', 'The Host header is not a valid host name.', { status: 400 });
    if (!isLoopback(name) && !named.has(name)) return refuse('FORBIDDEN', messageFor(host), { status: 403 });
    latest = host;
    return null;
  };
}

function messageFor(host: string): string {
  return (
    `With AUTH=none this gateway is called localhost, 127.0.0.1 or [::1], and not ${host}: any page whose name is made to lead here could start tasks. ` +
    `If the name is the operator's own, an origin with it belongs in CORS_ORIGINS, for example http://${host}.`
  );
}

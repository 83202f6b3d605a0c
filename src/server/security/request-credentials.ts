/** Finds the bearer token in an Authorization header, or in the connection_init of a WebSocket. */
import { isRecord } from '../../runtime/guards.js';

/** @returns the token of an Authorization header, or null if there is none */
export function bearerToken(credentials: string | undefined): string | null {
  const words = credentials?.trim().split(/\s+/) ?? [];
  const [first, second] = words;
  if (words.length === 2 && first?.toLowerCase() === 'bearer' && second !== undefined) return second;
  // Some clients put the bare token into connection_init. A JWT has two dots, and other schemes have none.
  if (words.length === 1 && first !== undefined && first.split('.').length === 3) return first;
  return null;
}

/**
 * Finds the credentials in connection_init: `authorization` in any case, at the top (as Sandbox sends it) or in
 * `headers`.
 */
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

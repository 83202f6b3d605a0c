/**
 * Opens a PostgreSQL database as a gateway does and gives the message of the refusal, which never holds the password.
 */
import { expect } from '@jest/globals';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { systemClock as clock } from '../../../src/runtime/clock.js';

/** A password with every character that has a meaning in a URL. */
export const SECRET = 'hunter2/#?%@:';

/** @returns the reason why a gateway with this URL does not start; '' when it starts */
export async function refusalOf(url: string, poolSize = 2): Promise<string> {
  const refusal = await openPostgres({ url, clock, poolSize }).then(
    async (db) => {
      await db.close();
      return '';
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  for (const password of [SECRET, encodeURIComponent(SECRET), 'hunter2']) expect(refusal).not.toContain(password);
  return refusal;
}

export function urlWith(
  url: string,
  parts: { user?: string; password?: string; host?: string; database?: string; query?: Record<string, string> },
): string {
  const changed = new URL(url);
  if (parts.user !== undefined) changed.username = parts.user;
  if (parts.password !== undefined) changed.password = encodeURIComponent(parts.password);
  if (parts.host !== undefined) changed.hostname = parts.host;
  if (parts.database !== undefined) changed.pathname = `/${parts.database}`;
  for (const [name, value] of Object.entries(parts.query ?? {})) changed.searchParams.set(name, value);
  return changed.href.replaceAll('+', '%20');
}

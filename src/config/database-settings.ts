/** Reads the URL of the database. */
import { mistakeInUrl, withSslMode } from '../db/postgres/url.js';
import type { Variables } from './variables.js';

/** @param sslMode PGSSLMODE, which counts if the URL does not mention TLS */
export function databaseUrlOf({ text, problems }: Variables, sslMode?: string): string | null {
  const url = text('DATABASE_URL');
  if (url === null) return null;
  const mistake = mistakeInUrl(url, sslMode);
  if (mistake === null) return withSslMode(url, sslMode);
  // The message leaves the value out, because it contains a password.
  problems.push(`DATABASE_URL ${mistake}`);
  return url;
}

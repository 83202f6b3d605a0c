/** The place of the data. */
import { mistakeInUrl, withSslMode } from '../db/postgres/url.js';
import type { Variables } from './variables.js';

/** @param sslMode PGSSLMODE, which counts where the URL says nothing of TLS */
export function databaseUrlOf({ text, problems }: Variables, sslMode?: string): string | null {
  const url = text('DATABASE_URL');
  if (url === null) return null;
  const mistake = mistakeInUrl(url, sslMode);
  if (mistake === null) return withSslMode(url, sslMode);
  // Never the value: it carries a password.
  problems.push(`DATABASE_URL ${mistake}`);
  return url;
}

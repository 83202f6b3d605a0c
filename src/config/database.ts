/** The place of the data. */
import { mistakeInUrl } from '../db/postgres-url.js';
import type { Variables } from './variables.js';

export function databaseUrlOf({ text, problems }: Variables): string | null {
  const url = text('DATABASE_URL');
  const mistake = url === null ? null : mistakeInUrl(url);
  // Never the value: it carries a password.
  if (mistake !== null) problems.push(`DATABASE_URL ${mistake}`);
  return url;
}

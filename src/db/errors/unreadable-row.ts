/** Rows that exist but cannot be read, because the disk or another program has changed them. */
import { codeOf } from './error-code.js';

/** A text of the row is not in the gateway's format. Both databases return such a text without an error. */
export class UnreadableRowError extends Error {
  override readonly name = 'UnreadableRowError';
  readonly code = 'UNREADABLE_ROW';
}

/**
 * SQLite's code for damage of a page or of a text, PostgreSQL's two codes for damage of files and indexes, and the
 * gateway's own.
 */
const DAMAGE = /^(UNREADABLE_ROW|SQLITE_CORRUPT.*|XX00[12])$/;

/** True when a part of the data makes the statement fail. The same statement without that part may succeed. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.test(codeOf(error));
}

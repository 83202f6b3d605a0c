/** Rows that are there but cannot be read, because the disk or someone else has changed what the gateway wrote. */
import { codeOf } from './error-code.js';

/** A text of the row is not what the gateway writes. Both databases return such a text as they return any other. */
export class UnreadableRowError extends Error {
  override readonly name = 'UnreadableRowError';
  readonly code = 'UNREADABLE_ROW';
}

/** SQLite's code for damage of a page or of a text, PostgreSQL's two for damage of its files and indexes, and ours. */
const DAMAGE = /^(UNREADABLE_ROW|SQLITE_CORRUPT.*|XX00[12])$/;

/** True where the statement fails because of a part of the data: the same statement without that part may succeed. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.test(codeOf(error));
}

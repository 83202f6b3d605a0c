/** Tells a database that cannot be used at the moment from one that was asked wrongly: the first heals, and a caller may try again. */
import { DatabaseClosedError } from '../database.js';
import { codeOf, messageOf } from './error-code.js';

/**
 * SQLSTATE classes of PostgreSQL: 08 connection, 53 resources (disk full, too many connections), 57 operator intervention (shutdown,
 * statement timeout), 58 system errors; 25P03 and 55P03 are the timeouts of idle transactions and locks, 25006 is a server that takes no writes.
 * 25P02, 26000 and 42P05 are connections that someone else has used in between: a transaction that failed, statements that were forgotten or are known.
 */
const POSTGRES = /^(08|53|57|58)...$|^(25006|25P0[2-4]|26000|42P05|55P03|XX001|XX002)$/;
const SYSTEM = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/;
const SQLITE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL|CORRUPT|NOTADB)/;
/** What the PostgreSQL driver throws without a code. */
const DRIVER =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseClosedError) return true;
  const code = codeOf(error);
  return POSTGRES.test(code) || SYSTEM.test(code) || SQLITE.test(code) || DRIVER.test(messageOf(error));
}

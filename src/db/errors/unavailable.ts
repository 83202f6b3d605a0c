/**
 * Separates a database that cannot be used at the moment from a wrong statement. The first kind recovers, and a caller
 * may retry.
 */
import { DatabaseClosedError } from '../database.js';
import { codeOf } from './error-code.js';
import { messageOf } from '../../runtime/error-message.js';

/**
 * SQLSTATEs of PostgreSQL:
 *
 * - class 08 is the connection, 53 resources such as the disk, 57 the operator (shutdown, statement timeout) and 58 the
 *   system
 * - 25P03 and 55P03 are the timeouts of idle transactions and of locks
 * - 25006 is a server that takes no writes
 * - 25P02, 26000 and 42P05 come from a connection that another client used in between: its transaction failed, or its
 *   prepared statements changed
 */
const POSTGRES = /^(08|53|57|58)...$|^(25006|25P0[2-4]|26000|42P05|55P03|XX001|XX002)$/;
const SYSTEM = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/;
const SQLITE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL|CORRUPT|NOTADB)/;
/** Messages of the PostgreSQL driver that have no code. */
const DRIVER =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i;

export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseClosedError) return true;
  const code = codeOf(error);
  return POSTGRES.test(code) || SYSTEM.test(code) || SQLITE.test(code) || DRIVER.test(messageOf(error));
}

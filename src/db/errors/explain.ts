/**
 * Explains why a database takes no writes: the cause, then the remedy, for the operator. The sentences hold no paths,
 * hosts or user names, because anyone may read /health/ready.
 */
import { codeOf } from './error-code.js';
import { messageOf } from '../../runtime/error-message.js';

const TLS_FAILURE =
  /^(CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET)_|ERR_TLS_CERT_|ERR_SSL_)/;

/**
 * Causes by their code: an error code of SQLite, a SQLSTATE of PostgreSQL, or an error code of the operating system.
 */
const CAUSES: readonly { readonly code: RegExp; readonly sentence: (error: unknown) => string }[] = [
  {
    code: /^(SQLITE_FULL|ENOSPC|EDQUOT|53100)$/,
    sentence: () =>
      'The database cannot be written: its disk is full. Free some space, and the gateway goes on by itself.',
  },
  {
    code: /^SQLITE_READONLY_DBMOVED$/,
    sentence: () =>
      'The database in DATA_DIR was removed or replaced while the gateway runs. Put its files back, or restart the ' +
      'gateway.',
  },
  {
    code: /^(SQLITE_READONLY|SQLITE_CANTOPEN|EACCES|EROFS)/,
    sentence: () =>
      'The database in DATA_DIR cannot be written. Give this user the right to write there, and check that the disk ' +
      'is not mounted read-only.',
  },
  {
    code: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    sentence: (error) =>
      `The database in DATA_DIR is damaged (${codeOf(error)}). Stop the gateway, keep DATA_DIR, and copy the latest ` +
      `backup of it into its place.`,
  },
  {
    code: /^SQLITE_IOERR/,
    sentence: (error) => `The disk of DATA_DIR fails (${codeOf(error)}). Check that it is mounted and has no errors.`,
  },
  {
    code: /^25006$/,
    sentence: () =>
      'PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on. Let DATABASE_URL lead ' +
      'to the primary, or turn the setting off.',
  },
  {
    code: /^(42P01|3F000)$/,
    sentence: (error) =>
      `A table of the gateway is missing (${messageOf(error)}). Stop every gateway on this database, and restore it ` +
      `from a backup.`,
  },
  {
    code: /^42703$/,
    sentence: (error) =>
      `A column of the gateway's tables is missing (${messageOf(error)}). Stop every gateway on this database, and ` +
      `restore it from a backup.`,
  },
  {
    code: /^LOG_HEAD_MISSING$/,
    sentence: () =>
      'The table log_head of the gateway has lost its row. Stop every gateway on this database, and restore it from ' +
      'a backup.',
  },
  {
    code: /^57014$/,
    sentence: (error) =>
      `PostgreSQL ends statements of the gateway before they are done (${messageOf(error)}). Raise ` +
      `statement_timeout of its role and database, and look for what locks the gateway's tables.`,
  },
  {
    code: /^42501$/,
    sentence: (error) =>
      `PostgreSQL forbids the gateway to write (${messageOf(error)}). Grant its role this right, and all rights on ` +
      `the gateway's tables.`,
  },
  {
    code: /^53300$/,
    sentence: () =>
      "PostgreSQL has no connection left for the gateway. Raise max_connections or its role's connection limit, or " +
      'lower DATABASE_POOL_SIZE: each gateway takes that many and up to 3 more.',
  },
  {
    code: /^SHARED_CONNECTION$/,
    sentence: () =>
      'A pooler shares connections to PostgreSQL between transactions. Leases, notifications and prepared ' +
      'statements need a connection of their own. ' +
      'Set its pool_mode to session for this database, or let DATABASE_URL lead to the server itself.',
  },
  {
    code: /^(28...|3D000)$/,
    sentence: (error) =>
      `PostgreSQL refuses the gateway's user or database (${codeOf(error)}). Correct the user, the password and the ` +
      `database in DATABASE_URL, or the server's pg_hba.conf.`,
  },
  {
    code: TLS_FAILURE,
    sentence: (error) =>
      `The certificate of PostgreSQL is not accepted (${codeOf(error)}). Renew it on the server, or correct sslmode ` +
      `and sslrootcert in DATABASE_URL.`,
  },
  {
    code: /^XX00[12]$/,
    sentence: (error) =>
      `PostgreSQL reports damaged data (${messageOf(error)}). Stop every gateway on this database, and restore it ` +
      `from a backup.`,
  },
];

/** The only row of log_head is gone, and with it the position of the next transition. */
export class LogHeadMissingError extends Error {
  override readonly name = 'LogHeadMissingError';
  readonly code = 'LOG_HEAD_MISSING';
  constructor() {
    super('The log has no head row.');
  }
}

/** @returns null for an error without a known cause */
export function explainDatabaseError(error: unknown): string | null {
  const code = codeOf(error) === 'SQLITE_ERROR' ? sqlStateOf(messageOf(error)) : codeOf(error);
  return CAUSES.find((cause) => cause.code.test(code))?.sentence(error) ?? null;
}

/** SQLite has one code for every wrong statement. */
function sqlStateOf(message: string): string {
  if (message.includes('no such table')) return '42P01';
  return /no such column|has no column named/.test(message) ? '42703' : 'SQLITE_ERROR';
}

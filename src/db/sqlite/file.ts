/**
 * The file of SQLite, held by one process at a time. A second process is refused at once. A killed process holds
 * nothing, because the lock belongs to the operating system. Every refusal names the path and the remedy.
 */
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Libsql from 'libsql';
import { makeDirectory } from '../../runtime/make-directory.js';
import { codeOf } from '../errors/error-code.js';
import { StoreDamagedError } from './check.js';
import { createPresence, type AssertPresent } from './presence.js';
import { damageOfWal } from './wal.js';
import { messageOf } from '../../runtime/error-message.js';

export type SqliteFile = {
  readonly handle: Libsql.Database;
  readonly location: string;
  /** The file that records how far the log has come; null for a database in memory. */
  readonly headPath: string | null;
  readonly assertPresent: AssertPresent;
  /** Releases the file at once, so that any process, including this one, can open it again. */
  readonly close: () => void;
};

/** The file of the embedded store in a DATA_DIR. */
export function storeFileIn(directory: string): string {
  return join(resolve(directory), 'gateway.db');
}

/** The file is open in another process. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
}

export function openSqliteFile(directory: string): SqliteFile {
  if (directory === ':memory:') {
    const handle = new Libsql(':memory:');
    handle.pragma('foreign_keys = on');
    return { handle, location: ':memory:', headPath: null, assertPresent: () => {}, close: () => handle.close() };
  }

  const location = storeFileIn(directory);
  preparePlace(resolve(directory), location);
  // The check comes before SQLite reads the log and drops every frame that it does not accept.
  const damage = damageOfWal(`${location}-wal`);
  if (damage !== null) throw new StoreDamagedError(location, damage);
  const handle = openFile(resolve(directory), location);
  const assertPresent = createPresence([location, `${location}-wal`]);
  return { handle, location, headPath: `${location}-head`, assertPresent, close: () => giveBack(handle) };
}

/**
 * Creates the directory and the file, readable only by this user, and detects errors that SQLite would only call
 * "unable to open". An existing file is never opened here, because closing it again would drop the lock that this
 * process may hold on it (POSIX).
 */
function preparePlace(directory: string, location: string): void {
  try {
    makeDirectory(directory, 0o700);
    // The dot makes a file fail with ENOTDIR, even if its rights are too narrow.
    accessSync(`${directory}/.`, constants.R_OK | constants.W_OK | constants.X_OK);
    try {
      closeSync(openSync(location, 'wx', 0o600));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      accessSync(location, constants.R_OK | constants.W_OK);
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') {
      throw new Error(
        `the data directory ${directory} is not a directory and cannot be made: something else is there. Set ` +
          `DATA_DIR to another`,
        { cause: error },
      );
    }
    throw new Error(
      `the data directory ${directory} cannot be written (${codeOf(error)}): give this user the right to write ` +
        `there. Otherwise set another DATA_DIR, or set DATABASE_URL to a PostgreSQL database`,
      { cause: error },
    );
  }
}

function openFile(directory: string, location: string): Libsql.Database {
  let handle: Libsql.Database | null = null;
  try {
    handle = new Libsql(location, { timeout: 0 });
    takeFile(handle);
    return handle;
  } catch (error) {
    if (handle !== null) letGo(handle);
    throw explain(error, directory, location);
  }
}

function takeFile(handle: Libsql.Database): void {
  // Exclusive mode comes before the first access. The write-ahead log then needs no shared memory, and the lock is kept
  // until the end.
  handle.pragma('locking_mode = exclusive');
  handle.pragma('journal_mode = wal');
  // A commit that has resolved must survive a loss of power.
  handle.pragma('synchronous = full');
  handle.pragma('foreign_keys = on');
  handle.exec('begin immediate');
  handle.exec('commit');
}

/**
 * Closes the file and unlocks it. libsql keeps a closed file open, and locked, until its statements have been
 * garbage-collected. Only a database that is not in WAL mode can be unlocked before. Leaving WAL mode also moves the
 * whole log into the file, which can then be copied as it is.
 */
function giveBack(handle: Libsql.Database): void {
  try {
    handle.pragma('journal_mode = delete');
    unlock(handle);
  } finally {
    handle.close();
  }
}

/** Unlocks and closes after a failure to open. The files stay unchanged, so that the cause can be found. */
function letGo(handle: Libsql.Database): void {
  try {
    unlock(handle);
  } catch {
    // The cause is the one of the failed opening, which is reported.
  } finally {
    handle.close();
  }
}

function unlock(handle: Libsql.Database): void {
  handle.pragma('locking_mode = normal');
  // SQLite releases the lock at the next access, not at the change of the setting.
  handle.pragma('schema_version');
}

function explain(error: unknown, directory: string, location: string): Error {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreInUseError(
      `the data directory ${directory} is in use by another process: stop that process, set another DATA_DIR, or ` +
        `set the same DATABASE_URL (PostgreSQL) for both`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT')) return new StoreDamagedError(location, code);
  if (code.startsWith('SQLITE_NOTADB')) {
    return new Error(
      `${location} is not a SQLite database, or is damaged (${code}): move it away or restore it from a backup, or ` +
        `set DATA_DIR to another directory`,
      { cause: error },
    );
  }
  return new Error(
    `${location} cannot be opened (${code}: ${messageOf(error)}): give this user the right to read and write every ` +
      `file in ${directory}. Check also that the disk is mounted, writable and not full`,
    { cause: error },
  );
}

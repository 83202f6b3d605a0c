/**
 * The file behind SQLite, held by one process at a time: a second one is refused at once, and a killed one holds nothing, since
 * the lock is the operating system's. Whatever is wrong with the place is said with its path and with what to do.
 */
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Libsql from 'libsql';
import { makeDirectory } from '../../runtime/make-directory.js';
import { codeOf, messageOf } from '../errors/error-code.js';
import { StoreDamagedError } from './check.js';
import { createPresence, type AssertPresent } from './presence.js';
import { damageOfWal } from './wal.js';

export type SqliteFile = {
  readonly handle: Libsql.Database;
  readonly location: string;
  /** The file that says how far the log has come; null for a database in memory. */
  readonly headPath: string | null;
  readonly assertPresent: AssertPresent;
  /** Gives the file back at once, so that the next process, or this one again, can open it. */
  readonly close: () => void;
};

/** Where the embedded store of a DATA_DIR is. */
export function storeFileIn(directory: string): string {
  return join(resolve(directory), 'gateway.db');
}

/** Another process has the file. */
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
  // Before SQLite reads it, and forgets what it does not take for a part of it.
  const damage = damageOfWal(`${location}-wal`);
  if (damage !== null) throw new StoreDamagedError(location, damage);
  const handle = openFile(resolve(directory), location);
  const assertPresent = createPresence([location, `${location}-wal`]);
  return { handle, location, headPath: `${location}-head`, assertPresent, close: () => giveBack(handle) };
}

/**
 * Makes the directory and the file, for nobody else to read, and finds out what SQLite would only call "unable to open". An
 * existing file is never opened here: closing it again would drop the lock that this very process may hold on it (POSIX).
 */
function preparePlace(directory: string, location: string): void {
  try {
    makeDirectory(directory, 0o700);
    // The dot fails for a file with ENOTDIR, also where its rights are too narrow.
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
        `the data directory ${directory} is not a directory and cannot be made: something else is there. Set DATA_DIR to another`,
        { cause: error },
      );
    }
    throw new Error(
      `the data directory ${directory} cannot be written (${codeOf(error)}): give this user the right to write there, or set DATA_DIR to another directory, or DATABASE_URL to a PostgreSQL database`,
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
  // Exclusive before the first access: the write-ahead log then needs no shared memory, and the lock is kept until the end.
  handle.pragma('locking_mode = exclusive');
  handle.pragma('journal_mode = wal');
  // A commit that has resolved must survive the loss of power.
  handle.pragma('synchronous = full');
  handle.pragma('foreign_keys = on');
  handle.exec('begin immediate');
  handle.exec('commit');
}

/**
 * libsql keeps a closed file open, and locked, until its statements have been garbage-collected. Only a database that is not in
 * WAL mode can be unlocked before; leaving it also puts the whole log into the file, which can then be copied as it is.
 */
function giveBack(handle: Libsql.Database): void {
  try {
    handle.pragma('journal_mode = delete');
    unlock(handle);
  } finally {
    handle.close();
  }
}

/** After a failure to open. The files stay as they are, for a search for the cause. */
function letGo(handle: Libsql.Database): void {
  try {
    unlock(handle);
  } catch {
    // Fails for the same cause as the opening, which is reported.
  } finally {
    handle.close();
  }
}

function unlock(handle: Libsql.Database): void {
  handle.pragma('locking_mode = normal');
  // SQLite gives the lock back at the next access, not by the setting.
  handle.pragma('schema_version');
}

function explain(error: unknown, directory: string, location: string): Error {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreInUseError(
      `the data directory ${directory} is in use by another process: stop that one, or give this one another DATA_DIR, or give both the same DATABASE_URL (PostgreSQL) to run side by side`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT')) return new StoreDamagedError(location, code);
  if (code.startsWith('SQLITE_NOTADB')) {
    return new Error(
      `${location} is not a SQLite database, or is damaged (${code}): move it away or restore it from a backup, or set DATA_DIR to another directory`,
      { cause: error },
    );
  }
  return new Error(
    `${location} cannot be opened (${code}: ${messageOf(error)}): give this user the right to read and write every file in ${directory}, and check that the disk is there, has room and is not mounted read-only`,
    { cause: error },
  );
}

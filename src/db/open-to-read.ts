/**
 * Opens the data of a gateway for reading, while the gateway may be running. It writes nothing, and refuses a database
 * that this version would migrate. The embedded store is copied first, because only one process at a time can open it.
 * A process that has it open must not call this: closing a file that was copied would drop the locks of that process.
 */
import { closeSync, constants, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.js';
import type { Database, Sql } from './database.js';
import { codeOf } from './errors/error-code.js';
import type { StoreLocation } from './unrelated-tables.js';
import { isMigrationPending } from './migrate.js';
import { openDatabase } from './open.js';
import { storeFileIn } from './sqlite/file.js';

/** A running gateway restarts its write-ahead log every few thousand commits, and a copy takes less time than that. */
const MAX_COPIES = 5;
/** The header holds the random numbers that SQLite draws each time that it restarts the log. */
const WAL_HEADER_BYTES = 32;

/** There is nothing to read. The message is for the operator. */
class NothingToReadError extends Error {
  override readonly name = 'NothingToReadError';
}

export type ReadOnly = Pick<Database, 'location' | 'sql' | 'now' | 'close'>;

export async function openToRead({
  databaseUrl,
  dataDir,
  clock,
}: {
  databaseUrl: string;
  dataDir: string;
  clock: Clock;
}): Promise<ReadOnly> {
  if (databaseUrl !== '') return openDatabase({ databaseUrl, dataDir, clock, poolSize: 1, inspect: refusePending });
  if (dataDir === ':memory:')
    throw new NothingToReadError('DATA_DIR is :memory:, which keeps nothing outside of its gateway');
  const location = storeFileIn(dataDir);
  if (!existsSync(location))
    throw new NothingToReadError(`there is no ${location}: set DATA_DIR or DATABASE_URL as the gateway has it`);
  const directory = mkdtempSync(join(tmpdir(), 'gateway-replay-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    copyStore(location, storeFileIn(directory));
    const db = await openDatabase({
      dataDir: directory,
      clock,
      inspect: (sql, store) => refusePending(sql, { ...store, location }),
    });
    return { location, sql: db.sql, now: () => db.now(), close: () => db.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function refusePending(sql: Sql, store: StoreLocation): Promise<void> {
  if (!(await isMigrationPending(sql, store))) return;
  throw new NothingToReadError(
    `${store.location} holds no data of a gateway of this version. Use the version that wrote it, or set DATA_DIR ` +
      `or DATABASE_URL as the gateway has it`,
  );
}

/**
 * The log is copied after the file. If it was not restarted during the copy, it holds every page that a checkpoint may
 * have been writing into the file. SQLite ignores a partial frame at its end, as after a crash.
 */
function copyStore(from: string, to: string): void {
  for (let copy = 0; copy < MAX_COPIES; copy += 1) {
    const before = headerOf(`${from}-wal`);
    copyFile(from, to);
    rmSync(`${to}-wal`, { force: true });
    if (before !== null) copyFile(`${from}-wal`, `${to}-wal`);
    const after = headerOf(`${from}-wal`);
    if (before === null ? after === null : after?.equals(before)) return;
  }
  throw new NothingToReadError(
    `${from} is written to faster than it can be copied: call it again, or stop the gateway first`,
  );
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // A gateway that stops moves its log into the file. The comparison of the headers detects it.
    if (codeOf(error) === 'ENOENT' && from.endsWith('-wal')) return;
    throw new NothingToReadError(
      `${from} cannot be copied to ${to} (${codeOf(error)}): give this user the right to read it, and TMPDIR room for it`,
      { cause: error },
    );
  }
}

/** @returns null when there is no log */
function headerOf(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new NothingToReadError(`${path} cannot be read (${codeOf(error)}): give this user the right to`, {
      cause: error,
    });
  }
  try {
    const header = Buffer.alloc(WAL_HEADER_BYTES);
    return header.subarray(0, readSync(file, header));
  } finally {
    closeSync(file);
  }
}

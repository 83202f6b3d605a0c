/**
 * The database of a single process: one file, one connection, nothing to install. No other process can open the file,
 * so notifications and leases stay in this process.
 */
import { Kysely } from 'kysely';
import type Libsql from 'libsql';
import type { Clock } from '../../runtime/clock.js';
import { createClockWatch } from '../../runtime/clock-watch.js';
import { DatabaseClosedError, type Database, type Lease, type Sql } from '../database.js';
import { codeOf } from '../errors/error-code.js';
import type { StoreLocation } from '../unrelated-tables.js';
import { createListeners } from '../listeners.js';
import { migrate } from '../migrate.js';
import { NOW, createSqliteDriver, sqliteDialect } from './sqlite-driver.js';
import { assertSound } from './check.js';
import { openSqliteFile } from './file.js';
import { createHeadRecord, type Head } from './head.js';
import { DamagedRowError, readingOf } from './rows.js';
import type { Tables, TransitionsTable } from '../tables.js';
import { createWorkOn } from '../transaction.js';
import { explainDatabaseError } from '../errors/explain.js';
import { createMutex, type Mutex } from '../../runtime/mutex.js';

type SqliteOptions = {
  readonly directory: string;
  readonly clock: Clock;
  /** Logs a sentence; nothing is logged without it. */
  readonly warn?: (message: string) => void;
  /** Checks the database before anything is written there; opening rejects with its error. */
  readonly inspect?: (sql: Sql, store: StoreLocation) => Promise<void>;
};

export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { directory, clock, warn = () => {}, inspect = () => Promise.resolve() } = options;
  const file = openSqliteFile(directory);
  const { handle, location, headPath, assertPresent } = file;
  const driver = createSqliteDriver(handle, clock, assertPresent);
  const dialect = sqliteDialect(driver);
  const workOn = createWorkOn(dialect);
  const sql = new Kysely<Tables>({ dialect });
  let logId: string;
  try {
    if (headPath !== null) await assertSound({ handle, location, headPath });
    const store = { kind: 'sqlite', location } as const;
    await inspect(sql, store);
    await migrate(sql, store);
    ({ log_id: logId } = await sql.selectFrom('log_head').select('log_id').executeTakeFirstOrThrow());
  } catch (error) {
    // Closing a damaged file may fail too. The first error says why it does not open.
    await driver.close(file.close).catch(() => {});
    throw error;
  }
  const record = headPath === null ? null : createHeadRecord({ path: headPath, clock, assertPresent, warn });

  const clockWatch = createClockWatch(clock, 'The clock of this machine');
  const listeners = createListeners<string | null>();
  const appendListeners = createListeners<readonly TransitionsTable[]>();
  const leases = new Map<string, Mutex>();
  const closing = new AbortController();
  let closed: Promise<void> | undefined;
  /**
   * The damage that a write has met. It counts until a start is stored again, because other writes use other pages.
   */
  let damage: string | null = null;
  const assertOpen = (): void => {
    if (closed !== undefined) throw new DatabaseClosedError();
  };

  return {
    kind: 'sqlite',
    location,
    sql,
    async write(work) {
      assertOpen();
      const transaction = driver.transact((connection) => workOn(connection, work));
      const { result, tx } = await transaction.catch((error: unknown) => {
        if (isDamagedPage(error)) damage = explainDatabaseError(error);
        throw error;
      });
      const last = tx.appended.at(-1);
      if (tx.appended.some(({ sequence }) => sequence === 1)) damage = null;
      if (last !== undefined) record?.note({ logId, position: last.position });
      if (tx.appended.length > 0) appendListeners.notify(tx.appended);
      for (const notification of new Set(tx.notifications)) listeners.notify(notification);
      return result;
    },
    listen(onNotification) {
      assertOpen();
      listeners.add(onNotification);
    },
    onLocalAppend(onAppended) {
      assertOpen();
      appendListeners.add(onAppended);
    },
    async now() {
      assertOpen();
      const observe = clockWatch.startReading();
      const now = clock.now();
      observe(now);
      return now;
    },
    clockWatch,
    nowSql: () => NOW,
    async lease(name, signal) {
      assertOpen();
      const mutex = leases.get(name) ?? createMutex();
      leases.set(name, mutex);
      await mutex.acquire(signal);
      return leaseOn(mutex, closing.signal);
    },
    lastError: () => damage,
    close() {
      closed ??= (async () => {
        const reason = new DatabaseClosedError();
        closing.abort(reason);
        for (const mutex of leases.values()) void mutex.close(reason);
        await driver.close(async () => {
          try {
            const head = headIn(handle);
            if (head !== null) await record?.close(head);
          } finally {
            file.close();
          }
        });
      })();
      return closed;
    },
  };
}

/** True for damage that concerns more than the row that was read. */
function isDamagedPage(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_CORRUPT') && !(error instanceof DamagedRowError);
}

/** Reads the head of the log. Nothing else may use the connection. */
function headIn(handle: Libsql.Database): Head | null {
  const sql = 'select log_id, position from log_head';
  const [head] = readingOf(handle, sql, handle.prepare(sql))([]);
  return head === undefined ? null : { logId: String(head['log_id']), position: Number(head['position']) };
}

function leaseOn(mutex: Mutex, lost: AbortSignal): Lease {
  let held = true;
  return {
    lost,
    async release() {
      if (held) mutex.release();
      held = false;
    },
  };
}

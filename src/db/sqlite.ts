/**
 * The database of a single process: one file, one connection, nothing to install. Because nobody else can have the file, hints
 * and leases need not leave the process.
 */
import { Kysely } from 'kysely';
import type { Clock } from '../clock.js';
import { DatabaseClosedError, type Database, type Lease } from './database.js';
import { migrate } from './migrate.js';
import { NOW, createSqliteDriver, sqliteDialect } from './sqlite-driver.js';
import { openSqliteFile } from './sqlite-file.js';
import type { Tables, TransitionsTable } from './tables.js';
import { createWorkOn } from './transaction.js';
import { createMutex, type Mutex } from './mutex.js';

export async function openSqlite(options: { directory: string; clock: Clock }): Promise<Database> {
  const file = openSqliteFile(options.directory);
  const driver = createSqliteDriver(file.handle, options.clock);
  const dialect = sqliteDialect(driver);
  const workOn = createWorkOn(dialect);
  const sql = new Kysely<Tables>({ dialect });
  try {
    await migrate(sql, { kind: 'sqlite', location: file.location });
  } catch (error) {
    await driver.close(file.shut);
    throw error;
  }

  const listeners = new Set<(hint: string | null) => void>();
  const watchers = new Set<(rows: readonly TransitionsTable[]) => void>();
  const leases = new Map<string, Mutex>();
  const closing = new AbortController();
  let closed: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closed !== undefined) throw new DatabaseClosedError();
  };

  return {
    kind: 'sqlite',
    location: file.location,
    sql,
    async write(work) {
      assertOpen();
      const { result, tx, hints } = await driver.transact(async (connection) => {
        const worked = await workOn(connection, work);
        await Promise.all(worked.tx.last);
        return { ...worked, hints: new Set(worked.tx.hints.map((hint) => (typeof hint === 'string' ? hint : driver.evaluate(hint.expression)))) };
      });
      // Microtasks, so that a listener that throws cannot make a committed write look like a failed one.
      if (tx.appended.length > 0) for (const watcher of watchers) queueMicrotask(() => watcher(tx.appended));
      for (const hint of hints) for (const listener of listeners) queueMicrotask(() => listener(hint));
      return result;
    },
    listen(onHint) {
      assertOpen();
      listeners.add(onHint);
    },
    watch(onAppended) {
      assertOpen();
      watchers.add(onAppended);
    },
    async now() {
      assertOpen();
      return options.clock.now();
    },
    nowAbout: () => options.clock.now(),
    nowSql: () => NOW,
    async lease(name, signal) {
      assertOpen();
      const mutex = leases.get(name) ?? createMutex();
      leases.set(name, mutex);
      await mutex.take(signal);
      return holdTurn(mutex, closing.signal);
    },
    close() {
      closed ??= (async () => {
        const reason = new DatabaseClosedError();
        closing.abort(reason);
        for (const mutex of leases.values()) void mutex.end(reason);
        await driver.close(file.shut);
      })();
      return closed;
    },
  };
}

function holdTurn(mutex: Mutex, lost: AbortSignal): Lease {
  let held = true;
  return {
    lost,
    async release() {
      if (held) mutex.pass();
      held = false;
    },
  };
}

/**
 * Kysely on one SQLite connection, whose users queue: a transaction has the connection to itself, so writes are serial.
 * Kysely's own driver wakes every waiting user at each release, which costs a second with 5,000 waiting readers. It
 * also prepares each statement again, which is half the cost of a read. This driver wakes one user and caches prepared
 * statements.
 */
import type Libsql from 'libsql';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql as raw,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Clock } from '../../runtime/clock.js';
import { createMutex } from '../../runtime/mutex.js';
import { DatabaseClosedError } from '../database.js';
import { isCacheable } from '../statement-cache.js';
import { readingOf, type Reading } from './rows.js';

/**
 * Enough for every statement of the gateway. Lists of varying length (`in (?, ?, …)`) replace each other in the rest.
 */
const MAX_CACHED_STATEMENTS = 256;

/** A placeholder for the time of execution, so that the statement has the same text and parameters every time. */
const WHEN_RUN = Symbol('now');
export const NOW = raw<number>`${WHEN_RUN}`;

/** A statement that returns rows, or one that only has an effect. */
type Statement = { readonly read: Reading } | { readonly run: (values: readonly unknown[]) => number };

export type SqliteDriver = Driver & {
  /** Runs `work` on the connection alone, commits after it, and rolls back when it rejects. */
  transact<T>(work: (connection: DatabaseConnection) => Promise<T>): Promise<T>;
  /** Waits for the current user, refuses the waiting ones, then calls `closeFile` on an unused connection. */
  close(closeFile: () => void | Promise<void>): Promise<void>;
};

export function sqliteDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createAdapter: () => new TransactionalSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** SQLite's DDL is transactional, although Kysely assumes otherwise: a killed migration has no effect. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** @param assertPresent throws when the next process would not find the commits */
export function createSqliteDriver(
  handle: Libsql.Database,
  clock: Clock,
  assertPresent: () => void = () => {},
): SqliteDriver {
  const mutex = createMutex();
  const statements = createStatementCache(handle);
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = statements(sql);
      const values = parameters.includes(WHEN_RUN)
        ? parameters.map((parameter) => (parameter === WHEN_RUN ? clock.now() : parameter))
        : parameters;
      // Kysely's types declare the columns of the statement. SQLite cannot check them.
      if ('read' in statement) return { rows: statement.read(values) as R[] };
      return { rows: [], numAffectedRows: BigInt(statement.run(values)) };
    },
    streamQuery() {
      throw new Error('streaming is not offered: read in pages');
    },
  };
  const run = (sql: string): void => {
    const statement = statements(sql);
    if ('run' in statement) statement.run([]);
  };

  const rollBack = (): void => {
    // A failed commit (a full disk) may have rolled back by itself. A second rollback would hide its cause.
    if (handle.inTransaction) run('rollback');
  };

  return {
    async init() {},
    async acquireConnection() {
      await mutex.acquire();
      return connection;
    },
    async releaseConnection() {
      mutex.release();
    },
    async beginTransaction() {
      run('begin immediate');
    },
    async commitTransaction() {
      run('commit');
    },
    async rollbackTransaction() {
      rollBack();
    },
    async transact(work) {
      await mutex.acquire();
      try {
        run('begin immediate');
        const result = await work(connection);
        // The check runs before the commit, so that the worker does not send a start that no later process knows. It
        // runs after the commit, so that the caller gets no answer for a lost commit.
        assertPresent();
        run('commit');
        assertPresent();
        return result;
      } catch (error) {
        rollBack();
        throw error;
      } finally {
        mutex.release();
      }
    },
    async destroy() {},
    async close(closeFile) {
      await mutex.close(new DatabaseClosedError());
      await closeFile();
    },
  };
}

function createStatementCache(handle: Libsql.Database): (sql: string) => Statement {
  const cache = new Map<string, Statement>();
  return (sql) => {
    const known = cache.get(sql);
    if (known !== undefined) return known;
    const statement = statementOf(handle, sql);
    if (!isCacheable(sql)) return statement;
    // DDL changes the meaning of cached statements, and runs once.
    if (/^\s*(create|alter|drop)\b/i.test(sql)) {
      cache.clear();
      return statement;
    }
    if (cache.size >= MAX_CACHED_STATEMENTS) cache.clear();
    cache.set(sql, statement);
    return statement;
  };
}

function statementOf(handle: Libsql.Database, sql: string): Statement {
  const prepared = handle.prepare(sql);
  if (prepared.reader) return { read: readingOf(handle, sql, prepared) };
  return { run: (values) => prepared.run(values).changes };
}

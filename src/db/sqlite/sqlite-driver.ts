/**
 * Kysely on one SQLite connection, whose users take turns: a transaction has the connection for itself, and every write is
 * therefore serial. Kysely's own driver wakes all who wait at each turn, which with 5,000 waiting readers costs a second; and it
 * prepares each statement anew, which is half the cost of a read. This one queues and remembers.
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
import { isWorthKeeping } from '../statement-cache.js';
import { readingOf, type Reading } from './rows.js';

/** Enough for every statement of the gateway; lists of varying length (`in (?, ?, …)`) make the rest come and go. */
const REMEMBERED_STATEMENTS = 256;

/** Stands in a statement for when it runs, so that its text and parameters are the same every time. */
const WHEN_RUN = Symbol('now');
export const NOW = raw<number>`${WHEN_RUN}`;

/** A statement that answers with rows, or one that only does something. */
type Statement = { readonly read: Reading } | { readonly run: (values: readonly unknown[]) => number };

export type SqliteDriver = Driver & {
  /** Has the connection for itself until `work` is done: commits then, and rolls back when it rejects. */
  transact<T>(work: (connection: DatabaseConnection) => Promise<T>): Promise<T>;
  /** Lets the turn under way end, refuses whoever waits, then calls `shut` with nobody on the connection. */
  close(shut: () => void | Promise<void>): Promise<void>;
};

export function sqliteDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createAdapter: () => ADAPTER,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** SQLite's DDL is transactional, whatever Kysely assumes: a migration that is killed half-way has not happened. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One for all, because it stands for the kind of database: what is compiled for one is kept for the others. */
const ADAPTER = new TransactionalSqliteAdapter();

/** @param assertPresent throws when commits would not be found by the next process */
export function createSqliteDriver(
  handle: Libsql.Database,
  clock: Clock,
  assertPresent: () => void = () => {},
): SqliteDriver {
  const mutex = createMutex();
  const statements = rememberStatements(handle);
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = statements(sql);
      const values = parameters.includes(WHEN_RUN)
        ? parameters.map((parameter) => (parameter === WHEN_RUN ? clock.now() : parameter))
        : parameters;
      // The statement's columns are what Kysely's types say they are; SQLite cannot tell.
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
    // A commit that fails (a full disk) may have rolled back by itself; a second rollback would hide why.
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
        // Before the commit, so that the worker does not send what no later process knows; and after it, so that it is not answered for.
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
    async close(shut) {
      await mutex.close(new DatabaseClosedError());
      await shut();
    },
  };
}

function rememberStatements(handle: Libsql.Database): (sql: string) => Statement {
  const remembered = new Map<string, Statement>();
  return (sql) => {
    const known = remembered.get(sql);
    if (known !== undefined) return known;
    const statement = statementOf(handle, sql);
    if (!isWorthKeeping(sql)) return statement;
    // DDL changes what the remembered statements mean, and comes once.
    if (/^\s*(create|alter|drop)\b/i.test(sql)) {
      remembered.clear();
      return statement;
    }
    if (remembered.size >= REMEMBERED_STATEMENTS) remembered.clear();
    remembered.set(sql, statement);
    return statement;
  };
}

function statementOf(handle: Libsql.Database, sql: string): Statement {
  const prepared = handle.prepare(sql);
  if (prepared.reader) return { read: readingOf(handle, sql, prepared) };
  return { run: (values) => prepared.run(values).changes };
}

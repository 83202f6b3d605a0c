/**
 * Kysely on a pool of connections to PostgreSQL. The pipeline of `pg` sends statements that are made together without
 * waiting for the results between them. A frequent statement is prepared: the server then does not parse it again and,
 * after a few executions, does not plan it again. That is most of its cost there.
 */
import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient, QueryConfig, QueryResult as PgResult } from 'pg';
import type { Clock } from '../../runtime/clock.js';
import { codeOf } from '../errors/error-code.js';
import { isCacheable } from '../statement-cache.js';
import { createRenewal, type Renewal } from './renewal.js';

/**
 * A statement that is used this often is prepared on every connection. Lists of varying length (`in ($1, $2, …)`)
 * rarely are.
 */
const USES_BEFORE_PREPARED = 10;
/** Each prepared statement takes some KB of the server's memory on every connection until the connection ends. */
const MAX_PREPARED = 200;
const MAX_COUNTED = 2_000;

/**
 * The server takes no writes, is not ready or lacks resources. Another connection may lead to another server, or to one
 * that has changed since.
 */
const REFUSED_BY_SERVER = /^(25006|57P0[1-5]|53...|58...)$/;
/** The connection is unusable: a pooler has dropped its statements, or its protocol is broken. */
const SPOILT_CONNECTION = /^(26000|42P05|08...)$/;

type PostgresDriver = Driver & {
  /**
   * Runs `work` on a connection of its own, commits after it, and rolls back when it rejects. `lastStatement` runs
   * before the commit.
   */
  transact<T>(work: (connection: DatabaseConnection) => Promise<Work<T>>): Promise<T>;
};

type Work<T> = { readonly result: T; readonly lastStatement: QueryConfig | null };

export function postgresDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

export function createPostgresDriver(pool: Pool, clock: Clock, renewal: Renewal = createRenewal()): PostgresDriver {
  const nameOf = nameStatements();

  class Connection implements DatabaseConnection {
    isSpoilt = false;

    constructor(readonly client: PoolClient) {}

    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { command, rowCount, rows } = await this.query({ text: sql, values: [...parameters] });
      return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
    }

    async query(query: QueryConfig): Promise<PgResult> {
      try {
        return await this.#answerTo({ ...query, name: nameOf(query.text) });
      } catch (error) {
        // The stack trace would lead to the socket, and not to the code that made the statement.
        if (error instanceof Error) Error.captureStackTrace(error);
        const code = codeOf(error);
        if (SPOILT_CONNECTION.test(code)) this.isSpoilt = true;
        if (REFUSED_BY_SERVER.test(code)) renewal.refused(this.client, clock.monotonic());
        throw error;
      }
    }

    /** With the promise of `pg`, the rows would outlive several collections, which takes a fifth of the time of a list. */
    #answerTo(query: QueryConfig): Promise<PgResult> {
      return new Promise((resolve, reject) => {
        this.client.query(query, (error: Error | null, result) => (error === null ? resolve(result) : reject(error)));
      });
    }

    streamQuery(): never {
      throw new Error('streaming is not offered: read in pages');
    }
  }

  const acquire = async (): Promise<Connection> => {
    for (;;) {
      const client = await pool.connect();
      if (renewal.isCurrent(client)) return new Connection(client);
      client.release(true);
    }
  };
  const release = ({ client, isSpoilt }: Connection): void => {
    // The next user of a connection with an open transaction would write into it and never commit.
    client.release(isSpoilt || client.getTransactionStatus() !== 'I');
  };
  const own = (connection: DatabaseConnection): Connection => {
    if (connection instanceof Connection) return connection;
    throw new Error('a connection of another driver');
  };

  return {
    async init() {},
    acquireConnection: acquire,
    async releaseConnection(connection) {
      release(own(connection));
    },
    async beginTransaction(connection) {
      await own(connection).query(BEGIN);
    },
    async commitTransaction(connection) {
      await own(connection).query(COMMIT);
    },
    async rollbackTransaction(connection) {
      await own(connection).query(ROLLBACK);
    },
    async destroy() {
      await pool.end();
    },

    async transact(work) {
      const connection = await acquire();
      try {
        // The begin is awaited: if it failed, each later statement would commit by itself.
        await connection.query(BEGIN);
        const { result, lastStatement } = await work(connection);
        // In one journey: a commit behind a failed notification rolls back.
        const last = lastStatement === null ? [] : [connection.query(lastStatement)];
        const [{ command }] = await Promise.all([connection.query(COMMIT), ...last]);
        // PostgreSQL answers ROLLBACK when a statement has failed, even if `work` has caught its error.
        if (command !== 'COMMIT')
          throw new Error('the write was rolled back, because one of its statements had failed');
        renewal.written(connection.client);
        return result;
      } catch (error) {
        // The first error has the cause. A connection that cannot roll back is not used again.
        await connection.query(ROLLBACK).catch(() => {});
        throw error;
      } finally {
        release(connection);
      }
    },
  };
}

/** Explicit, because a stricter default would make writers that change the same row fail instead of wait. */
const BEGIN = { text: 'start transaction isolation level read committed' };
const COMMIT = { text: 'commit' };
const ROLLBACK = { text: 'rollback' };

/** @returns the name of a statement that is to be prepared; undefined for any other */
function nameStatements(): (sql: string) => string | undefined {
  /** The name, or the number of uses so far. */
  const known = new Map<string, string | number>();
  let preparedCount = 0;
  return (sql) => {
    const seen = known.get(sql) ?? 0;
    if (typeof seen === 'string') return seen;
    const isFull = preparedCount === MAX_PREPARED || (seen === 0 && known.size === MAX_COUNTED);
    if (isFull || !isCacheable(sql) || !mayBePrepared(sql)) return undefined;
    if (seen + 1 < USES_BEFORE_PREPARED) {
      known.set(sql, seen + 1);
      return undefined;
    }
    const name = `s${preparedCount}`;
    preparedCount += 1;
    known.set(sql, name);
    return name;
  };
}

/**
 * Prepares only statements that name their columns. A newer version of the gateway may add a column, and PostgreSQL
 * then refuses a prepared `*` on every open connection. A `*` that multiplies or counts rows is harmless.
 */
function mayBePrepared(sql: string): boolean {
  return /^(select|insert|update|delete) /.test(sql) && !/(select|all|distinct|returning|,|\.|\))\s*\*/.test(sql);
}

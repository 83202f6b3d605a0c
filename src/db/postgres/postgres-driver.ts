/**
 * Kysely on a pool of PostgreSQL's connections. The pipeline of `pg` sends statements that are made together without
 * waiting for answers between them. A statement that comes often is prepared: the server then neither parses nor, in
 * time, plans it again, which is most of its cost there.
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
import type { Pool, PoolClient, QueryConfig, QueryResult as Answer } from 'pg';
import type { Clock } from '../../runtime/clock.js';
import { codeOf } from '../errors/error-code.js';
import { isWorthKeeping } from '../statement-cache.js';
import { createRenewal, type Renewal } from './renewal.js';

/** Seen so often, a statement is worth a place on every connection; lists of varying length (`in ($1, $2, …)`) rarely are. */
const USES_BEFORE_PREPARED = 10;
/** Each takes some KB of the server's memory on every connection, and is kept until that ends. */
const MAX_PREPARED = 200;
const MAX_COUNTED = 2_000;

/** A server that takes no writes, is not ready or lacks means: another connection may lead to another server, or to one that has changed since. */
const REFUSED_BY_SERVER = /^(25006|57P0[1-5]|53...|58...)$/;
/** The connection itself is at fault: a pooler has forgotten its statements, or its protocol is broken. */
const SPOILT_CONNECTION = /^(26000|42P05|08...)$/;

type PostgresDriver = Driver & {
  /**
   * Has a connection for itself until `work` is done: commits then, and rolls back when it rejects. `farewell` is the last statement before the commit.
   */
  transact<T>(work: (connection: DatabaseConnection) => Promise<Work<T>>): Promise<T>;
};

type Work<T> = { readonly result: T; readonly farewell: QueryConfig | null };

/** One for all, because it stands for the kind of database: what is compiled for one is kept for the others. */
const ADAPTER = new PostgresAdapter();

export function postgresDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createAdapter: () => ADAPTER,
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
      const { command, rowCount, rows } = await this.ask({ text: sql, values: [...parameters] });
      return command === 'SELECT' ? { rows } : { rows, numAffectedRows: BigInt(rowCount ?? 0) };
    }

    async ask(query: QueryConfig): Promise<Answer> {
      try {
        return await this.client.query({ ...query, name: nameOf(query.text) });
      } catch (error) {
        const code = codeOf(error);
        if (SPOILT_CONNECTION.test(code)) this.isSpoilt = true;
        if (REFUSED_BY_SERVER.test(code)) renewal.refused(clock.monotonic());
        throw error;
      }
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
    // The next user of an open transaction would write into it, and never commit.
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
      await own(connection).ask(BEGIN);
    },
    async commitTransaction(connection) {
      await own(connection).ask(COMMIT);
    },
    async rollbackTransaction(connection) {
      await own(connection).ask(ROLLBACK);
    },
    async destroy() {
      await pool.end();
    },

    async transact(work) {
      const connection = await acquire();
      try {
        // Alone, because each statement that is made outside a transaction commits by itself.
        await connection.ask(BEGIN);
        const { result, farewell } = await work(connection);
        // In one journey: a commit behind a failed notification rolls back.
        const notified = farewell === null ? [] : [connection.ask(farewell)];
        const [{ command }] = await Promise.all([connection.ask(COMMIT), ...notified]);
        // PostgreSQL answers so when a statement had failed, even if the work has caught the error.
        if (command !== 'COMMIT')
          throw new Error('the write was rolled back, because one of its statements had failed');
        return result;
      } catch (error) {
        // The first error says why. A connection that cannot roll back either is not used again.
        await connection.ask(ROLLBACK).catch(() => {});
        throw error;
      } finally {
        release(connection);
      }
    },
  };
}

/** Whatever the server's default: under a stricter level, writers who take turns on one row would fail instead of waiting. */
const BEGIN = { text: 'start transaction isolation level read committed' };
const COMMIT = { text: 'commit' };
const ROLLBACK = { text: 'rollback' };

/** Names for statements that are to be prepared, by their text. */
function nameStatements(): (sql: string) => string | undefined {
  /** The name, or how often the statement has come. */
  const known = new Map<string, string | number>();
  let preparedCount = 0;
  return (sql) => {
    const seen = known.get(sql) ?? 0;
    if (typeof seen === 'string') return seen;
    const isFull = preparedCount === MAX_PREPARED || (seen === 0 && known.size === MAX_COUNTED);
    if (isFull || !isWorthKeeping(sql) || !mayBePrepared(sql)) return undefined;
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
 * Only statements that name their columns. `*` is another list of them once a newer version of the gateway has added one, and PostgreSQL then
 * refuses what it has prepared, on every connection that is still open; where it multiplies or counts rows it does no harm.
 */
function mayBePrepared(sql: string): boolean {
  return /^(select|insert|update|delete) /.test(sql) && !/(select|all|distinct|returning|,|\.|\))\s*\*/.test(sql);
}

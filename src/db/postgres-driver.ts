/**
 * Kysely on a pool of PostgreSQL's connections. Statements that are made together travel together, and one that comes often is prepared: the
 * server then neither parses nor, in time, plans it anew, which is most of what a small statement costs there.
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
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { SECOND, type Clock } from '../clock.js';
import { codeOf } from './error-code.js';
import { isWorthKeeping } from './kept.js';
import { createOrigins, type Origins } from './postgres-settings.js';
import { Batch, type Asked, type Reply } from './postgres-batch.js';

/** Seen so often, a statement is worth a place on every connection; lists of varying length (`in ($1, $2, …)`) rarely are. */
const USES_BEFORE_PREPARED = 10;
/** Each takes some KB of the server's memory on every connection, and is kept until that ends. */
const MAX_PREPARED = 200;
const MAX_COUNTED = 2_000;

/** A server that takes no writes, is not ready or lacks means: another connection may lead to another server, or to one that has changed since. */
const REFUSED_BY_SERVER = /^(25006|57P0[1-5]|53...|58...)$/;
/** The connection's own state is at fault: a transaction that was left behind, statements that a pooler has forgotten, a broken protocol. */
const SPOILT_CONNECTION = /^(25P0[1-4]|26000|42P05|08...)$/;
/** While a server refuses, its connections are renewed at most once in this time, so that readers keep theirs. */
const RENEWAL_MS = SECOND;

export type PostgresDriver = Driver & {
  /**
   * Has a connection for itself until `work` is done: commits then, and rolls back when it rejects. What the work leaves to the end goes along
   * with the commit: statements that were handed to the connection, and one that is to come after them.
   */
  transact<T>(work: (connection: DatabaseConnection) => Promise<Work<T>>): Promise<T>;
};

type Work<T> = { readonly result: T; readonly last: readonly Promise<unknown>[]; readonly farewell: QueryConfig | null };

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

export function createPostgresDriver(pool: Pool, clock: Clock, origins: Origins = createOrigins()): PostgresDriver {
  const nameOf = nameStatements();
  const generations = createGenerations(origins, clock);

  class Connection implements DatabaseConnection {
    readonly #asked: Asked[] = [];

    constructor(readonly client: PoolClient) {}

    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const query: QueryConfig = { text: sql, values: [...parameters] };
      const name = nameOf(sql);
      if (name !== null) query.name = name;
      const { command, rowCount, rows } = await this.ask(query);
      // The statement's columns are what Kysely's types say they are; the driver cannot tell.
      const typed = rows as R[];
      return command === 'SELECT' ? { rows: typed } : { rows: typed, numAffectedRows: BigInt(rowCount) };
    }

    /** Together with whatever else is asked in this step of the work. */
    ask(query: QueryConfig): Promise<Reply> {
      if (this.#asked.length === 0) process.nextTick(() => this.client.query(new Batch(this.#asked.splice(0), this.client)));
      return new Promise((settle, reject) => {
        const fail = (error: unknown): void => {
          generations.failed(this.client, codeOf(error));
          reject(error);
        };
        this.#asked.push({ query, settle, fail });
      });
    }

    streamQuery(): never {
      throw new Error('streaming is not offered: read in pages');
    }
  }

  const acquire = async (): Promise<Connection> => {
    for (;;) {
      const client = await pool.connect();
      if (generations.isCurrent(client)) return new Connection(client);
      client.release(true);
    }
  };
  const own = (connection: DatabaseConnection): Connection => {
    if (connection instanceof Connection) return connection;
    throw new Error('a connection of another driver');
  };

  return {
    async init() {},
    acquireConnection: acquire,
    async releaseConnection(connection) {
      own(connection).client.release();
    },
    async beginTransaction(connection) {
      await own(connection).client.query(BEGIN.text);
    },
    async commitTransaction(connection) {
      await own(connection).client.query(COMMIT.text);
    },
    async rollbackTransaction(connection) {
      await own(connection).client.query(ROLLBACK.text);
    },
    async destroy() {
      await pool.end();
    },

    async transact(work) {
      const connection = await acquire();
      let isUndone = true;
      try {
        const begun = heardLater(connection.ask(BEGIN));
        const { result, last, farewell } = await work(connection);
        const told = farewell === null ? null : heardLater(connection.ask(farewell));
        const committed = heardLater(connection.ask(COMMIT));
        // One after the other, so that the first that failed says why: together, one that failed because of it may be heard of sooner.
        for (const answer of [begun, ...last, told]) await answer;
        const { command } = await committed;
        // That is how PostgreSQL says that a statement had failed, whatever became of its error.
        if (command !== 'COMMIT') throw new Error('the write was rolled back, because one of its statements had failed');
        generations.writeDone(connection.client);
        return result;
      } catch (error) {
        // Where the connection is gone, so is the transaction; why it is gone is in the first error.
        await connection.ask(ROLLBACK).catch(() => (isUndone = false));
        throw error;
      } finally {
        // Where it is unknown whether the transaction goes on, the next one to use the connection would write into it, and never commit.
        connection.client.release(!isUndone);
      }
    },
  };
}

/** Until somebody waits for it, it must not count as an error that nobody hears of. */
function heardLater<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  return answer;
}

/** Whatever the server's default: under a stricter level, writers who take turns on one row would fail instead of waiting. */
const BEGIN = { name: 'begin', text: 'start transaction isolation level read committed' };
const COMMIT = { name: 'commit', text: 'commit' };
const ROLLBACK = { name: 'rollback', text: 'rollback' };

/** A server that refused on one connection may serve on a new one, and on none that was made before. */
function createGenerations(origins: Origins, clock: Clock) {
  const generationOf = new WeakMap<PoolClient, number>();
  const spoilt = new WeakSet<PoolClient>();
  let current = 0;
  let renewedAt = -Infinity;
  let isRefusing = false;
  return {
    isCurrent(client: PoolClient): boolean {
      if (!generationOf.has(client)) generationOf.set(client, current);
      return generationOf.get(client) === current && !spoilt.has(client) && origins.isLatest(client);
    },
    failed(client: PoolClient, code: string): void {
      if (SPOILT_CONNECTION.test(code)) spoilt.add(client);
      if (!REFUSED_BY_SERVER.test(code) || generationOf.get(client) !== current) return;
      isRefusing = true;
      if (clock.monotonic() - renewedAt < RENEWAL_MS) return;
      renewedAt = clock.monotonic();
      current += 1;
    },
    /** The connections on which the others have only read since then may not take writes either. */
    writeDone(client: PoolClient): void {
      if (!isRefusing) return;
      isRefusing = false;
      current += 1;
      generationOf.set(client, current);
    },
  };
}

/** Names for statements that are to be prepared, by their text. */
function nameStatements(): (sql: string) => string | null {
  const names = new Map<string, string>();
  const uses = new Map<string, number>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MAX_PREPARED || !isWorthKeeping(sql) || !mayBePrepared(sql)) return null;
    const count = (uses.get(sql) ?? 0) + 1;
    if (count < USES_BEFORE_PREPARED) {
      if (uses.size >= MAX_COUNTED) uses.clear();
      uses.set(sql, count);
      return null;
    }
    const name = `s${names.size}`;
    names.set(sql, name);
    uses.delete(sql);
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

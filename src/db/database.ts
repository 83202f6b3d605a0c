/**
 * The contract of SQLite and PostgreSQL. Statements go through one query builder, and write transactions serialize
 * where they change the same row. Notifications carry no data. All processes on a database share one clock and one
 * lease.
 */
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { ClockWatch } from '../runtime/clock-watch.js';
import type { Tables, TransitionsTable } from './tables.js';

/** The database or an open transaction: anything that a statement runs on. */
export type Sql = Kysely<Tables>;
export type Tx = Transaction<Tables> & { readonly notifications: string[]; readonly appended: TransitionsTable[] };

export type Database = {
  readonly kind: 'sqlite' | 'postgres';
  /** The place of the data, for a person: a path, or a URL without its password. */
  readonly location: string;
  /**
   * Runs single statements outside a transaction. Never use it inside `write`: on SQLite it would wait for its own
   * transaction.
   */
  readonly sql: Sql;
  /**
   * Runs `work` in one transaction. It resolves after a durable commit, and rolls back when `work` rejects.
   * Notifications given to `notifyOnCommit` reach every listener of every process after the commit, and none after a
   * rollback.
   *
   * A connection that breaks during the commit leaves its outcome open. This then rejects, and a caller that repeats
   * the work must detect the first commit by a unique key.
   *
   * Statements run in the order in which they are made. Make statements that do not need each other's results together,
   * so that they share a round trip.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotification` for each notification of a committed write, of this process and of all others. `null` means
   * that notifications may have been missed because a connection came back: read everything. A notification carries no
   * data, and a lost one must cost only time.
   */
  listen(onNotification: (notification: string | null) => void): void;
  /**
   * Calls `onAppended` after each commit of this process with the transitions that it appended. Writes that end at the
   * same time may be reported in any order.
   */
  onLocalAppend(onAppended: (rows: readonly TransitionsTable[]) => void): void;
  /** Milliseconds since the epoch, from the one clock that all processes on this database share. */
  now(): Promise<number>;
  /** Detects jumps of that clock. */
  readonly clockWatch: ClockWatch;
  /**
   * The current time as an expression, for statements that compare with it or return it. A statement that waited for a
   * lock reads the time after the wait.
   */
  nowSql(): RawBuilder<number>;
  /**
   * Waits until this process is the only holder of `name`, or rejects when `signal` aborts. The lease ends by
   * `release`, by `close`, or when the database drops it, within 5 s of a lost connection. Then `lost` aborts, and
   * another process may become the holder.
   */
  lease(name: string, signal: AbortSignal): Promise<Lease>;
  /**
   * The reason why this process cannot wait for a lease that it asked for, with the remedy; null while it can. A lease
   * that another process holds does not count.
   */
  lastError(): string | null;
  /** Waits for open transactions, then releases everything. Every later call rejects with DatabaseClosedError. */
  close(): Promise<void>;
};

/** The lease of the process that talks to AWS for tasks. Its holder knows that no other gateway is at work. */
export const WORKER_LEASE = 'worker';

export type Lease = {
  /**
   * Aborts when the lease has ended without `release`. Until then this process is the holder as far as it can know.
   */
  readonly lost: AbortSignal;
  /** A second call does nothing. */
  release(): Promise<void>;
};

/** Every call after `close` rejects with this error. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
  constructor() {
    super('the database is closed');
  }
}

/**
 * The current time for a condition, read once in a subquery. A plain clock expression would be evaluated for each row,
 * and would keep the index from being used.
 */
export function nowOnce(sql: Sql, now: RawBuilder<number>) {
  return sql.selectNoFrom(now.as('now'));
}

/** Sends `notification` to every listener once the transaction has committed. */
export function notifyOnCommit(tx: Tx, notification: string): void {
  tx.notifications.push(notification);
}

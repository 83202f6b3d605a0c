/**
 * What the gateway asks of a database, and both implementations promise: statements through one query builder, write transactions
 * that take turns where they touch the same row, wake-ups that carry no data, one clock and one lease for all processes on it.
 */
import type { Kysely, RawBuilder, Transaction } from 'kysely';
import type { ClockWatch } from '../runtime/clock-watch.js';
import type { Tables, TransitionsTable } from './tables.js';

/** Either the database or an open transaction: what a statement runs on. */
export type Sql = Kysely<Tables>;
export type Tx = Transaction<Tables> & { readonly notifications: string[]; readonly appended: TransitionsTable[] };

export type Database = {
  readonly kind: 'sqlite' | 'postgres';
  /** Where the data is, for a person: a path, or a URL without its password. */
  readonly location: string;
  /** For single statements outside a transaction. Never use it inside `write`: on SQLite it would wait for its own transaction. */
  readonly sql: Sql;
  /**
   * One transaction, committed durably before it resolves and rolled back when `work` rejects. Hints given to `wake` inside
   * reach every listener of every process after the commit, and none after a rollback. A connection that breaks during the
   * commit leaves open whether it happened: then this rejects, and whoever repeats the work must find out by a unique key.
   * Statements run in the order in which they are made; those that do not need each other's answers are best made together.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotification` for each notification of a committed write, of this process and of all others. `null` means that hints may have been
   * missed (a connection came back): look at everything. A notification is a wake-up, never data, and losing one may only cost time.
   */
  listen(onNotification: (notification: string | null) => void): void;
  /**
   * Calls `onAppended` with what each write of this process has appended to the log, once it has committed. Writes that end at the same time may
   * be told of in any order.
   */
  onLocalAppend(onAppended: (rows: readonly TransitionsTable[]) => void): void;
  /** Milliseconds since the epoch, from the one clock that all processes on this database share. */
  now(): Promise<number>;
  /** Watches that clock. */
  readonly clockWatch: ClockWatch;
  /** The same as an expression, for statements that go by it or bring it along: one that has waited for its turn tells when that came. */
  nowSql(): RawBuilder<number>;
  /**
   * Waits until this process is the only holder of `name`, or rejects when `signal` aborts. The lease ends by `release`, by
   * `close`, or when the database lets go of it (a lost connection, within 5 s): then `lost` aborts, and another may hold it.
   */
  lease(name: string, signal: AbortSignal): Promise<Lease>;
  /**
   * Why this process cannot even wait for a lease that it was asked for, in words with what to do; null while it can. A lease that another process
   * holds is no reason.
   */
  lastError(): string | null;
  /** Lets transactions under way end, then lets go of everything; every later call rejects with DatabaseClosedError. */
  close(): Promise<void>;
};

/** Held by the one process that talks to AWS for tasks; whoever holds it knows that no gateway is at work. */
export const WORKER_LEASE = 'worker';

export type Lease = {
  /** Aborts when the lease has ended without `release`. Until it does, this process is the holder as far as it can know. */
  readonly lost: AbortSignal;
  /** Calling it again does nothing. */
  release(): Promise<void>;
};

/** What every call is answered with once `close` has been called. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
  constructor() {
    super('the database is closed');
  }
}

/** The present time for a condition. Asked in a query of its own, once: a clock that runs would be asked for each row, and past the index. */
export function nowOnce(sql: Sql, now: RawBuilder<number>) {
  return sql.selectNoFrom(now.as('now'));
}

/** Tells every listener of `notification`, once the transaction has committed. */
export function notifyOnCommit(tx: Tx, notification: string): void {
  tx.notifications.push(notification);
}

/**
 * The statements of one write. They run on its connection and in the order in which they are made, also when several are made before the first
 * has answered; none runs after the write has ended, when the connection may be another's.
 */
import { DefaultQueryExecutor, DummyDriver, Transaction, type DatabaseConnection, type Dialect } from 'kysely';
import type { Tx } from './database.js';
import type { Tables } from './tables.js';

/**
 * Does the work of a write between its beginning and its end, which are the caller's. Each statement is with the connection as soon as it is
 * made, so that whatever the caller asks next comes after all of them.
 *
 * Not Kysely's own transaction, whose statements wait for each other's answers: over a network most of what a write takes would be that.
 */
export async function workOn<T>(connection: DatabaseConnection, dialect: Dialect, work: (tx: Tx) => Promise<T>): Promise<{ readonly result: T; readonly tx: Tx }> {
  let ended = false;
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), {
    async provideConnection(use) {
      if (ended) throw new Error('a statement was made after the end of its write');
      return use(connection);
    },
  });
  const transaction = new Transaction<Tables>({ config: { dialect }, dialect, driver: new DummyDriver(), executor });
  const tx: Tx = Object.assign(transaction, { hints: [], appended: [], last: [] });
  try {
    return { result: await work(tx), tx };
  } finally {
    ended = true;
  }
}

/**
 * The statements of one write. They run on its connection and in the order in which they are made, also when several are made before the first
 * has answered; none runs after the write has ended, when the connection may be another's.
 */
import { Kysely, type DatabaseConnection, type Dialect } from 'kysely';
import type { Tx } from './database.js';
import type { Tables } from './tables.js';

export type OpenTransaction = {
  readonly tx: Tx;
  /** From here on its statements are refused. */
  readonly end: () => void;
};

/**
 * Not Kysely's own transaction, whose statements wait for each other's answers: over a network most of what a write takes would be that. Its
 * beginning and its end are the caller's.
 */
export function openTransaction(connection: DatabaseConnection, dialect: Omit<Dialect, 'createDriver'>): OpenTransaction {
  let ended = false;
  const sql = new Kysely<Tables>({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createDriver: () => ({
        async init() {},
        async acquireConnection() {
          if (ended) throw new Error('a statement was made after the end of its write');
          return connection;
        },
        async releaseConnection() {},
        beginTransaction: refuse,
        commitTransaction: refuse,
        rollbackTransaction: refuse,
        async destroy() {},
      }),
    },
  });
  return {
    tx: Object.assign(sql, { hints: [] }),
    end: () => {
      ended = true;
    },
  };
}

async function refuse(): Promise<never> {
  throw new Error('a write is one transaction already');
}

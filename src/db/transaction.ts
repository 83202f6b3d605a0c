/**
 * The statements of one write. They run on its connection and in the order in which they are made, also when several are made before the first
 * has answered; none runs after the write has ended, when the connection may be another's.
 */
import {
  DefaultQueryExecutor,
  DummyDriver,
  Transaction,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Tx } from './database.js';
import type { Tables } from './tables.js';

type Worked<T> = { readonly result: T; readonly tx: Tx };

type OpenWrite = { readonly connection: DatabaseConnection; ended: boolean };

/**
 * Does the work of a write between its beginning and its end, which are the caller's. Each statement is with the connection as soon as it is
 * made, so that whatever the caller asks next comes after all of them.
 *
 * Not Kysely's own transaction, whose statements wait for each other's answers: over a network most of what a write takes would be that.
 */
export function createWorkOn(
  dialect: Dialect,
): <T>(connection: DatabaseConnection, work: (tx: Tx) => Promise<T>) => Promise<Worked<T>> {
  // One for all writes: a compiler begins anew with each statement, and to make one takes a sixth of the memory that a small write does.
  const compiler = dialect.createQueryCompiler();
  const adapter = dialect.createAdapter();
  const driver = new DummyDriver();
  return async (connection, work) => {
    const write: OpenWrite = { connection, ended: false };
    const executor = new WriteExecutor(compiler, adapter, write);
    const tx: Tx = Object.assign(new Transaction<Tables>({ config: { dialect }, dialect, driver, executor }), {
      notifications: [],
      appended: [],
    });
    try {
      return { result: await work(tx), tx };
    } finally {
      write.ended = true;
    }
  };
}

/** Kysely's own takes each statement through four promises on its way to plugins, of which this one has none. */
class WriteExecutor extends DefaultQueryExecutor {
  readonly #write: OpenWrite;

  constructor(compiler: QueryCompiler, adapter: DialectAdapter, write: OpenWrite) {
    super(compiler, adapter, { provideConnection: async (use) => use(connectionOf(write)) });
    this.#write = write;
  }

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return connectionOf(this.#write).executeQuery<R>(query);
  }
}

function connectionOf({ connection, ended }: OpenWrite): DatabaseConnection {
  if (ended) throw new Error('a statement was made after the end of its write');
  return connection;
}

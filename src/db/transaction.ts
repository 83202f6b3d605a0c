/**
 * The statements of one write. They run on its connection in the order in which they are made, also when several are
 * made before the first result. None runs after the write has ended, when the connection may belong to another write.
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
 * Runs `work` between the begin and the commit, which the caller makes. Each statement reaches the connection as soon
 * as it is made, so that the caller's next statement comes after all of them.
 *
 * Kysely's own transaction waits for each result before the next statement. Over a network that would be most of the
 * time of a write.
 */
export function createWorkOn(
  dialect: Dialect,
): <T>(connection: DatabaseConnection, work: (tx: Tx) => Promise<T>) => Promise<Worked<T>> {
  // One compiler serves all writes. It resets itself for each statement, and a new one takes a sixth of the memory of a
  // small write.
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

/**
 * Kysely's own method passes each statement through four promises on the way to plugins, and this executor has no
 * plugins.
 */
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

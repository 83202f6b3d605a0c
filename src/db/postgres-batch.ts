/**
 * Statements for PostgreSQL that were made together and are answered together: one message each way. The driver's own pipeline has the server send
 * off each answer by itself, and a process that is woken six times by the answers to six small statements takes longer over that than the server
 * over the statements.
 *
 * Once one fails, the server runs none of those after it in the batch: they fail with the same error.
 */
import { Query, type ClientBase, type Connection, type QueryConfig } from 'pg';

/** What PostgreSQL says of a statement that it has run. */
export type Answer = { readonly command: string; readonly rowCount: number; readonly rows: Record<string, unknown>[] };

export type Asked = {
  readonly query: QueryConfig;
  settle(answer: Answer): void;
  fail(error: unknown): void;
};

/** Where the client notes what it has asked the server to prepare and not heard of yet. */
type Preparing = { readonly submittedNamedStatements: Record<string, unknown> };

type Column = { readonly name: string; readonly parse: (text: string) => unknown };

/** To be handed to a client, which then calls what is said of each message that arrives. Only what is a Query is let through its pipeline. */
export class Batch extends Query {
  /** Of the statement that is being answered: the client notes under it what the server has prepared. */
  name = '';
  text = '';
  readonly #typesOf: Pick<ClientBase, 'getTypeParser'>;
  #waiting: Asked[];
  #columns: Column[] = [];
  #rows: Record<string, unknown>[] = [];

  constructor(asked: readonly Asked[], typesOf: Pick<ClientBase, 'getTypeParser'>) {
    super('');
    this.#waiting = [...asked];
    this.#typesOf = typesOf;
    this.#expectNext();
  }

  override submit = (connection: Connection): void => {
    const messages: Buffer[] = [];
    const gathering: unknown = Object.create(connection.stream, { write: { value: (message: Buffer) => messages.push(message) } });
    const gathered: Connection = Object.create(connection, { stream: { value: gathering } });
    // Each statement says after itself that the batch is over; only the last may.
    const within: Connection = Object.create(gathered, { sync: { value: () => {} } });
    this.#waiting = this.#waiting.filter((asked) => write(asked, within));
    gathered.sync();
    connection.stream.write(Buffer.concat(messages));
    this.#expectNext();
  };

  handleRowDescription({ fields }: { readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#typesOf.getTypeParser(dataTypeID, 'text') }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    let index = 0;
    for (const { name, parse } of this.#columns) {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : parse(text);
      index += 1;
    }
    this.#rows.push(row);
  }

  /** @param text such as `SELECT 2`, `INSERT 0 1` or `COMMIT` */
  handleCommandComplete({ text }: { readonly text: string }): void {
    const words = text.split(' ');
    const answer = { command: words[0] ?? '', rowCount: Number(words.at(-1)) || 0, rows: this.#rows };
    const asked = this.#waiting.shift();
    this.#rows = [];
    this.#expectNext();
    asked?.settle(answer);
  }

  handleReadyForQuery(connection: Preparing): void {
    // Whatever the server has not answered by now, it will not.
    this.handleError(new Error('PostgreSQL has not answered all statements that it was asked.'), connection);
  }

  /** Also when the connection is gone. */
  handleError(error: unknown, { submittedNamedStatements }: Preparing): void {
    for (const asked of this.#waiting.splice(0)) {
      // The server has passed over it, and knows nothing of its name.
      if (asked.query.name !== undefined) delete submittedNamedStatements[asked.query.name];
      asked.fail(error);
    }
  }

  #expectNext(): void {
    const [next] = this.#waiting;
    this.name = next?.query.name ?? '';
    this.text = next?.query.text ?? '';
  }
}

/** False when it has a value that cannot be written: then it has failed, and nothing of it will be answered. */
function write(asked: Asked, connection: Connection): boolean {
  let isWritten = true;
  // Also without values in the extended protocol: a message of the simple one ends the batch.
  const query: QueryConfig = Object.assign({ queryMode: 'extended' }, asked.query);
  new Query(query, (error) => {
    isWritten = false;
    asked.fail(error);
  }).submit(connection);
  return isWritten;
}

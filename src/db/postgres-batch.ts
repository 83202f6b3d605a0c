/**
 * Statements for PostgreSQL that were made together, written in one piece and answered when the last of them is done. The driver's own pipeline
 * has the server send off each answer by itself, and a process that is woken six times by the answers to six small statements takes longer over
 * that than the server over the statements.
 *
 * Once one fails, the server runs none of those after it in the batch: they fail with the same error.
 */
import { Query, type ClientBase, type Connection, type QueryConfig } from 'pg';

/** What PostgreSQL says of a statement that it has run. */
export type Reply = { readonly command: string; readonly rowCount: number; readonly rows: Record<string, unknown>[] };

export type Asked = {
  readonly query: QueryConfig;
  settle(reply: Reply): void;
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
  /** Why a row of the statement that is being answered could not be read. */
  #unread: { readonly error: unknown } | null = null;
  /** Set by the client where it limits the time of queries; to be called when all is over. */
  declare callback?: () => void;

  constructor(asked: readonly Asked[], typesOf: Pick<ClientBase, 'getTypeParser'>) {
    super('');
    this.#waiting = [...asked];
    this.#typesOf = typesOf;
    this.#expectNext();
  }

  override submit = (connection: Connection): void => {
    const messages: Buffer[] = [];
    const gathering: unknown = Object.create(connection.stream, { write: { value: (message: Buffer) => messages.push(message) } });
    const gathered: Preparing & Connection = Object.create(connection, { stream: { value: gathering } });
    // Each statement says after itself that the batch is over; only the last may.
    const within: Preparing & Connection = Object.create(gathered, { sync: { value: () => {} } });
    this.#waiting = this.#waiting.filter((asked) => {
      const count = messages.length;
      const isWritten = write(asked, within);
      // Nothing of it may reach the server, which would answer it.
      if (!isWritten) messages.length = count;
      return isWritten;
    });
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
    try {
      for (const { name, parse } of this.#columns) {
        const text = fields[index] ?? null;
        row[name] = text === null ? null : parse(text);
        index += 1;
      }
      this.#rows.push(row);
    } catch (error) {
      this.#unread ??= { error };
    }
  }

  /** @param text such as `SELECT 2`, `INSERT 0 1` or `COMMIT` */
  handleCommandComplete({ text }: { readonly text: string }): void {
    const words = text.split(' ');
    const reply = { command: words[0] ?? '', rowCount: Number(words.at(-1)) || 0, rows: this.#rows };
    const asked = this.#waiting.shift();
    this.#rows = [];
    this.#expectNext();
    if (this.#unread === null) asked?.settle(reply);
    else asked?.fail(this.#unread.error);
    this.#unread = null;
  }

  /** Of a text that holds no statement. */
  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleReadyForQuery(connection: Preparing): void {
    // Whatever the server has not answered by now, it will not.
    this.handleError(new Error('PostgreSQL has not answered all statements that it was asked.'), connection);
  }

  /** Also when the connection is gone. */
  handleError(error: unknown, { submittedNamedStatements }: Preparing): void {
    for (const asked of this.#waiting.splice(0)) {
      // The server has failed at it or passed over it: unless it has said so, it knows nothing of its name.
      if (asked.query.name !== undefined) delete submittedNamedStatements[asked.query.name];
      asked.fail(error);
    }
    this.callback?.();
  }

  #expectNext(): void {
    const [next] = this.#waiting;
    this.name = next?.query.name ?? '';
    this.text = next?.query.text ?? '';
  }
}

/** False when it cannot be written, for example a value of it: then it has failed, and what was written of it must not be sent. */
function write(asked: Asked, connection: Preparing & Connection): boolean {
  const { name } = asked.query;
  const wasKnown = name !== undefined && name in connection.submittedNamedStatements;
  const problems: unknown[] = [];
  // Also without values in the extended protocol: a message of the simple one ends the batch.
  const query: QueryConfig = Object.assign({ queryMode: 'extended' }, asked.query);
  const refusal: unknown = new Query(query, (error) => problems.push(error)).submit(connection);
  if (refusal) problems.push(refusal);
  if (problems.length === 0) return true;
  if (name !== undefined && !wasKnown) delete connection.submittedNamedStatements[name];
  asked.fail(problems[0]);
  return false;
}

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

/** Where the client notes what it has asked the server to prepare and not heard of yet, and what the server has prepared. */
type Preparing = { readonly submittedNamedStatements: Record<string, unknown>; readonly parsedStatements: Record<string, unknown> };

type Column = { readonly name: string; readonly parse: (text: string) => unknown };

/** What prepared statements answer with, by name. It stays the same for as long as the connection lasts, and need not be told with every answer. */
const columnsOf = new WeakMap<Connection, Map<string, readonly Column[]>>();

/** To be handed to a client, which then calls what is said of each message that arrives. Only what is a Query is let through its pipeline. */
export class Batch extends Query {
  /** Of the statement that is being answered: the client notes under it what the server has prepared. */
  name = '';
  text = '';
  readonly #typesOf: Pick<ClientBase, 'getTypeParser'>;
  #waiting: Asked[];
  #columns: readonly Column[] = [];
  #known: Map<string, readonly Column[]> = new Map();
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
    this.#known = columnsOf.get(connection) ?? this.#known;
    columnsOf.set(connection, this.#known);
    if (!isPreparing(connection)) throw new Error('This version of pg keeps its prepared statements elsewhere.');
    // One piece on the wire.
    connection.stream.cork();
    this.#waiting = this.#waiting.filter((asked) => write(asked, connection, this.#known));
    connection.sync();
    connection.stream.uncork();
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
    if (this.name !== '') this.#known.set(this.name, this.#columns);
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
    this.#columns = this.#known.get(this.name) ?? [];
  }
}

function isPreparing(connection: Connection): connection is Connection & Preparing {
  return 'submittedNamedStatements' in connection && 'parsedStatements' in connection;
}

/** Writes all of a statement but the end of the batch. False when a value of it cannot be written: then it has failed, and nothing of it was. */
function write(asked: Asked, connection: Preparing & Connection, known: ReadonlyMap<string, unknown>): boolean {
  const { name = '', text, values = [] } = asked.query;
  let parameters: (string | Buffer | null)[];
  try {
    parameters = values.map(parameterOf);
  } catch (error) {
    asked.fail(error);
    return false;
  }
  const { parsedStatements, submittedNamedStatements } = connection;
  if (name === '' || !(name in parsedStatements || name in submittedNamedStatements)) {
    connection.parse({ name, text, types: [] }, true);
    if (name !== '') submittedNamedStatements[name] = text;
  }
  connection.bind({ portal: '', statement: name, values: parameters }, true);
  if (!known.has(name)) connection.describe({ type: 'P', name: '' }, true);
  connection.execute({ portal: '' }, true);
  return true;
}

/** As PostgreSQL reads it where it knows which type it expects. */
function parameterOf(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) && value.every((element) => typeof element === 'string') ? arrayOf(value) : JSON.stringify(value);
}

/** An array of texts, as PostgreSQL writes one. */
function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}

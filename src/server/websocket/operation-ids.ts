/**
 * The operations of one WebSocket by names that are used once. A client may use an id again as soon as it has completed an operation, in the same breath
 * even; graphql-ws keeps what runs by the id alone, would take the new one for the old one, and let go of neither. So each gets a name of
 * its own on the way in, and its client's id back on the way out.
 */
import { JsonTooDeepError, isTooDeep, tryParseJson } from '../../runtime/bounded-json.js';
import { isRecord } from '../../runtime/guards.js';
import { withMember, withMemberEdited } from './message-text.js';

type Operation = {
  readonly name: string;
  /** It has one answer, and the client that never gets it would ask again: for a mutation that is a second one. */
  owesAnswer: boolean;
};

/** Clients use UUIDs or numbers. Each operation keeps its id. */
const MAX_ID_CHARACTERS = 1000;

/** The message may be shown to a client. */
export class IdTooLongError extends Error {
  constructor(actual: number) {
    super(`The id of an operation is too long (limit ${MAX_ID_CHARACTERS} characters, got ${actual}).`);
  }
}

/** As graphql-ws writes what belongs to an operation. */
const OF_AN_OPERATION = /^\{"id":"(\d+)","type":"(next|error|complete)"/;
/** A name that no operation has. */
const NONE = '0';

export class OperationIds {
  /** What runs, by the client's id. */
  readonly #running = new Map<string, Operation>();
  #count = 0;

  /** Whether a query or mutation is under way whose answer has not been sent. */
  get owesAnswer(): boolean {
    for (const { owesAnswer } of this.#running.values()) if (owesAnswer) return true;
    return false;
  }

  /**
   * @returns a client's message as graphql-ws is to read it; what is wrong with it is for graphql-ws to find
   * @throws JsonTooDeepError or IdTooLongError, which graphql-ws would not find
   */
  incoming(text: string): string {
    if (isTooDeep(text)) throw new JsonTooDeepError();
    const message = tryParseJson(text);
    if (!isRecord(message)) return text;
    const { id, type } = message;
    if (typeof id !== 'string' || id === '') return text;
    if (id.length > MAX_ID_CHARACTERS) throw new IdTooLongError(id.length);
    if (type === 'complete') {
      const name = this.#running.get(id)?.name ?? NONE;
      this.#running.delete(id);
      return withMember(text, 'id', `"${name}"`);
    }
    if (type !== 'subscribe') return text;
    // One that is in use keeps its name: graphql-ws refuses it.
    const { name } = this.#running.get(id) ?? this.#begin(id);
    const named = withMember(text, 'id', `"${name}"`);
    return lacksQuery(message['payload'])
      ? withMemberEdited(named, 'payload', (payload) => withMember(payload, 'query', '""'))
      : named;
  }

  /** @returns the id under which a message would begin an operation; null where it begins none, or one runs under this id */
  begunBy(text: string): string | null {
    const message = isTooDeep(text) ? undefined : tryParseJson(text);
    if (!isRecord(message)) return null;
    const { id, type } = message;
    const begins = type === 'subscribe' && typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS;
    return begins && !this.#running.has(id) ? id : null;
  }

  /** @returns graphql-ws' message as the client is to read it; null when that has completed the operation, and may use its id for another. */
  outgoing(text: string): string | null {
    const [head, name, type] = OF_AN_OPERATION.exec(text) ?? [];
    if (head === undefined || name === undefined) return text;
    const id = this.idOf(name);
    if (id === null) return null;
    if (type !== 'next') this.#running.delete(id);
    return `{"id":${JSON.stringify(id)}${text.slice(name.length + '{"id":""'.length)}`;
  }

  /** The client's id of an operation that runs. */
  idOf(name: string): string | null {
    for (const [id, operation] of this.#running) if (operation.name === name) return id;
    return null;
  }

  /** It turned out to be a subscription, which its client resumes. */
  streams(id: string): void {
    const operation = this.#running.get(id);
    if (operation !== undefined) operation.owesAnswer = false;
  }

  /** It is not answered here: the client asks again elsewhere. */
  drop(id: string): void {
    this.#running.delete(id);
  }

  #begin(id: string): Operation {
    this.#count += 1;
    const operation = { name: String(this.#count), owesAnswer: true };
    this.#running.set(id, operation);
    return operation;
  }
}

/** Clients that send only the hash of their operation leave `query` out, which graphql-ws takes for a broken message. */
function lacksQuery(payload: unknown): boolean {
  if (!isRecord(payload) || (payload['query'] !== undefined && payload['query'] !== null)) return false;
  return isRecord(payload['extensions']) && 'persistedQuery' in payload['extensions'];
}

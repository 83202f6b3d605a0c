/**
 * Unique names for the operations of one WebSocket. A client may reuse an id as soon as it has completed the operation.
 * The library graphql-ws keeps operations by id, so it would confuse the two and release neither. Each operation
 * therefore gets a unique name in incoming messages, and outgoing messages get the client's id back.
 */
import { JsonTooDeepError, isTooDeep, tryParseJson } from '../../runtime/json/bounded-json.js';
import { isRecord } from '../../runtime/guards.js';
import { withMember, withMemberEdited } from './message-text.js';

type Operation = {
  readonly name: string;
  /** True for a query or mutation without its answer. A client without the answer repeats the mutation. */
  owesAnswer: boolean;
};

/** The largest id, because each running operation keeps its id. Clients use UUIDs or numbers. */
const MAX_ID_CHARACTERS = 1000;

/** An id over the limit. Its message may be shown to the client. */
export class IdTooLongError extends Error {
  constructor(actual: number) {
    super(`The id of an operation is too long (limit ${MAX_ID_CHARACTERS} characters, got ${actual}).`);
  }
}

/** The beginning of a message of an operation in the form of graphql-ws. */
const OF_AN_OPERATION = /^\{"id":"(\d+)","type":"(next|error|complete)"/;
/** A name that no operation has. */
const NONE = '0';

export class OperationIds {
  /** The running operations by the client's id. */
  readonly #running = new Map<string, Operation>();
  #count = 0;

  /** True while the answer to a query or mutation has not been sent. */
  get owesAnswer(): boolean {
    for (const { owesAnswer } of this.#running.values()) if (owesAnswer) return true;
    return false;
  }

  /**
   * Rewrites a client's message for graphql-ws, which reports all other mistakes in it.
   * @throws JsonTooDeepError or IdTooLongError, which graphql-ws does not check
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
    // An id in use keeps its name, so that graphql-ws refuses the message.
    const { name } = this.#running.get(id) ?? this.#begin(id);
    const named = withMember(text, 'id', `"${name}"`);
    return lacksQuery(message['payload'])
      ? withMemberEdited(named, 'payload', (payload) => withMember(payload, 'query', '""'))
      : named;
  }

  /** @returns the id of the operation that a message would begin; null if it begins none, or if the id is in use */
  begunBy(text: string): string | null {
    const message = isTooDeep(text) ? undefined : tryParseJson(text);
    if (!isRecord(message)) return null;
    const { id, type } = message;
    const begins = type === 'subscribe' && typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS;
    return begins && !this.#running.has(id) ? id : null;
  }

  /** @returns the message of graphql-ws with the client's id; null if the client has completed the operation */
  outgoing(text: string): string | null {
    const [head, name, type] = OF_AN_OPERATION.exec(text) ?? [];
    if (head === undefined || name === undefined) return text;
    const id = this.idOf(name);
    if (id === null) return null;
    if (type !== 'next') this.#running.delete(id);
    return `{"id":${JSON.stringify(id)}${text.slice(name.length + '{"id":""'.length)}`;
  }

  /** The client's id of a running operation. */
  idOf(name: string): string | null {
    for (const [id, operation] of this.#running) if (operation.name === name) return id;
    return null;
  }

  /** Marks an operation as a subscription, which owes no answer because its client resumes it. */
  streams(id: string): void {
    const operation = this.#running.get(id);
    if (operation !== undefined) operation.owesAnswer = false;
  }

  /** Forgets an operation that this instance will not answer. The client repeats it on another one. */
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

/** True for an operation by hash without `query`, which graphql-ws would refuse as malformed. */
function lacksQuery(payload: unknown): boolean {
  if (!isRecord(payload) || (payload['query'] !== undefined && payload['query'] !== null)) return false;
  return isRecord(payload['extensions']) && 'persistedQuery' in payload['extensions'];
}

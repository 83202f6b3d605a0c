/**
 * The result of one event as JSON. A result that is the same for all subscribers of an operation is made once and shared while
 * its event is among the latest. A result that failed, or had to be awaited, is never shared.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { isRecord } from '../../runtime/guards.js';
import { createObjectCache } from '../../runtime/cache.js';
import type { Executor } from './executor.js';
import type { Masking } from '../documents/error-masking.js';
import type { Prepared } from './pipeline.js';
import { isShareable } from './shareable.js';

/** Subscribers that keep up ask for the same result within a few turns of the event loop. */
const EVENTS_KEPT = 128;
/** For each event, because clients have few documents. */
const OPERATIONS_KEPT = 16;

export class EventResults {
  readonly #schema: GraphQLSchema;
  readonly #executor: Executor;
  readonly #masking: Masking;
  readonly #shareable = new WeakMap<object, boolean>();
  /** By event, then by operation. No WeakMap, because collecting its entries takes an eighth of the time of an event. */
  readonly #kept = createObjectCache<object, Map<object, string>>(EVENTS_KEPT);

  constructor(schema: GraphQLSchema, executor: Executor, masking: Masking) {
    this.#schema = schema;
    this.#executor = executor;
    this.#masking = masking;
  }

  /** @param contextOf called only where the result is not known. */
  of(event: unknown, prepared: Prepared, contextOf: () => object): string | Promise<string> {
    const { checked, operation, variables } = prepared;
    const known = isRecord(event) ? this.#kept.get(event)?.get(operation) : undefined;
    if (known !== undefined) return known;
    const result = this.#executor.execute(checked, operation, {
      rootValue: event,
      contextValue: contextOf(),
      variables,
    });
    if (result instanceof Promise) return result.then((settled) => this.#textOf(settled));
    const text = this.#textOf(result);
    if (result.errors === undefined && isRecord(event) && this.#mayShare(prepared)) this.#keep(event, operation, text);
    return text;
  }

  #textOf(result: ExecutionResult): string {
    return JSON.stringify(this.#masking.result(result));
  }

  #mayShare({ checked, operation }: Prepared): boolean {
    const known = this.#shareable.get(operation);
    if (known !== undefined) return known;
    const shareable = isShareable(this.#schema, checked.document, operation);
    this.#shareable.set(operation, shareable);
    return shareable;
  }

  #keep(event: object, operation: object, text: string): void {
    const ofEvent = this.#kept.get(event);
    if (ofEvent === undefined) this.#kept.set(event, new Map([[operation, text]]));
    else if (ofEvent.size < OPERATIONS_KEPT) ofEvent.set(operation, text);
  }
}

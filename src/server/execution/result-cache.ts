/**
 * The result of one event as JSON. Where it is the same for all subscribers of an operation it is made once and kept for as long as the event
 * itself is; a result that failed, or had to be waited for, is never shared.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { isRecord } from '../../runtime/guards.js';
import type { Executor } from './executor.js';
import type { Masking } from '../documents/error-masking.js';
import type { Prepared } from './pipeline.js';
import { isShareable } from './shareable.js';

/** Of one event. Clients have few documents, and the hub keeps 1,500 events, so that thousands of different ones would fill the memory. */
const OPERATIONS_KEPT = 16;

export class EventResults {
  readonly #schema: GraphQLSchema;
  readonly #executor: Executor;
  readonly #masking: Masking;
  readonly #shareable = new WeakMap<object, boolean>();
  /** By event, then by operation. */
  readonly #kept = new WeakMap<object, Map<object, string>>();

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

/**
 * The result of each event as JSON. A result that is equal for all subscribers of an operation is made once, and kept
 * while its event is among the latest. Failed results and results that had to be awaited are not cached.
 */
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createObjectCache } from '../../runtime/loading/cache.js';
import { isRecord } from '../../runtime/guards.js';
import type { ErrorMasking } from '../documents/error-masking.js';
import { isCacheable } from './cacheable.js';
import type { CheckedOperation } from './checked-operation.js';
import type { Executor } from './executor.js';

/** Subscribers that keep up ask for the same result within a few turns of the event loop. */
const EVENTS_KEPT = 128;
/** Clients use few documents. */
const RESULTS_PER_EVENT = 16;

export class ResultCache {
  readonly #schema: GraphQLSchema;
  readonly #executor: Executor;
  readonly #errorMasking: ErrorMasking;
  /** The verdict of `isCacheable` on each operation. */
  readonly #cacheable = new WeakMap<object, boolean>();
  /**
   * JSON by event, then by operation. Collecting the entries of a WeakMap would take an eighth of the time of an event.
   */
  readonly #results = createObjectCache<object, Map<object, string>>(EVENTS_KEPT);

  constructor(schema: GraphQLSchema, executor: Executor, errorMasking: ErrorMasking) {
    this.#schema = schema;
    this.#executor = executor;
    this.#errorMasking = errorMasking;
  }

  /** @param contextOf called only if the result is not in the cache */
  of(event: unknown, checked: CheckedOperation, contextOf: () => object): string | Promise<string> {
    const { document, operation, variables } = checked;
    const cached = isRecord(event) ? this.#results.get(event)?.get(operation) : undefined;
    if (cached !== undefined) return cached;
    const result = this.#executor.execute(document, operation, {
      rootValue: event,
      contextValue: contextOf(),
      variables,
    });
    if (result instanceof Promise) return result.then((settled) => this.#jsonOf(settled));
    const json = this.#jsonOf(result);
    if (result.errors === undefined && isRecord(event) && this.#isCacheable(checked)) this.#add(event, operation, json);
    return json;
  }

  #jsonOf(result: ExecutionResult): string {
    return JSON.stringify(this.#errorMasking.result(result));
  }

  #isCacheable({ document, operation }: CheckedOperation): boolean {
    const known = this.#cacheable.get(operation);
    if (known !== undefined) return known;
    const cacheable = isCacheable(this.#schema, document.ast, operation);
    this.#cacheable.set(operation, cacheable);
    return cacheable;
  }

  #add(event: object, operation: object, json: string): void {
    const results = this.#results.get(event);
    if (results === undefined) this.#results.set(event, new Map([[operation, json]]));
    else if (results.size < RESULTS_PER_EVENT) results.set(operation, json);
  }
}

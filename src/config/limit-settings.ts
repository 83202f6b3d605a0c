/** The limits of one caller. The smallest values allowed still run every published operation. */
import type { Variables } from './variables.js';

export type CallerLimits = Readonly<ReturnType<typeof limitsOf>>;

export function limitsOf({ number, isWrong, problems }: Variables) {
  const limits = {
    socketsPerCaller: number('LIMIT_STREAMS_PER_CALLER', 1, 100_000),
    operationsPerSocket: number('LIMIT_OPERATIONS_PER_SOCKET', 1, 10_000),
    streams: {
      perSecond: number('LIMIT_SUBSCRIPTIONS_PER_SECOND', 1, 10_000),
      burst: number('LIMIT_SUBSCRIPTIONS_BURST', 1, 1_000_000),
    },
    mutations: {
      perSecond: number('LIMIT_MUTATIONS_PER_SECOND', 1, 10_000),
      burst: number('LIMIT_MUTATIONS_BURST', 1, 1_000_000),
    },
    cost: number('LIMIT_COST', 1500, 1_000_000),
    tokens: number('LIMIT_TOKENS', 300, 100_000),
    depth: number('LIMIT_DEPTH', 8, 50),
    aliases: number('LIMIT_ALIASES', 2, 1000),
    rootFields: number('LIMIT_ROOT_FIELDS', 1, 1000),
    directives: number('LIMIT_DIRECTIVES', 1, 1000),
    bodyBytes: number('LIMIT_BODY_BYTES', 16 * 1024, 16 * 1024 * 1024),
    pipelinedRequests: number('LIMIT_PIPELINED_REQUESTS', 1, 1000),
  };
  // A request may not exceed the burst. Without this check, one document would pass with more mutations than that.
  if (
    limits.rootFields > limits.mutations.burst &&
    !isWrong('LIMIT_ROOT_FIELDS') &&
    !isWrong('LIMIT_MUTATIONS_BURST')
  ) {
    problems.push(
      `LIMIT_MUTATIONS_BURST is ${limits.mutations.burst} and LIMIT_ROOT_FIELDS is ${limits.rootFields}: one ` +
        `document could hold more mutations than are allowed at once. Expected LIMIT_ROOT_FIELDS to be no larger.`,
    );
  }
  return limits;
}

/**
 * What an error looks like outside. An error on purpose is a GraphQLError with a `code` among its extensions; it passes as it is.
 * Anything else is a fault of ours: it is reported once where it is masked, and the client learns that there was one, no more. No
 * message suggests names that the client did not know.
 */
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult } from 'graphql';
import type { Telemetry } from '../telemetry.js';

export const INTERNAL_CODE = 'INTERNAL_SERVER_ERROR';

export type Masking = {
  /** An error from a resolver, a subscription's source, or thrown at us in any other way. */
  mask(error: unknown): GraphQLError;
  result(result: ExecutionResult): FormattedExecutionResult;
};

/** What graphql-js says about arguments that only the variables of one request make wrong; it carries no code. */
const ARGUMENT_MISTAKE = /^Argument "[^"]+" (?:of required type|of non-null type|has invalid value)/;

/** What a client may be told of a fault of ours beyond that there was one, or null. */
export type Explain = (error: unknown) => GraphQLError | null;

export function createMasking(telemetry: Pick<Telemetry, 'unexpected'>, explain: Explain = () => null): Masking {
  // One broken dependency fails every item of a list with the same error object; it is reported once.
  const reported = new WeakSet<object>();

  function mask(error: unknown): GraphQLError {
    const located = error instanceof GraphQLError ? error : undefined;
    // A resolver's own error is wrapped to be located; what it threw is what counts.
    const thrown = located?.originalError ?? error;
    if (located !== undefined && (thrown === located || thrown instanceof GraphQLError)) {
      if (typeof located.extensions['code'] === 'string') return withoutSuggestions(located, located.extensions['code']);
      if (ARGUMENT_MISTAKE.test(located.message)) return withoutSuggestions(located, 'BAD_USER_INPUT');
    }
    if (typeof thrown !== 'object' || thrown === null || !reported.has(thrown)) {
      if (typeof thrown === 'object' && thrown !== null) reported.add(thrown);
      telemetry.unexpected('graphql', thrown);
    }
    const explained = explain(thrown);
    return new GraphQLError(explained?.message ?? 'Internal error', {
      nodes: located?.nodes ?? null,
      path: located?.path ?? null,
      extensions: explained?.extensions ?? { code: INTERNAL_CODE },
    });
  }

  return {
    mask,
    result(result) {
      const formatted: FormattedExecutionResult = { data: result.data ?? null };
      if (result.errors === undefined || result.errors.length === 0) return formatted;
      return { errors: result.errors.map((error) => mask(error).toJSON()), ...formatted };
    },
  };
}

/** An error that names a mistake of the client's, under `code`, without the names that it might have meant. */
export function withoutSuggestions(error: GraphQLError, code: string): GraphQLError {
  const message = beforeSuggestion(error.message);
  if (message === error.message && error.extensions['code'] === code) return error;
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { ...error.extensions, code },
  });
}

/** It stands at the end, and what stands before it may repeat whatever was sent: a pattern would try each of its words as the beginning. */
function beforeSuggestion(message: string): string {
  const start = message.endsWith('?') ? message.lastIndexOf('Did you mean ') : -1;
  return start === -1 ? message : message.slice(0, start).trimEnd();
}

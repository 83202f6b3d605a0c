/**
 * What an error looks like outside. An error on purpose is a GraphQLError with a `code` among its extensions; it passes as it is.
 * Anything else is a fault of ours: it is reported once where it is masked, and the client learns that there was one, no more. What
 * graphql-js says is passed on without names that the client did not know.
 */
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult } from 'graphql';
import type { Telemetry } from '../../runtime/telemetry.js';
import { noAdvice, type Advise } from './enum-advice.js';

export const INTERNAL_CODE = 'INTERNAL_SERVER_ERROR';

export type Masking = {
  /** An error from a resolver, a subscription's source, or thrown at us in any other way. */
  mask(error: unknown): GraphQLError;
  result(result: ExecutionResult): FormattedExecutionResult;
};

/** What graphql-js says about arguments that only the variables of one request make wrong; it carries no code. */
const ARGUMENT_MISTAKE = /^Argument "[^"]+" (?:of required type|of non-null type|has invalid value)/;

/** Of a long message, in characters. */
const SHOWN_BEFORE = 250;
const SHOWN_AFTER = 250;

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
      if (typeof located.extensions['code'] === 'string') return located;
      if (ARGUMENT_MISTAKE.test(located.message)) return clientMistake(located, 'BAD_USER_INPUT');
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

/** What graphql-js says of a mistake of the client's, under `code`: without the names that might have been meant, and without most of a long value. */
export function clientMistake(error: GraphQLError, code: string, advise: Advise = noAdvice): GraphQLError {
  const message = shortened(beforeSuggestion(error.message));
  return new GraphQLError(message + advise(message), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { ...error.extensions, code },
  });
}

/** A message begins with where the mistake is and ends with what it is; between them stands what was sent, as large as it was. */
function shortened(message: string): string {
  return message.length <= SHOWN_BEFORE + SHOWN_AFTER
    ? message
    : `${message.slice(0, SHOWN_BEFORE)} … ${message.slice(-SHOWN_AFTER)}`;
}

/** It stands at the end, and what stands before it may repeat whatever was sent: a pattern would try each of its words as the beginning. */
function beforeSuggestion(message: string): string {
  const start = message.endsWith('?') ? message.lastIndexOf('Did you mean ') : -1;
  return start === -1 ? message : message.slice(0, start).trimEnd();
}

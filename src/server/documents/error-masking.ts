/**
 * The errors that a client sees. A GraphQLError with a `code` in its extensions is deliberate, and passes unchanged.
 * Any other error is a fault of the gateway: it is reported once, and the client sees only "Internal error" or the
 * explanation. Messages of graphql-js pass without suggestions of names that the client did not send.
 */
import { GraphQLError, type ExecutionResult, type FormattedExecutionResult } from 'graphql';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { ServerErrorCode } from '../security/error-codes.js';
import { noAdvice, type Advise } from './enum-advice.js';

export const INTERNAL_CODE = 'INTERNAL_SERVER_ERROR' satisfies ServerErrorCode;

export type ErrorMasking = {
  /** Masks an error of a resolver, of a subscription's source, or of any other code of the gateway. */
  mask(error: unknown): GraphQLError;
  result(result: ExecutionResult): FormattedExecutionResult;
};

/** The messages of graphql-js about arguments that the variables of a request make wrong. They carry no code. */
const ARGUMENT_MISTAKE = /^Argument "[^"]+" (?:of required type|of non-null type|has invalid value)/;

/** The characters that are shown of a long message, from its beginning and from its end. */
const SHOWN_BEFORE = 250;
const SHOWN_AFTER = 250;

/** @returns the error that a client sees instead of "Internal error"; null if there is none */
export type Explain = (error: unknown) => GraphQLError | null;

export function createErrorMasking(
  telemetry: Pick<Telemetry, 'unexpected'>,
  explain: Explain = () => null,
): ErrorMasking {
  // A broken dependency may fail every item of a list with the same error object, which is reported once.
  const reported = new WeakSet<object>();

  function mask(error: unknown): GraphQLError {
    const located = error instanceof GraphQLError ? error : undefined;
    // graphql-js wraps the error of a resolver to add its place. The original error decides.
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

/**
 * Rewords an error of graphql-js about a mistake of the client: without suggested names, and with long values
 * shortened.
 */
export function clientMistake(error: GraphQLError, code: ServerErrorCode, advise: Advise = noAdvice): GraphQLError {
  const message = shortened(beforeSuggestion(error.message));
  return new GraphQLError(message + advise(message), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { ...error.extensions, code },
  });
}

/**
 * A message begins with the place of the mistake and ends with its kind. Between them stands the value, at full length.
 */
function shortened(message: string): string {
  return message.length <= SHOWN_BEFORE + SHOWN_AFTER
    ? message
    : `${message.slice(0, SHOWN_BEFORE)} … ${message.slice(-SHOWN_AFTER)}`;
}

/** The suggestion stands at the end. A pattern could be slow, because the text before it may repeat a long value. */
function beforeSuggestion(message: string): string {
  const start = message.endsWith('?') ? message.lastIndexOf('Did you mean ') : -1;
  return start === -1 ? message : message.slice(0, start).trimEnd();
}

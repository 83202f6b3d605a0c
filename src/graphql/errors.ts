/**
 * The errors that a caller can cause and that have no place in a payload, each with its `extensions.code`. Anything else that is thrown
 * is unexpected and is masked by the server, not here.
 */
import { GraphQLError } from 'graphql';

export function forbidden(message: string): GraphQLError {
  return withCode('FORBIDDEN', message);
}

export function badUserInput(message: string): GraphQLError {
  return withCode('BAD_USER_INPUT', message);
}

export function invalidCursor(message: string): GraphQLError {
  return withCode('INVALID_CURSOR', message);
}

export function notFound(message: string): GraphQLError {
  return withCode('NOT_FOUND', message);
}

function withCode(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/**
 * The codes of the errors that the server itself sends, in `extensions.code`. The table in src/server/README.md says
 * what a client does about each.
 */
export const SERVER_ERROR_CODES = [
  'AUTHENTICATION_UNAVAILABLE',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL_SERVER_ERROR',
  'INTROSPECTION_DISABLED',
  'LIMIT_EXCEEDED',
  'NOT_FOUND',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_IN_LIST',
  'QUERY_NOT_IN_SAFELIST',
  'RATE_LIMITED',
  'SERVER_RESTARTING',
  'SERVICE_UNAVAILABLE',
  'SUBSCRIPTION_NEEDS_STREAM',
  'UNAUTHENTICATED',
] as const;

export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];

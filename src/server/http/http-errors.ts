/**
 * Errors over HTTP: GraphQL errors in JSON, also for failures before the operation, such as a body that is too large.
 */
import { HeaderMap } from '@apollo/server';
import type { FastifyError, FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import type { ErrorMasking } from '../documents/error-masking.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded, type Limits } from '../security/limits.js';
import { createRequestError, formatted, requestErrorOf, type RequestError } from '../security/request-error.js';
import { statusOf } from './apollo.js';
import { BodyRefused } from './json-body.js';
import { JSON_TYPE, jsonTypeFor, type Range } from './negotiation.js';

export function sendRequestError(reply: FastifyReply, refused: RequestError, ranges: readonly Range[]): FastifyReply {
  const jsonType = jsonTypeFor(ranges) ?? JSON_TYPE;
  return reply
    .code(statusOf(refused, jsonType))
    .headers(refused.headers)
    .type(jsonType)
    .send(JSON.stringify({ errors: formatted(refused.errors) }));
}

/** An error for Apollo, which takes status and headers from the extension `http` and removes it from the answer. */
export function asThrown(refused: RequestError): GraphQLError {
  const [error] = refused.errors;
  return new GraphQLError(error?.message ?? 'Refused', {
    extensions: {
      ...error?.extensions,
      http: { status: refused.status, headers: new HeaderMap(Object.entries(refused.headers)) },
    },
  });
}

type FailureDeps = { readonly limits: Limits; readonly limitLog: LimitLog; readonly errorMasking: ErrorMasking };

/** The answer to an error that Fastify or a handler has thrown. */
export function requestErrorFor(error: FastifyError, { limits, limitLog, errorMasking }: FailureDeps): RequestError {
  if (error instanceof BodyRefused) return error.requestError;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    limitLog.met('bodyBytes', null);
    return requestErrorOf([limitExceeded('bodyBytes', limits.bodyBytes)], { status: 413 });
  }
  const status = error.statusCode ?? 500;
  if (status === 415)
    return createRequestError('BAD_REQUEST', 'Send "content-type: application/json" and a JSON body.', { status });
  if (status >= 400 && status < 500)
    return createRequestError('BAD_REQUEST', 'The request body is not valid JSON.', { status });
  return requestErrorOf([errorMasking.mask(error)], { status: 500 });
}

/** JSON in requests, with a bound on its depth: in bodies, and in the parameters of a GET. */
import type { FastifyInstance } from 'fastify';
import type { GraphQLError } from 'graphql';
import { JsonTooDeepError, MAX_JSON_DEPTH, isTooDeep } from '../bounded-json.js';
import { limitExceeded } from './limits.js';

/** Parameters of a GET whose values are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];

/** A body that is too deep fails its request with JsonTooDeepError. */
export function boundJsonBodies(app: FastifyInstance): void {
  // The members `__proto__` and `constructor.prototype` are refused, as Fastify does by default.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (isTooDeep(String(body))) return done(new JsonTooDeepError());
    return parse(request, String(body), done);
  });
}

/** @param target path and query of a request */
export function hasDeepParameter(target: string): boolean {
  const start = target.indexOf('?');
  if (start === -1) return false;
  const parameters = new URLSearchParams(target.slice(start));
  return JSON_PARAMETERS.some((name) => parameters.getAll(name).some(isTooDeep));
}

export function jsonTooDeep(): GraphQLError {
  return limitExceeded('jsonDepth', MAX_JSON_DEPTH);
}

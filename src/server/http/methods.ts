/** The methods of each path. OPTIONS returns them in `allow`, and another method or path is refused. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createRequestError, type RequestError } from '../security/request-error.js';
import { SCHEMA_PATH } from './pages/schema-file.js';

type Deps = {
  /** The GraphQL endpoint. */
  readonly path: string;
  readonly eventBridgePath: string | null;
  readonly send: (reply: FastifyReply, requestError: RequestError, accept: string | undefined) => FastifyReply;
};

export type Methods = {
  /** Call this before CORS is registered, because CORS answers every OPTIONS as a preflight. */
  answerOptions(app: FastifyInstance): void;
  /** Call this after CORS is registered, so that pages can read the error. A refused request's body is not parsed. */
  refuseOthers(app: FastifyInstance): void;
};

const READ = ['GET', 'HEAD', 'OPTIONS'];

export function createMethods({ path, eventBridgePath, send }: Deps): Methods {
  const allowed = new Map([
    [path, ['GET', 'HEAD', 'POST', 'OPTIONS']],
    ...[SCHEMA_PATH, '/health/live', '/health/ready', '/metrics'].map((each): [string, string[]] => [each, READ]),
  ]);
  if (eventBridgePath !== null) allowed.set(eventBridgePath, ['POST', 'OPTIONS']);
  const notFound = createRequestError('NOT_FOUND', `Not found. The GraphQL endpoint is ${path}.`, { status: 404 });
  const of = (target: string): readonly string[] | undefined => allowed.get(target.split('?', 1)[0] ?? '');

  return {
    answerOptions(app) {
      app.addHook('onRequest', (request, reply, done) => {
        if (request.method !== 'OPTIONS' || isPreflight(request.headers)) return done();
        const methods = of(request.url);
        if (methods === undefined) send(reply, notFound, request.headers.accept);
        else reply.code(204).header('allow', methods.join(', ')).send();
      });
    },
    refuseOthers(app) {
      app.addHook('onRequest', (request, reply, done) => {
        const methods = of(request.url);
        if (methods === undefined && request.is404) return void send(reply, notFound, request.headers.accept);
        if (methods === undefined || methods.includes(request.method)) return done();
        const allow = methods.join(', ');
        send(
          reply,
          createRequestError('BAD_REQUEST', `This path accepts ${allow}, got ${request.method}.`, {
            status: 405,
            headers: { allow },
          }),
          request.headers.accept,
        );
      });
    },
  };
}

function isPreflight(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

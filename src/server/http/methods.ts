/** Which methods each address takes, said to clients that ask by OPTIONS or come with another one. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createRequestError, type RequestError } from '../security/request-error.js';

type Deps = {
  /** The path of GraphQL. */
  readonly path: string;
  readonly hintsPath: string | null;
  readonly send: (reply: FastifyReply, requestError: RequestError, accept: string | undefined) => FastifyReply;
};

export type Methods = {
  /** To be called before the cross-origin rules are registered: they answer each OPTIONS as the question of a page. */
  answerOptions(app: FastifyInstance): void;
  /** To be called after them, so that pages can read the refusal. No body is looked at of a method that is refused, or at an address that does not exist. */
  refuseOthers(app: FastifyInstance): void;
};

const READ = ['GET', 'HEAD', 'OPTIONS'];

export function createMethods({ path, hintsPath, send }: Deps): Methods {
  const allowed = new Map([
    [path, ['GET', 'HEAD', 'POST', 'OPTIONS']],
    ...['/health/live', '/health/ready', '/metrics'].map((each): [string, string[]] => [each, READ]),
  ]);
  if (hintsPath !== null) allowed.set(hintsPath, ['POST', 'OPTIONS']);
  const notFound = createRequestError('NOT_FOUND', `There is nothing here; GraphQL is at ${path}.`, { status: 404 });
  const of = (target: string): readonly string[] | undefined => allowed.get(target.split('?', 1)[0] ?? '');

  return {
    answerOptions(app) {
      app.addHook('onRequest', (request, reply, done) => {
        if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] !== undefined)
          return done();
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
          createRequestError('BAD_REQUEST', `This address takes ${allow}, and not ${request.method}.`, {
            status: 405,
            headers: { allow },
          }),
          request.headers.accept,
        );
      });
    },
  };
}

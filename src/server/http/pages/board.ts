/**
 * Serves the board: the files of its build, and what its page must know before it can call. The content security policy
 * allows the files of this origin, calls to it, and calls to the issuer that people sign in at. Nothing inline runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VERSION } from '../../../version.js';
import { NAME_AND_PORT } from '../../security/host-check.js';
import type { SignIn, SignInAnswer } from '../../security/issuer/sign-in.js';
import { createRequestError } from '../../security/request-error.js';
import { sendRequestError } from '../http-errors.js';
import { parseAccept, prefersHtml } from '../negotiation.js';
import { createStaticFiles } from './static-files.js';

export type BoardOptions = {
  /** The folder with index.html, its scripts and styles, each also as .br and .gz. */
  readonly directory: URL;
  readonly auth: 'none' | 'jwt';
  /** Reads how people sign in; null without a client to sign in with. */
  readonly readSignIn: (() => Promise<SignInAnswer>) | null;
  /** True if a browser finds Apollo Sandbox at the endpoint. */
  readonly hasSandbox: boolean;
  readonly hasSchemaFile: boolean;
};

const PATH = '/board';
const INDEX = 'index.html';

type Request = FastifyRequest<{ Params: { file: string } }>;

export function serveBoard(app: FastifyInstance, options: BoardOptions, graphqlPath: string): void {
  const { directory, auth, readSignIn, hasSandbox, hasSchemaFile } = options;
  const notFound = createRequestError('NOT_FOUND', `Not found. The GraphQL endpoint is ${graphqlPath}.`, {
    status: 404,
  });
  const files = createStaticFiles(directory, 'The board');

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const signIn = (await readSignIn?.())?.signIn ?? null;
    reply
      .header('content-security-policy', policyFor(request.headers.host, signIn))
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cache-control', 'no-cache');
    return files.send(request, reply, INDEX);
  }

  app.get('/', async (request, reply) => {
    const ranges = parseAccept(request.headers.accept);
    return prefersHtml(ranges) ? sendPage(request, reply) : sendRequestError(reply, notFound, ranges);
  });
  app.get(PATH, sendPage);
  app.get(`${PATH}/config.json`, async (_request, reply) => {
    const { signIn, problem: signInProblem } = (await readSignIn?.()) ?? { signIn: null, problem: null };
    return reply.send({ auth, signIn, signInProblem, hasSandbox, hasSchemaFile, version: VERSION });
  });
  app.get(`${PATH}/:file`, async (request: Request, reply) => {
    const { file } = request.params;
    return file === INDEX ? sendPage(request, reply) : files.send(request, reply, file);
  });
}

function policyFor(host: string | undefined, signIn: SignIn | null): string {
  // Some browsers do not count WebSockets to this host among 'self'.
  const sockets = host !== undefined && NAME_AND_PORT.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const issuer = signIn === null ? [] : [new URL(signIn.tokenEndpoint).origin];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ['connect-src', "'self'", ...sockets, ...issuer].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

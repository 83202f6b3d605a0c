/**
 * Serves the board: the files of its build, and what its page must know before it can call. The content security policy
 * allows the files of this origin, calls to it, and calls to the issuer that people sign in at. Nothing inline runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NAME_AND_PORT } from '../security/host-check.js';
import { createRequestError } from '../security/request-error.js';
import { sendRequestError } from './http-errors.js';
import { parseAccept, prefersHtml } from './negotiation.js';
import { createStaticFiles } from './static-files.js';

export type BoardOptions = {
  /** The folder with index.html, its scripts and styles, each also as .br and .gz. */
  readonly directory: URL;
  /** What the page reads at /board/config.json. */
  readonly config: () => Promise<BoardConfig>;
};

export type BoardConfig = {
  readonly auth: 'none' | 'jwt';
  /** The issuer as OAuth knows it; null without a client to sign in with, or while the issuer cannot be read. */
  readonly signIn: SignIn | null;
  /** The reason why people cannot sign in, although a client is set. */
  readonly signInProblem: string | null;
  readonly hasExplorer: boolean;
  readonly version: string;
};

export type SignIn = {
  readonly clientId: string;
  readonly scopes: string;
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
};

const PATH = '/board';
const INDEX = 'index.html';

type Request = FastifyRequest<{ Params: { file: string } }>;

export function serveBoard(app: FastifyInstance, { directory, config }: BoardOptions, graphqlPath: string): void {
  const notFound = createRequestError('NOT_FOUND', `Not found. The GraphQL endpoint is ${graphqlPath}.`, {
    status: 404,
  });
  const files = createStaticFiles(directory, 'The board');

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { signIn } = await config();
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
  app.get(`${PATH}/config.json`, async (_request, reply) => reply.send(await config()));
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

/**
 * Serves the board: the files of its build, and what its page must know before it can call. Names with a hash may be
 * cached for a year, because a changed file has another name. The content security policy allows the files of this
 * origin, calls to it, and calls to the issuer that people sign in at. Nothing inline runs.
 */
import { readFile, readdir } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NAME_AND_PORT } from '../security/host-check.js';
import { createRequestError } from '../security/request-error.js';
import { sendRequestError } from './http-errors.js';
import { parseAccept, prefersHtml } from './negotiation.js';

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
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const HASHED = /-[A-Z0-9]{8}\.(js|css)$/;
const FOR_A_YEAR = 'public, max-age=31536000, immutable';

type Request = FastifyRequest<{ Params: { file: string } }>;

export function serveBoard(app: FastifyInstance, { directory, config }: BoardOptions, graphqlPath: string): void {
  const notFound = createRequestError('NOT_FOUND', `Not found. The GraphQL endpoint is ${graphqlPath}.`, {
    status: 404,
  });
  const notBuilt = createRequestError('NOT_FOUND', 'The board has not been built. Run: npm run build', { status: 404 });
  const contents = new Map<string, Promise<Buffer>>();
  let names: Promise<ReadonlySet<string>> | undefined;

  /** The names of the files; empty if the board has not been built. */
  function list(): Promise<ReadonlySet<string>> {
    return (names ??= readdir(directory).then(
      (found) => new Set(found),
      () => new Set<string>(),
    ));
  }

  function contentOf(name: string): Promise<Buffer> {
    let content = contents.get(name);
    if (content === undefined) contents.set(name, (content = readFile(new URL(name, directory))));
    return content;
  }

  async function sendFile(request: FastifyRequest, reply: FastifyReply, name: string): Promise<unknown> {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    const files = await list();
    if (type === undefined || !files.has(name))
      return sendRequestError(reply, files.has(INDEX) ? notFound : notBuilt, parseAccept(request.headers.accept));
    const coding = codingFor(request.headers['accept-encoding']);
    if (coding !== null) reply.header('content-encoding', coding.name);
    return reply
      .type(type)
      .header('vary', 'accept-encoding')
      .send(await contentOf(`${name}${coding?.extension ?? ''}`));
  }

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { signIn } = await config();
    reply
      .header('content-security-policy', policyFor(request.headers.host, signIn))
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cache-control', 'no-cache');
    return sendFile(request, reply, INDEX);
  }

  app.get('/', async (request, reply) => {
    const ranges = parseAccept(request.headers.accept);
    return prefersHtml(ranges) ? sendPage(request, reply) : sendRequestError(reply, notFound, ranges);
  });
  app.get(PATH, sendPage);
  app.get(`${PATH}/config.json`, async (_request, reply) => reply.send(await config()));
  app.get(`${PATH}/:file`, async (request: Request, reply) => {
    const { file } = request.params;
    if (file === INDEX) return sendPage(request, reply);
    if (HASHED.test(file) && (await list()).has(file)) reply.header('cache-control', FOR_A_YEAR);
    return sendFile(request, reply, file);
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

/** The smallest compressed form that the browser accepts. */
function codingFor(header: string | undefined): { readonly name: string; readonly extension: string } | null {
  const accepted = new Set(
    (header ?? '')
      .split(',')
      .map((coding) => coding.trim().toLowerCase())
      .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
      .map((coding) => coding.split(';', 1)[0]?.trim() ?? ''),
  );
  if (accepted.has('br')) return { name: 'br', extension: '.br' };
  return accepted.has('gzip') ? { name: 'gzip', extension: '.gz' } : null;
}

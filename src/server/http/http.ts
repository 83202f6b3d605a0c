/**
 * The HTTP server: its routes, its checks in their order, and the choice of the transport for each request to the
 * GraphQL endpoint. Every error is answered as GraphQL errors in JSON.
 */
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from 'cors';
import type { GraphQLSchema } from 'graphql';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ErrorMasking } from '../documents/error-masking.js';
import type { Drain } from '../lifecycle/drain.js';
import type { Health } from '../lifecycle/health.js';
import { mayBeForged, originAllowed, type OriginWatch } from '../security/csrf.js';
import type { HostCheck } from '../security/host-check.js';
import { createRequestError } from '../security/request-error.js';
import { setWriteTimeout } from '../streaming/write-timeout.js';
import type { ApolloContext } from './apollo.js';
import { endOfTurn } from './end-of-turn.js';
import { serveBoard, type BoardOptions } from './pages/board.js';
import { EVENTBRIDGE_PATH, serveEventBridge, type EventBridgeOptions } from './eventbridge-endpoint.js';
import { EXPLORER, serveExplorer } from './pages/explorer-page.js';
import { asThrown, requestErrorFor, sendRequestError } from './http-errors.js';
import { createHttpServers, type HttpServers } from './http-server.js';
import { boundJsonBodies, checkParameters } from './json-body.js';
import { createMethods } from './methods.js';
import { JSON_TYPE, jsonTypeFor, parseAccept, prefersHtml, streamingFor, type Range } from './negotiation.js';
import { answerPostJson, postJsonOperation, refused } from './post-json.js';
import type { RefusedConnections } from './refused-connections.js';
import { requestContextOf } from './request-context.js';
import { sandboxPage } from './pages/sandbox-page.js';
import { serveSchema } from './pages/schema-file.js';
import { createStreamRequests, type StreamRequestDeps } from './stream-requests.js';

export type HttpDeps = StreamRequestDeps & {
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly hasSandbox: boolean;
  /** The folder with GraphiQL's files; undefined without them. */
  readonly explorerFiles: URL | undefined;
  readonly sandboxDocument: string | undefined;
  readonly checkHost: HostCheck | null;
  /** The same server at each call. */
  apollo(): Promise<ApolloServer<ApolloContext>>;
  readonly errorMasking: ErrorMasking;
  readonly health: Health;
  readonly drain: Drain;
  readonly eventBridge: EventBridgeOptions | undefined;
  readonly board: BoardOptions | undefined;
  readonly refusedConnections: RefusedConnections;
  readonly watchOrigin: OriginWatch;
};

export type Http = { readonly app: FastifyInstance; readonly servers: HttpServers };

function noCompiler(): never {
  throw new Error('a route has a schema of Fastify');
}

export async function createHttp(deps: HttpDeps): Promise<Http> {
  const { path, pipeline, authenticate, limits, corsOrigins, checkHost, drain } = deps;
  const servers = createHttpServers(limits, deps.refusedConnections, (error) =>
    deps.telemetry.unexpected('http', error),
  );
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: true,
    // No route has a schema of Fastify, whose compilers would otherwise be loaded.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    serverFactory: (handle) => servers.create(handle),
    // The server of `serverFactory` answers invalid HTTP.
    clientErrorHandler: () => {},
    // A path that cannot be decoded reaches no route and no error handler.
    frameworkErrors: (_error, request, reply) =>
      void sendRequestError(
        reply,
        createRequestError('BAD_REQUEST', 'The path of the request is not a valid URL.', { status: 400 }),
        parseAccept(request.headers.accept),
      ),
  });
  setWriteTimeout(app.server, limits.stalledMs);
  // A foreign page can send text/plain without a preflight, so such bodies are not read.
  app.removeContentTypeParser('text/plain');
  boundJsonBodies(app);
  if (checkHost !== null) {
    app.addHook('onRequest', (request, reply, done) => {
      const wrongHost = checkHost(request.headers.host);
      if (wrongHost === null) done();
      else sendRequestError(reply, wrongHost, parseAccept(request.headers.accept));
    });
  }
  const methods = createMethods({
    path,
    eventBridgePath: deps.eventBridge === undefined ? null : EVENTBRIDGE_PATH,
    send: (reply, refused, accept) => sendRequestError(reply, refused, parseAccept(accept)),
  });
  methods.answerOptions(app);
  app.addHook('onRequest', (request, _reply, done) => {
    deps.watchOrigin(request.headers);
    done();
  });
  const corsFor = (origin: true | []) =>
    cors({ origin, methods: ['GET', 'POST'], exposedHeaders: ['retry-after', 'www-authenticate'], maxAge: 600 });
  const [ownOrListed, foreign] = [corsFor(true), corsFor([])];
  app.addHook('onRequest', ({ raw, headers }, reply, done) => {
    // Most requests come from no page.
    if (headers.origin === undefined) return done();
    // The library answers a preflight itself.
    if (raw.method === 'OPTIONS') reply.hijack();
    (originAllowed(headers, corsOrigins) ? ownOrListed : foreign)(raw, reply.raw, done);
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('vary', 'Origin').header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    // A proxy then opens its next connection to another instance.
    if (drain.draining) reply.header('connection', 'close');
    done();
  });
  methods.refuseOthers(app);
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendRequestError(reply, requestErrorFor(error, deps), parseAccept(request.headers.accept)),
  );

  /** The latest valid host, because most requests name the same one and then need no URL parser. */
  let latestHost: string | null = null;
  function isHost(host: string): boolean {
    // Apollo's adapter builds a URL from the host, and throws if the host is invalid.
    if (host !== latestHost && !URL.canParse(`http://${host}/`)) return false;
    latestHost = host;
    return true;
  }

  const answerStream = createStreamRequests(deps);

  async function throughApollo(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    // Apollo's check knows no origins, and would refuse each GET without a header of its own.
    if (!mayBeForged(request.method, request.headers, corsOrigins))
      request.headers['apollo-require-preflight'] = 'true';
    const handler = fastifyApolloHandler(await deps.apollo(), { context: apolloContext });
    return handler.call(app, request, reply);
  }

  async function apolloContext(request: FastifyRequest): Promise<ApolloContext> {
    const outcome = await authenticate(request.headers.authorization);
    if (outcome.kind === 'refused') throw asThrown(outcome.requestError);
    return {
      requestContext: requestContextOf(request, 'http', outcome.caller),
      jsonType: jsonTypeFor(parseAccept(request.headers.accept)),
    };
  }

  async function graphql(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const ranges = parseAccept(request.headers.accept);
    if (deps.hasSandbox && request.method !== 'POST' && prefersHtml(ranges)) {
      const page = sandboxPage(deps.sandboxDocument, `${path.slice(1)}/${EXPLORER}`);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', page.contentSecurityPolicy)
        .send(page.html);
    }
    // HEAD shows that the endpoint exists, and executes nothing.
    if (request.method === 'HEAD') return reply.type(jsonTypeFor(ranges) ?? JSON_TYPE).send();
    // HTTP/1.0 allows a request without a host, but Apollo's adapter needs one.
    request.headers.host ??= 'localhost';
    if (!isHost(request.host))
      return sendRequestError(
        reply,
        createRequestError('BAD_REQUEST', 'The Host header is not a valid host name.', { status: 400 }),
        ranges,
      );
    const invalid = request.method === 'GET' ? checkParameters(request.url) : null;
    if (invalid !== null) return sendRequestError(reply, invalid, ranges);
    const streaming = streamingFor(ranges);
    if (streaming === null) return answerRequest(request, reply, ranges);
    const answerJson = async () => throughApollo(request, reply);
    return answerStream({ request, reply, ranges, streaming, answerJson });
  }

  async function answerRequest(
    request: FastifyRequest,
    reply: FastifyReply,
    ranges: readonly Range[],
  ): Promise<unknown> {
    const jsonType = jsonTypeFor(ranges);
    const operation = request.method === 'POST' ? postJsonOperation(request.body) : null;
    if (operation === null || jsonType === null) return throughApollo(request, reply);
    const release = drain.hold();
    try {
      const outcome = await authenticate(request.headers.authorization);
      const answer =
        outcome.kind === 'refused'
          ? refused(outcome.requestError, jsonType)
          : await answerPostJson(operation, requestContextOf(request, 'http', outcome.caller), jsonType, pipeline);
      await endOfTurn();
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    } finally {
      release();
    }
  }

  app.route({ method: ['GET', 'HEAD', 'POST'], url: path, handler: graphql });
  serveSchema(app, deps);
  if (deps.hasSandbox && deps.explorerFiles !== undefined) serveExplorer(app, path, deps.explorerFiles);
  if (deps.eventBridge !== undefined) serveEventBridge(app, deps.eventBridge, deps);
  if (deps.board !== undefined) serveBoard(app, deps.board, path);
  app.get('/health/live', async (_request, reply) => reply.send({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const readiness = await deps.health.ready();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await deps.metrics.expose();
    return reply.type(contentType).send(text);
  });
  return { app, servers };
}

/**
 * The HTTP side of the one path: which transport a request wants, and the way there. Whatever goes wrong on the way (a body that is
 * too large, broken or of a foreign type) is answered like everything else, as GraphQL errors in JSON.
 */
import cors from '@fastify/cors';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { context as otelContext, propagation } from '@opentelemetry/api';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { parseBoundedJson } from '../../runtime/bounded-json.js';
import { isSubscription, statusOf, type ApolloContext } from './apollo.js';
import type { Authenticate } from '../security/auth.js';
import { answerDirectly, plainOperation, refused } from './post-json.js';
import type { Drain } from '../lifecycle/drain.js';
import { explorerPage } from './sandbox-page.js';
import type { Health } from '../lifecycle/health.js';
import { HINTS_PATH, serveHints, type HintsOptions } from './eventbridge-endpoint.js';
import type { HostCheck } from '../security/host-check.js';
import { createHttpServers, type HttpServers } from './http-server.js';
import { sendStream, type Framing, type HttpStreamDeps } from '../streaming/http-stream.js';
import { BodyRefused, againstParameters, boundJsonBodies } from './json-body.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import type { ErrorMasking } from '../documents/error-masking.js';
import { createMethods } from './methods.js';
import { multipart } from '../streaming/multipart.js';
import {
  JSON_TYPE,
  jsonTypeFor,
  parseAccept,
  prefersHtml,
  streamingFor,
  type Range,
  type Streaming,
} from './negotiation.js';
import { FORGEABLE, originAllowed, preflighted, type OriginWatch } from '../security/csrf.js';
import type { OperationRequest, RequestContext } from '../execution/checked-operation.js';
import type { Outcome, Pipeline } from '../execution/pipeline.js';
import { formatted, requestErrorOf, createRequestError, type RequestError } from '../security/request-error.js';
import type { RefusedConnections } from './refused-connections.js';
import type { ResponseStream } from '../execution/response-stream.js';
import { sse } from '../streaming/sse.js';
import { cutUnread } from '../streaming/write-timeout.js';

export type HttpDeps = HttpStreamDeps & {
  readonly path: string;
  readonly explorer: boolean;
  readonly explorerDocument: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly checkHost: HostCheck | null;
  readonly pipeline: Pipeline;
  readonly limitLog: LimitLog;
  readonly apollo: ApolloServer<ApolloContext>;
  readonly authenticate: Authenticate;
  readonly errorMasking: ErrorMasking;
  readonly health: Health;
  readonly drain: Drain;
  readonly hints: HintsOptions | undefined;
  readonly refusedConnections: RefusedConnections;
  readonly watchOrigin: OriginWatch;
};

export type Http = { readonly app: FastifyInstance; readonly servers: HttpServers };

export async function createHttp(deps: HttpDeps): Promise<Http> {
  const { path, pipeline, authenticate, connections, limits, corsOrigins, checkHost, drain } = deps;
  const servers = createHttpServers(limits, deps.refusedConnections, (error) =>
    deps.telemetry.unexpected('http', error),
  );
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    forceCloseConnections: true,
    serverFactory: (handle) => servers.create(handle),
    // Input that is not HTTP is answered by that server.
    clientErrorHandler: () => {},
    // A path that cannot be decoded has no route, and none of the handlers below.
    frameworkErrors: (_error, request, reply) =>
      void sendRequestError(
        reply,
        createRequestError('BAD_REQUEST', 'The path of the request is not a valid URL.', { status: 400 }),
        parseAccept(request.headers.accept),
      ),
  });
  cutUnread(app.server, limits.stalledMs);
  // Bodies that a foreign page can send without asking first are not read at all.
  app.removeContentTypeParser('text/plain');
  boundJsonBodies(app);
  if (checkHost !== null) {
    app.addHook('onRequest', (request, reply, done) => {
      const against = checkHost(request.headers.host);
      if (against === null) done();
      else sendRequestError(reply, against, parseAccept(request.headers.accept));
    });
  }
  const methods = createMethods({
    path,
    hintsPath: deps.hints === undefined ? null : HINTS_PATH,
    send: (reply, refused, accept) => sendRequestError(reply, refused, parseAccept(accept)),
  });
  methods.answerOptions(app);
  app.addHook('onRequest', (request, _reply, done) => {
    deps.watchOrigin(request.headers);
    done();
  });
  const corsFor = (origin: true | string[]) => ({
    origin,
    methods: ['GET', 'POST'],
    // An OPTIONS that is not a preflight is answered like one, and not in a format of its own.
    strictPreflight: false,
    exposedHeaders: ['retry-after', 'www-authenticate'],
    maxAge: 600,
  });
  const [listed, reflected] = [corsFor([...corsOrigins]), corsFor(true)];
  await app.register(cors, {
    delegator: ({ headers }, done) =>
      done(null, headers.origin !== undefined && originAllowed(headers, corsOrigins) ? reflected : listed),
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    // A proxy then opens its next connection where it is wanted.
    if (drain.draining) reply.header('connection', 'close');
    done();
  });
  methods.refuseOthers(app);
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendRequestError(reply, requestErrorFor(error, deps), parseAccept(request.headers.accept)),
  );

  /** Nearly all requests name the same host, so that most need no parser. */
  let latestHost: string | null = null;
  function isHost(host: string): boolean {
    // The adapter to Apollo makes a URL of it, and throws where it is not a host.
    if (host !== latestHost && !URL.canParse(`http://${host}/`)) return false;
    latestHost = host;
    return true;
  }

  const throughApollo = fastifyApolloHandler(deps.apollo, { context: apolloContext });

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
    if (deps.explorer && request.method !== 'POST' && prefersHtml(ranges)) {
      const page = explorerPage(deps.explorerDocument);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', page.contentSecurityPolicy)
        .send(page.html);
    }
    // It says that the endpoint is there, and runs nothing.
    if (request.method === 'HEAD') return reply.type(jsonTypeFor(ranges) ?? JSON_TYPE).send();
    // HTTP/1.0 needs none, and what follows makes a URL of it.
    request.headers.host ??= 'localhost';
    if (!isHost(request.host))
      return sendRequestError(
        reply,
        createRequestError('BAD_REQUEST', 'The Host header is not a valid host name.', { status: 400 }),
        ranges,
      );
    const against = request.method === 'GET' ? againstParameters(request.url) : null;
    if (against !== null) return sendRequestError(reply, against, ranges);
    const streaming = streamingFor(ranges);
    if (streaming === null) return json(request, reply, ranges);
    return stream(request, reply, ranges, streaming);
  }

  async function json(request: FastifyRequest, reply: FastifyReply, ranges: readonly Range[]): Promise<unknown> {
    const jsonType = jsonTypeFor(ranges);
    const operation = request.method === 'POST' ? plainOperation(request.body) : null;
    if (operation === null || jsonType === null) return throughApollo.call(app, request, reply);
    const written = drain.hold();
    try {
      const outcome = await authenticate(request.headers.authorization);
      const answer =
        outcome.kind === 'refused'
          ? refused(outcome.requestError, jsonType)
          : await answerDirectly(operation, requestContextOf(request, 'http', outcome.caller), jsonType, pipeline);
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    } finally {
      written();
    }
  }

  async function stream(
    request: FastifyRequest,
    reply: FastifyReply,
    ranges: readonly Range[],
    streaming: Streaming,
  ): Promise<unknown> {
    const forged = forgery(request, streaming);
    if (forged !== null) return sendRequestError(reply, forged, ranges);
    const operation = operationOf(request);
    if (operation.kind === 'request-error') return sendRequestError(reply, operation, ranges);
    const authenticated = await authenticate(request.headers.authorization);
    if (authenticated.kind === 'refused') return sendRequestError(reply, authenticated.requestError, ranges);
    const { caller } = authenticated;
    const requestContext = requestContextOf(request, streaming.transport, caller);
    const checked = pipeline.check(operation.request, requestContext);
    // Who also reads JSON gets JSON for whatever is no stream.
    if (checked.kind === 'operation' && !isSubscription(checked) && !streaming.only)
      return throughApollo.call(app, request, reply);
    if (checked.kind === 'request-error')
      return streaming.only ? answer(reply, checked, streaming) : sendRequestError(reply, checked, ranges);

    if (!isSubscription(checked)) return answer(reply, await pipeline.run(checked, requestContext), streaming);
    if (!connections.takeSlot(caller.subject)) {
      deps.limitLog.met('socketsPerCaller', caller.subject);
      // No Retry-After: waiting does not help, because the caller has to close one.
      return sendRequestError(
        reply,
        requestErrorOf([limitExceeded('socketsPerCaller', limits.socketsPerCaller)], { status: 429 }),
        ranges,
      );
    }
    const outcome = await pipeline.run(checked, requestContext);
    if (outcome.kind === 'stream')
      return hand(reply, outcome.stream, streaming, caller.expiresAt, () => connections.giveSlot(caller.subject));
    connections.giveSlot(caller.subject);
    return streaming.only || outcome.kind === 'result'
      ? answer(reply, outcome, streaming)
      : sendRequestError(reply, outcome, ranges);
  }

  function hand(
    reply: FastifyReply,
    source: ResponseStream,
    streaming: Streaming,
    expiresAt: number | null,
    ended: () => void,
  ): FastifyReply {
    const headers = headersOf(reply);
    reply.hijack();
    // A stream keeps the time of its reader itself, and counts those whom it cuts off.
    reply.raw.setTimeout(0);
    sendStream(source, { response: reply.raw, headers, framing: framingOf(streaming), expiresAt, ended }, deps).catch(
      (error: unknown) => {
        deps.telemetry.unexpected('http-stream', error);
        reply.raw.destroy();
      },
    );
    return reply;
  }

  /** One result, or what was refused, in the framing of a stream. What HTTP has a status for keeps it. */
  function answer(reply: FastifyReply, outcome: Outcome, streaming: Streaming): FastifyReply {
    if (outcome.kind === 'stream') throw new Error('a stream is no answer that ends');
    if (outcome.kind === 'request-error' && !outcome.okForPlainJson && outcome.status >= 400)
      return sendRequestError(reply, outcome, []);
    const framing = framingOf(streaming);
    const json = JSON.stringify(outcome.kind === 'result' ? outcome.result : { errors: formatted(outcome.errors) });
    return reply
      .type(framing.contentType)
      .send(framing.opening + framing.next({ kind: 'next', json, cursor: null }) + framing.complete);
  }

  function requestContextOf(
    request: FastifyRequest,
    transport: RequestContext['transport'],
    caller: RequestContext['caller'],
  ): RequestContext {
    const lastEventId = request.headers['last-event-id'];
    return {
      transport,
      caller,
      readOnly: request.method !== 'POST',
      lastEventId: transport === 'sse' && typeof lastEventId === 'string' ? lastEventId : null,
      trace: propagation.extract(otelContext.active(), request.headers),
    };
  }

  /** GETs change nothing, but a foreign page could open streams; an EventSource cannot ask first, so there the page's origin decides. */
  function forgery(request: FastifyRequest, streaming: Streaming): RequestError | null {
    if (preflighted(request.headers)) return null;
    if (streaming.transport === 'sse' && request.method === 'GET' && originAllowed(request.headers, corsOrigins))
      return null;
    return createRequestError('BAD_REQUEST', FORGEABLE, { status: 400 });
  }

  app.route({ method: ['GET', 'HEAD', 'POST'], url: path, handler: graphql });
  if (deps.hints !== undefined) serveHints(app, deps.hints, deps);
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

function framingOf(streaming: Streaming): Framing {
  return streaming.transport === 'sse' ? sse : multipart;
}

function operationOf(
  request: FastifyRequest,
): { readonly kind: 'request'; readonly request: OperationRequest } | RequestError {
  if (request.method === 'POST') {
    const { body } = request;
    if (Array.isArray(body)) return createRequestError('BAD_REQUEST', 'Operation batching disabled.', { status: 400 });
    if (typeof body !== 'object' || body === null)
      return createRequestError('BAD_REQUEST', 'The body must be a JSON object with a `query`.', { status: 400 });
    return { kind: 'request', request: body };
  }
  const { searchParams } = new URL(request.url, 'http://localhost');
  const parts: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const values = searchParams.getAll(name);
    if (values.length > 1)
      return createRequestError('BAD_REQUEST', `The '${name}' search parameter may only be specified once.`, {
        status: 400,
      });
    const [value] = values;
    if (value === undefined) continue;
    if (name === 'query' || name === 'operationName') parts[name] = value;
    else {
      try {
        parts[name] = parseBoundedJson(value);
      } catch {
        return createRequestError('BAD_REQUEST', `The ${name} search parameter contains invalid JSON.`, {
          status: 400,
        });
      }
    }
  }
  return { kind: 'request', request: parts };
}

function sendRequestError(reply: FastifyReply, refused: RequestError, ranges: readonly Range[]): FastifyReply {
  const jsonType = jsonTypeFor(ranges) ?? JSON_TYPE;
  return reply
    .code(statusOf(refused, jsonType))
    .headers(refused.headers)
    .type(jsonType)
    .send(JSON.stringify({ errors: formatted(refused.errors) }));
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return headers;
}

/** Apollo takes a status and headers from an error's `http` extension, and removes it before anyone sees it. */
function asThrown(refused: RequestError): GraphQLError {
  const [error] = refused.errors;
  return new GraphQLError(error?.message ?? 'Refused', {
    extensions: {
      ...error?.extensions,
      http: { status: refused.status, headers: new HeaderMap(Object.entries(refused.headers)) },
    },
  });
}

function requestErrorFor(error: FastifyError, { limits, limitLog, errorMasking }: HttpDeps): RequestError {
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

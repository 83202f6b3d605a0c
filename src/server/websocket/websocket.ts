/**
 * graphql-transport-ws on the path of everything else. graphql-ws owns the protocol; here is what it leaves open: who may upgrade, which
 * token counts, how much a socket may ask for, and that nothing that may heal closes with a code after which clients never come back
 * (4400, 4401, 4409, 4429 and 4500 are fatal to graphql-ws' client; 4403, 1012 and 1013 are not).
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { context as otelContext, propagation, type Context as TraceContext } from '@opentelemetry/api';
import {
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { isRecord } from '../../runtime/guards.js';
import type { Authenticate } from '../security/auth.js';
import { credentialsOf } from '../security/credentials.js';
import type { Caller } from '../security/caller.js';
import { createSocketClass, largestMessage } from './close-reasons.js';
import { restarting, type Drain } from '../lifecycle/drain.js';
import type { HostCheck } from '../security/host-check.js';
import type { HttpStreamDeps } from '../streaming/http-stream.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import { originAllowed, type OriginWatch } from '../security/csrf.js';
import type { RequestContext } from '../execution/checked-operation.js';
import type { Pipeline } from '../execution/pipeline.js';
import { formatted, createRequestError, type RequestError } from '../security/request-error.js';
import type { RefusedConnections } from '../http/refused-connections.js';
import { SocketStream, StreamFailed } from './subscription.js';
import { CLOSE_WAIT_MS, SERVICE_RESTART, TRY_AGAIN_LATER, openSocket, type Socket } from './websocket-connection.js';

export type WebSockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

export type WebSocketDeps = HttpStreamDeps & {
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly authenticate: Authenticate;
  readonly drain: Drain;
  readonly corsOrigins: readonly string[];
  readonly limitLog: LimitLog;
  readonly checkHost: HostCheck | null;
  readonly refusedConnections: RefusedConnections;
  readonly watchOrigin: OriginWatch;
};

type Params = Record<string, unknown> | undefined;

/** What hangs on one socket; of the request that opened it, only what is needed. */
type Extra = {
  readonly socket: Socket;
  readonly trace: TraceContext;
  authorization: string | undefined;
  caller: Caller | null;
};

/** A result that is formatted already rides through graphql-ws as a result of which graphql-ws reads nothing. */
type Carried = ExecutionResult & { readonly formatted: FormattedExecutionResult };

/** A message may come in pieces of this size on average. The smallest usual packet carries twice as much. */
const PIECE_BYTES = 256;

export function createWebSockets(deps: WebSocketDeps): WebSockets {
  const { schema, pipeline, authenticate, drain, connections, metrics, limits, corsOrigins } = deps;
  const maxPieces = Math.ceil(largestMessage(limits) / PIECE_BYTES);
  // Named apart, because the declarations of ws lack some of its options.
  const options = {
    noServer: true,
    maxPayload: largestMessage(limits),
    WebSocket: createSocketClass(limits),
    // One message of a socket in a turn of the loop: a packet holds hundreds, and others would wait until all of them are answered.
    allowSynchronousEvents: false,
    // Each piece of a message takes some hundred bytes of memory, however short it is.
    maxFragments: maxPieces,
    maxBufferedChunks: maxPieces,
    // Also where the peer closes, or breaks the protocol, and then keeps its half of the connection.
    closeTimeout: CLOSE_WAIT_MS,
    // A subprotocol must be agreed on for the client to see a close code at all, so that one we do not speak is agreed on and then closed.
    handleProtocols: (offered: ReadonlySet<string>) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : ([...offered][0] ?? false),
  };
  const sockets = new WebSocketServer(options);

  // ws would answer in HTML.
  sockets.on('wsClientError', (error, socket) => {
    const headers = { 'sec-websocket-version': '13' };
    deps.refusedConnections.refuse(
      socket,
      createRequestError('BAD_REQUEST', `This is not a WebSocket handshake: ${error.message}.`, {
        status: 400,
        headers,
      }),
    );
  });

  const server = makeServer<Params, Extra>({
    // The connections' own loop keeps this time.
    connectionInitWaitTimeout: 0,
    async onConnect(context) {
      const { extra, connectionParams } = context;
      // graphql-ws would keep them for as long as the socket is open.
      Object.assign(context, { connectionParams: undefined });
      return admit(extra, connectionParams);
    },
    onSubscribe: async (context, name, payload) => start(context, name, payload),
    execute: settledOf,
    subscribe: settledOf,
    onNext: (_context, _id, _payload, _args, result) => (isCarried(result) ? result.formatted : undefined),
    onError: (_context, _id, _payload, errors) => {
      const cause = errors[0]?.originalError;
      return formatted(cause instanceof StreamFailed ? cause.errors : errors);
    },
  });

  async function admit(
    extra: Extra,
    connectionParams: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean> {
    const { socket, authorization } = extra;
    if (drain.draining) return turnedAway(socket, SERVICE_RESTART, 'Service restart');
    extra.authorization = undefined;
    const outcome = await authenticate(credentialsOf(connectionParams) ?? authorization);
    if (outcome.kind === 'refused') {
      const reason = outcome.requestError.errors[0]?.message ?? 'Forbidden';
      return turnedAway(socket, outcome.retryable ? TRY_AGAIN_LATER : CloseCode.Forbidden, reason);
    }
    // The socket may have gone while the issuer was asked; then nobody would give the slot back.
    if (socket.over) return false;
    if (!connections.takeSlot(outcome.caller.subject)) {
      deps.limitLog.met('socketsPerCaller', outcome.caller.subject);
      return turnedAway(socket, TRY_AGAIN_LATER, limitExceeded('socketsPerCaller', limits.socketsPerCaller).message);
    }
    extra.caller = outcome.caller;
    socket.acknowledged(outcome.caller);
    return true;
  }

  function turnedAway(socket: Socket, code: number, reason: string): false {
    socket.shut(code, reason);
    return false;
  }

  /** Never throws: graphql-ws would pass it on, and the socket with all its other operations would have to close. */
  async function start(context: Context<Params, Extra>, name: string, payload: SubscribePayload) {
    const { socket, caller, trace } = context.extra;
    const id = socket.operations.idOf(name) ?? name;
    if (caller === null)
      return [new GraphQLError('The connection is not initialised.', { extensions: { code: 'UNAUTHENTICATED' } })];
    const running = Object.keys(context.subscriptions).length;
    if (running > limits.operationsPerSocket) {
      deps.limitLog.met('operationsPerSocket', caller.subject);
      return [limitExceeded('operationsPerSocket', limits.operationsPerSocket, running)];
    }
    const requestContext: RequestContext = {
      transport: 'websocket',
      caller,
      readOnly: false,
      lastEventId: null,
      trace,
    };
    const checked = pipeline.check(payload, requestContext);
    if (checked.kind === 'request-error') return checked.errors;
    // graphql-ws keeps the message for as long as the operation runs, and reads nothing of it any more.
    Object.assign(payload, { query: '', variables: null, extensions: null });
    if (drain.draining) {
      // An error would end the operation for good at the client; a restart makes it come back with all its operations.
      socket.operations.drop(id);
      socket.restart();
      return restarting().errors;
    }
    const outcome = await pipeline.run(checked, requestContext);
    if (outcome.kind === 'request-error') return outcome.errors;
    if (outcome.kind === 'stream') socket.operations.streams(id);
    const settled: SocketStream | Carried =
      outcome.kind === 'result' ? { formatted: outcome.result } : new SocketStream(id, outcome.stream, socket, metrics);
    // With all members that graphql-ws would otherwise add: an object that grows weighs more, and it is kept for as long as the operation runs.
    return {
      schema,
      document: checked.document.ast,
      operationName: checked.operation.name?.value ?? null,
      contextValue: settled,
      rootValue: null,
    };
  }

  function against({ url, headers }: IncomingMessage): RequestError | null {
    if (!asksFor(deps.path, url ?? '')) return createRequestError('NOT_FOUND', 'Not Found', { status: 404 });
    const misled = deps.checkHost?.(headers.host) ?? null;
    if (misled !== null) return misled;
    deps.watchOrigin(headers);
    // A browser lets any page open a WebSocket anywhere; only the Origin tells.
    if (!originAllowed(headers, corsOrigins)) {
      return createRequestError(
        'FORBIDDEN',
        `Pages of ${headers.origin ?? 'an unknown origin'} may not connect. The operator lists the origins that may in CORS_ORIGINS.`,
        { status: 403 },
      );
    }
    return drain.draining ? restarting() : null;
  }

  return {
    upgrade(request, socket, head) {
      const refused = against(request);
      if (refused !== null) return deps.refusedConnections.refuse(socket, refused);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const { authorization } = request.headers;
        const trace = propagation.extract(otelContext.active(), request.headers);
        openSocket(
          webSocket,
          socket,
          (protocolSocket, own) => server.opened(protocolSocket, { socket: own, trace, authorization, caller: null }),
          deps,
        );
      });
    },
    async close() {
      await new Promise<void>((resolve) => {
        sockets.close(() => resolve());
      });
    },
  };
}

function asksFor(path: string, target: string): boolean {
  // As nearly all do, and a URL need not be made of it.
  if (target === path) return true;
  return URL.canParse(target, 'http://localhost') && new URL(target, 'http://localhost').pathname === path;
}

/** The context of an execution is here the outcome that the pipeline has settled already. */
function settledOf({ contextValue }: ExecutionArgs): SocketStream | Carried {
  if (contextValue instanceof SocketStream || isCarried(contextValue)) return contextValue;
  throw new Error('an operation without an outcome reached its execution');
}

function isCarried(result: unknown): result is Carried {
  return isRecord(result) && 'formatted' in result;
}

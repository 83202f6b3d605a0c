/**
 * graphql-transport-ws on the GraphQL endpoint. The library graphql-ws owns the protocol. This file decides who may
 * upgrade, which token counts, and how many operations a WebSocket may run. A retryable failure never closes with a
 * fatal code. The client of graphql-ws treats 4400, 4401, 4409, 4429 and 4500 as fatal, and reconnects after 4403, 1012
 * and 1013.
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
import { credentialsOf } from '../security/request-credentials.js';
import type { Caller } from '../security/caller.js';
import { createWebSocketClass, largestMessage } from './close-reasons.js';
import { restarting, type Drain } from '../lifecycle/drain.js';
import type { HostCheck } from '../security/host-check.js';
import type { HttpStreamDeps } from '../streaming/http-stream.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import { originAllowed, type OriginWatch } from '../security/csrf.js';
import type { RequestContext } from '../execution/checked-operation.js';
import type { Pipeline } from '../execution/pipeline.js';
import { createRequestError, formatted, type RequestError } from '../security/request-error.js';
import type { RefusedConnections } from '../http/refused-connections.js';
import { SubscriptionFailed, WebSocketSubscription } from './subscription.js';
import { CLOSE_WAIT_MS, SERVICE_RESTART, TRY_AGAIN_LATER, WebSocketConnection } from './websocket-connection.js';

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

/** The state of one WebSocket, with the needed parts of its opening request. */
type Extra = {
  readonly socket: WebSocketConnection;
  readonly trace: TraceContext;
  authorization: string | undefined;
  caller: Caller | null;
};

/** A formatted result in the form of an execution result, of which graphql-ws reads no member. */
type Carried = ExecutionResult & { readonly formatted: FormattedExecutionResult };

/** The smallest average size of a message's fragments. The smallest usual packet carries twice as much. */
const PIECE_BYTES = 256;

export function createWebSockets(deps: WebSocketDeps): WebSockets {
  const { schema, pipeline, authenticate, drain, connections, metrics, limits, corsOrigins } = deps;
  const maxFragments = Math.ceil(largestMessage(limits) / PIECE_BYTES);
  // A variable, because the type declarations of ws lack some of its options, which a literal may not have.
  const options = {
    noServer: true,
    maxPayload: largestMessage(limits),
    WebSocket: createWebSocketClass(limits),
    // One message of a socket in a turn of the loop. A packet can hold hundreds, and other sockets would wait for all
    // answers.
    allowSynchronousEvents: false,
    // Each fragment takes some hundred bytes of memory, independent of its length.
    maxFragments,
    maxBufferedChunks: maxFragments,
    // The timeout also holds for a peer that closes or sends an invalid frame, and then keeps its half of the
    // connection.
    closeTimeout: CLOSE_WAIT_MS,
    // A client sees a close code only after an agreed subprotocol, so an unknown one is accepted and then closed with
    // 4406.
    handleProtocols: (offered: ReadonlySet<string>) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : ([...offered][0] ?? false),
  };
  const sockets = new WebSocketServer(options);

  // The listener answers in JSON, because ws would answer in HTML.
  sockets.on('wsClientError', (error, socket) => {
    const headers = { 'sec-websocket-version': '13' };
    deps.refusedConnections.refuse(
      socket,
      createRequestError('BAD_REQUEST', `Not a valid WebSocket handshake: ${error.message}.`, { status: 400, headers }),
    );
  });

  const server = makeServer<Params, Extra>({
    // The loop of the connections keeps this time.
    connectionInitWaitTimeout: 0,
    async onConnect(context) {
      const { extra, connectionParams } = context;
      // graphql-ws would keep the parameters while the socket is open.
      Object.assign(context, { connectionParams: undefined });
      return admit(extra, connectionParams);
    },
    onSubscribe: async (context, name, payload) => start(context, name, payload),
    execute: settledOf,
    subscribe: settledOf,
    onNext: (_context, _id, _payload, _args, result) => (isCarried(result) ? result.formatted : undefined),
    onError: (_context, _id, _payload, errors) => {
      const cause = errors[0]?.originalError;
      return formatted(cause instanceof SubscriptionFailed ? cause.errors : errors);
    },
  });

  async function admit(
    extra: Extra,
    connectionParams: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean> {
    const { socket, authorization } = extra;
    if (drain.draining) return refuseConnection(socket, SERVICE_RESTART, 'Service restart');
    extra.authorization = undefined;
    const outcome = await authenticate(credentialsOf(connectionParams) ?? authorization);
    if (outcome.kind === 'refused') {
      const reason = outcome.requestError.errors[0]?.message ?? 'Forbidden';
      return refuseConnection(socket, outcome.retryable ? TRY_AGAIN_LATER : CloseCode.Forbidden, reason);
    }
    // The socket may have closed during authentication, and then would never release a slot.
    if (socket.over) return false;
    if (!connections.takeSlot(outcome.caller.subject)) {
      deps.limitLog.met('socketsPerCaller', outcome.caller.subject);
      return refuseConnection(
        socket,
        TRY_AGAIN_LATER,
        limitExceeded('socketsPerCaller', limits.socketsPerCaller).message,
      );
    }
    extra.caller = outcome.caller;
    socket.acknowledged(outcome.caller);
    return true;
  }

  function refuseConnection(socket: WebSocketConnection, code: number, reason: string): false {
    socket.shut(code, reason);
    return false;
  }

  /** Returns errors and never throws, because a thrown error would close the socket with all its operations. */
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
    // graphql-ws keeps the message while the operation runs, but reads it no more, so its members are released.
    Object.assign(payload, { query: '', variables: null, extensions: null });
    if (drain.draining) {
      // A restart makes the client reconnect with all its operations, and an error would end the operation.
      socket.operations.drop(id);
      socket.restart();
      return restarting().errors;
    }
    const outcome = await pipeline.run(checked, requestContext);
    if (outcome.kind === 'request-error') return outcome.errors;
    if (outcome.kind === 'stream') socket.operations.streams(id);
    const settled: WebSocketSubscription | Carried =
      outcome.kind === 'result'
        ? { formatted: outcome.result }
        : new WebSocketSubscription(id, outcome.stream, socket, metrics);
    // The object has all members that graphql-ws would add, because a grown object takes more memory while the
    // operation runs.
    return {
      schema,
      document: checked.document.ast,
      operationName: checked.operation.name?.value ?? null,
      contextValue: settled,
      rootValue: null,
    };
  }

  function checkUpgrade({ url, headers }: IncomingMessage): RequestError | null {
    if (!isPath(deps.path, url ?? ''))
      return createRequestError('NOT_FOUND', `Not found. The GraphQL endpoint is ${deps.path}.`, { status: 404 });
    const wrongHost = deps.checkHost?.(headers.host) ?? null;
    if (wrongHost !== null) return wrongHost;
    deps.watchOrigin(headers);
    // A browser lets any page open a WebSocket to any host, so only the Origin header can refuse it.
    if (!originAllowed(headers, corsOrigins)) {
      return createRequestError(
        'FORBIDDEN',
        `Pages of ${headers.origin ?? 'an unknown origin'} may not connect. The operator lists the origins that may ` +
          `in CORS_ORIGINS.`,
        { status: 403 },
      );
    }
    return drain.draining ? restarting() : null;
  }

  return {
    upgrade(request, socket, head) {
      const refused = checkUpgrade(request);
      if (refused !== null) return deps.refusedConnections.refuse(socket, refused);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const { authorization } = request.headers;
        const trace = propagation.extract(otelContext.active(), request.headers);
        const connection = new WebSocketConnection(webSocket, deps);
        connection.open(socket, (protocolSocket) =>
          server.opened(protocolSocket, { socket: connection, trace, authorization, caller: null }),
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

function isPath(path: string, target: string): boolean {
  // The comparison saves the URL parser for most requests.
  if (target === path) return true;
  return URL.canParse(target, 'http://localhost') && new URL(target, 'http://localhost').pathname === path;
}

/** The outcome that the pipeline has settled, which `start` passes as the context value of the execution. */
function settledOf({ contextValue }: ExecutionArgs): WebSocketSubscription | Carried {
  if (contextValue instanceof WebSocketSubscription || isCarried(contextValue)) return contextValue;
  throw new Error('an operation reached its execution without an outcome');
}

function isCarried(result: unknown): result is Carried {
  return isRecord(result) && 'formatted' in result;
}

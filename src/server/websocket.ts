/**
 * graphql-transport-ws on the path of everything else. graphql-ws owns the protocol; here is what it leaves open: who may upgrade, which
 * token counts, how much a socket may ask for, and that nothing that may heal closes with a code after which clients never come back
 * (4400, 4401, 4409, 4429 and 4500 are fatal to graphql-ws' client; 4403, 1012 and 1013 are not).
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { context as otelContext, propagation } from '@opentelemetry/api';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { SECOND } from '../clock.js';
import { credentialsOf, type Authenticate } from './auth.js';
import type { Caller } from './caller.js';
import { RESTARTING, type Drain } from './drain.js';
import type { HttpStreamDeps } from './http-stream.js';
import { limitExceeded } from './limits.js';
import { originAllowed } from './origin.js';
import type { Exchange, Outcome, Pipeline } from './pipeline.js';
import { formatted } from './refusal.js';
import type { ResponseStream } from './response-stream.js';
import { openSocket, type Socket } from './socket.js';

export type WebSockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

type Deps = HttpStreamDeps & {
  readonly pipeline: Pipeline;
  readonly authenticate: Authenticate;
  readonly drain: Drain;
  readonly corsOrigins: readonly string[];
};

/** What hangs on one socket. */
type Extra = { readonly socket: Socket; readonly request: IncomingMessage; caller: Caller | null };

export const SERVICE_RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;

export function createWebSockets(deps: Deps): WebSockets {
  const { pipeline, authenticate, drain, connections, metrics, limits, telemetry, corsOrigins } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    // A subprotocol must be agreed on for the client to see a close code at all, so that one we do not speak is agreed on and then closed.
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : ([...offered][0] ?? false)),
  });

  // What graphql-ws calls the arguments of an execution is here only the key under which the outcome waits to be sent.
  const outcomes = new WeakMap<object, Outcome>();

  const server = makeServer<Record<string, unknown> | undefined, Extra>({
    // The connection's own loop keeps this time.
    connectionInitWaitTimeout: 0,
    // A client that sends only the hash of its operation leaves `query` out, which graphql-ws takes for a broken message.
    jsonMessageReviver: (key, value: unknown) => (key === 'payload' && isHashOnly(value) ? { ...value, query: '' } : value),
    onConnect: async ({ extra, connectionParams }) => admit(extra, connectionParams),
    onSubscribe: async (context, _id, payload) => start(context, payload),
    execute: (args) => settled(args),
    subscribe: (args) => settled(args),
    onNext: (_context, _id, _payload, _args, result) => plain(result),
    onError: (_context, _id, _payload, errors) => formatted(errors),
  });

  async function admit(extra: Extra, connectionParams: Readonly<Record<string, unknown>> | undefined): Promise<boolean> {
    const { socket, request } = extra;
    if (drain.draining) return refused(socket, SERVICE_RESTART, 'Service restart');
    const outcome = await authenticate(credentialsOf(connectionParams) ?? request.headers.authorization);
    if (outcome.kind === 'refused') {
      metrics.authenticated(outcome.heals ? 'unavailable' : 'refused');
      const reason = outcome.refusal.errors[0]?.message ?? 'Forbidden';
      return outcome.heals ? refused(socket, TRY_AGAIN_LATER, reason) : refused(socket, CloseCode.Forbidden, reason);
    }
    metrics.authenticated('accepted');
    // The socket may have gone while the issuer was asked; then nobody would give the slot back.
    if (socket.over) return false;
    if (!connections.takeSlot(outcome.caller.subject)) return refused(socket, TRY_AGAIN_LATER, limitExceeded('socketsPerCaller', limits.socketsPerCaller).message);
    extra.caller = outcome.caller;
    socket.acknowledged(outcome.caller);
    return true;
  }

  function refused(socket: Socket, code: number, reason: string): false {
    socket.shut(code, reason);
    return false;
  }

  /** Never throws: graphql-ws would close the socket, with the error's text as reason and a code that clients do not retry. */
  async function start(context: Context<Record<string, unknown> | undefined, Extra>, payload: SubscribePayload) {
    const { socket, caller, request } = context.extra;
    if (caller === null) return [limitExceeded('operationsPerSocket', 0)];
    const running = Object.keys(context.subscriptions).length;
    if (running > limits.operationsPerSocket) return [limitExceeded('operationsPerSocket', limits.operationsPerSocket, running)];
    const exchange: Exchange = {
      transport: 'websocket',
      caller,
      readOnly: false,
      lastEventId: null,
      trace: propagation.extract(otelContext.active(), { ...request.headers, ...payload.extensions }),
    };
    const prepared = pipeline.prepare(payload, exchange);
    if (prepared.kind === 'refusal') return prepared.errors;
    const outcome = await pipeline.run(prepared, exchange);
    if (outcome.kind === 'refusal') {
      // An error would end the operation for good at the client; a restart makes it come back with all its operations.
      if (outcome.errors[0]?.extensions['code'] === RESTARTING) socket.shut(SERVICE_RESTART, 'Service restart');
      return outcome.errors;
    }
    const args = { schema: deps.schema, document: prepared.checked.document, operationName: prepared.operation.name?.value ?? null, contextValue: socket };
    outcomes.set(args, outcome);
    return args;
  }

  function settled(args: object): AsyncGenerator<FormattedExecutionResult> | FormattedExecutionResult {
    const outcome = outcomes.get(args);
    if (outcome === undefined || outcome.kind === 'refusal') throw new Error('an operation without an outcome reached its execution');
    return outcome.kind === 'result' ? outcome.result : deliveries(outcome.stream, args);
  }

  return {
    upgrade(request, socket, head) {
      const status = statusAgainst(request);
      if (status !== null) return reject(socket, status);
      sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request, socket));
    },
    async close() {
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

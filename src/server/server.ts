/**
 * One HTTP server with everything on it: GraphQL over every transport at `/graphql`, health and metrics beside it. It is handed a schema
 * and knows nothing of what that is about.
 */
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../runtime/clock.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { createApollo } from './http/apollo.js';
import { createAuthenticator, type Authenticate, type AuthOptions } from './security/auth.js';
import type { Caller } from './security/caller.js';
import { createConnections } from './lifecycle/connections.js';
import { createDocuments } from './documents/documents.js';
import { createDrain, type DrainOptions } from './lifecycle/drain.js';
import { createHealth, type Readiness } from './lifecycle/health.js';
import type { EventBridgeOptions } from './http/eventbridge-endpoint.js';
import { createHostCheck } from './security/host-check.js';
import { createHttp } from './http/http.js';
import { createLimitLog } from './security/limit-log.js';
import { DEFAULT_LIMITS, type Limits } from './security/limits.js';
import { createMasking, type Explain } from './documents/error-masking.js';
import { createMetrics, type Metrics } from './lifecycle/metrics.js';
import { createOriginWatch } from './security/csrf.js';
import { createPersisted, type PersistedOptions } from './documents/persisted.js';
import { createPipeline } from './execution/pipeline.js';
import { createRefusedConnections } from './http/refused-connections.js';
import { acceptUpgrades } from './websocket/upgrades.js';
import { DEFAULT_SCOPE_RULES } from './security/scopes.js';
import { createWebSockets } from './websocket/websocket.js';

export type ServerOptions = {
  readonly schema: GraphQLSchema;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Landing page and introspection. */
  readonly explorer: boolean;
  /** What the landing page's Sandbox shows first. */
  readonly sandboxDocument?: string | undefined;
  /** Pages of these origins may ask. Without authentication also the names, beside those of loopback, that the server may be called by. */
  readonly corsOrigins: readonly string[];
  readonly auth: AuthOptions;
  readonly persisted: PersistedOptions;
  readonly limits?: Partial<Limits> | undefined;
  readonly drainMs: number;
  /** The GraphQL context value of one operation. `resumeAfter` is where its client wants to go on, as an opaque text. */
  contextOf(caller: Caller, request: { resumeAfter: string | null }): object;
  /** Where EventBridge may send events; absent: nowhere. */
  readonly eventBridge?: EventBridgeOptions | undefined;
  /** Whether what the server depends on works. */
  ready(): Promise<Readiness>;
  /** What a client may be told of an error that is not meant for it: of a dependency that is away, and comes back. */
  readonly explain?: Explain | undefined;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
};

export type Server = {
  /** http://host:port/graphql */
  readonly url: string;
  /**
   * Says that it is not ready, goes on to answer, sends readers away in random slices over `drainMs`, and stops to listen at the end. Idempotent.
   * @param serveOn takes all of `drainMs`, so that load balancers notice. Otherwise the drain is over as soon as nothing is left to do.
   */
  drain(how?: Pick<DrainOptions, 'serveOn'>): Promise<void>;
  /** For a process that ends in this turn of the event loop: tells every reader to come back, and waits for nothing. */
  abandon(): void;
  /** Ends at once whatever is left. Idempotent. */
  close(): Promise<void>;
};

const PATH = '/graphql';
/** Connections that may wait to be accepted, as far as the machine allows. Node's 511 are fewer than the clients that come back after an outage. */
const BACKLOG = 4096;

/** Resolves when the server listens; rejects, with nothing left open, if it cannot. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { schema, telemetry, clock, corsOrigins } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = createMetrics(telemetry);
  const masking = createMasking(telemetry, options.explain);
  const authenticator = createAuthenticator(options.auth, { clock, telemetry });
  const authenticate = counted(authenticator.authenticate, metrics);
  const connections = createConnections({ clock, telemetry, slotsPerSubject: limits.socketsPerCaller });
  const drain = createDrain({ clock, drainMs: options.drainMs, telemetry, connections });
  const documents = createDocuments(schema, { limits, introspection: options.explorer });
  const limitLog = createLimitLog({ clock, telemetry });
  const pipeline = createPipeline({
    schema,
    limits,
    documents,
    persisted: createPersisted(options.persisted),
    masking,
    scopeRules: (options.auth.mode === 'jwt' ? options.auth.scopeRules : undefined) ?? DEFAULT_SCOPE_RULES,
    limitLog,
    metrics,
    telemetry,
    clock,
    contextOf: (caller, request) => options.contextOf(caller, request),
    admit: () => drain.admit(),
  });
  const checkHost = createHostCheck(options.auth, corsOrigins);
  const watchOrigin = createOriginWatch(corsOrigins, (facts, message) => telemetry.log.warn(facts, message));
  const refusedConnections = createRefusedConnections(clock);
  const shared = {
    path: PATH,
    schema,
    connections,
    metrics,
    limits,
    clock,
    telemetry,
    pipeline,
    limitLog,
    authenticate,
    corsOrigins,
    checkHost,
    drain,
    refusedConnections,
    watchOrigin,
  };
  const apollo = await createApollo({ schema, pipeline, documents, masking, telemetry });
  const health = createHealth({
    ready: () => options.ready(),
    draining: () => drain.draining,
    authenticationTrouble: () => authenticator.lastError(),
    telemetry,
  });
  const webSockets = createWebSockets(shared);
  const { app: http, servers } = await createHttp({
    ...shared,
    // Sandbox asks for the schema first, and for operations that are registered nowhere.
    hasSandbox: options.explorer && options.persisted.mode === 'off',
    sandboxDocument: options.sandboxDocument,
    apollo,
    masking,
    health,
    eventBridge: options.eventBridge,
  });
  acceptUpgrades(http.server, (request, socket, head) => webSockets.upgrade(request, socket, head), {
    isAnswered: (socket) => servers.isAnswered(socket),
    whenAnswered: (socket, callback) => servers.whenAnswered(socket, callback),
    endWithin: (socket, ms) => refusedConnections.endWithin(socket, ms),
    patienceMs: limits.stalledMs,
    failed: (error) => telemetry.unexpected('upgrade', error),
  });

  async function release(): Promise<void> {
    authenticator.close();
    await connections.close();
    await webSockets.close();
    refusedConnections.close();
    http.server.closeAllConnections();
    await http.close();
    await apollo.stop();
    health.close();
  }

  try {
    await http.listen({ host: options.host, port: options.port, backlog: BACKLOG });
  } catch (error) {
    await release();
    throw error;
  }
  authenticator.prepare();
  let closing: Promise<void> | null = null;
  return {
    url: urlOf(options.host, http.server.address()),
    drain: ({ serveOn } = { serveOn: false }) => drain.drain({ serveOn, stopListening: () => servers.stopListening() }),
    abandon: () => connections.abandon(),
    close() {
      closing ??= release();
      return closing;
    },
  };
}

function counted(authenticate: Authenticate, metrics: Metrics): Authenticate {
  return async (credentials) => {
    const outcome = await authenticate(credentials);
    metrics.authenticated(outcome.kind === 'caller' ? 'accepted' : outcome.retryable ? 'unavailable' : 'refused');
    return outcome;
  };
}

function urlOf(host: string, address: ReturnType<import('node:http').Server['address']>): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${PATH}`;
}

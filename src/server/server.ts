/**
 * One HTTP server for GraphQL on every transport, health and metrics. It receives a schema and does not know what the
 * schema is about.
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
import { createErrorMasking, type Explain } from './documents/error-masking.js';
import { createMetrics, type Metrics } from './lifecycle/metrics.js';
import { createOriginWatch } from './security/csrf.js';
import { createPersisted, type PersistedOptions } from './documents/persisted.js';
import { createPipeline } from './execution/pipeline.js';
import { createSignIn, type SignInOptions } from './security/issuer/sign-in.js';
import { createRefusedConnections } from './http/refused-connections.js';
import { acceptUpgrades } from './websocket/upgrades.js';
import { DEFAULT_SCOPE_RULES } from './security/scopes.js';
import { createWebSockets } from './websocket/websocket.js';

export type ServerOptions = {
  readonly schema: GraphQLSchema;
  readonly host: string;
  /** The port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Enables the landing page, introspection and the schema's file. */
  readonly explorer: boolean;
  /** The folder with the files of GraphiQL, which the landing page falls back to; undefined without them. */
  readonly explorerFiles?: URL | undefined;
  /** The operation that the Sandbox of the landing page opens with. */
  readonly sandboxDocument?: string | undefined;
  /**
   * The origins whose pages may call. Without authentication the server also accepts their host names, beside loopback.
   */
  readonly corsOrigins: readonly string[];
  readonly auth: AuthOptions;
  readonly persisted: PersistedOptions;
  readonly limits?: Partial<Limits> | undefined;
  readonly drainMs: number;
  /** The GraphQL context value of one operation. `resumeAfter` is the cursor after which its client resumes. */
  contextOf(caller: Caller, request: { resumeAfter: string | null }): object;
  /** The endpoint for events of EventBridge; undefined if there is none. */
  readonly eventBridge?: EventBridgeOptions | undefined;
  /** The page for people, with the folder of its files; undefined if there is none. */
  readonly board?: { readonly directory: URL; readonly signIn: SignInOptions | null } | undefined;
  /** Reports if the dependencies of the server work. */
  ready(): Promise<Readiness>;
  /** The client's message for an internal error, such as that of a dependency which is temporarily unavailable. */
  readonly explain?: Explain | undefined;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
};

export type Server = {
  /** http://host:port/graphql */
  readonly url: string;
  /**
   * Reports that the server is not ready, goes on answering, closes streams at random times over `drainMs`, and stops
   * listening at the end. Idempotent.
   * @param serveOn uses all of `drainMs`, so that load balancers notice. Otherwise the drain ends as soon as nothing
   * runs.
   */
  drain(how?: Pick<DrainOptions, 'serveOn'>): Promise<void>;
  /** Asks every subscriber to reconnect and to resume after its last cursor. The server goes on. */
  reconnect(): void;
  /**
   * Asks every subscriber to reconnect and waits for nothing, because the process ends in this iteration of the event
   * loop.
   */
  abandon(): void;
  /** Closes everything that is still open, at once. Idempotent. */
  close(): Promise<void>;
};

const PATH = '/graphql';
/**
 * Connections that may wait to be accepted, if the system allows as many. Node's 511 are too few for clients that
 * reconnect after an outage.
 */
const BACKLOG = 4096;

/** Resolves when the server listens. If it cannot listen, it rejects and leaves nothing open. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { schema, telemetry, clock, corsOrigins } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = createMetrics(telemetry);
  const errorMasking = createErrorMasking(telemetry, options.explain);
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
    errorMasking,
    scopeRules: (options.auth.mode === 'jwt' ? options.auth.scopeRules : undefined) ?? DEFAULT_SCOPE_RULES,
    limitLog,
    metrics,
    telemetry,
    clock,
    contextOf: (caller, request) => options.contextOf(caller, request),
    admit: () => drain.admit(),
  });
  const checkHost = createHostCheck(options.auth, corsOrigins);
  const watchOrigin = createOriginWatch(corsOrigins, (fields, message) => telemetry.log.warn(fields, message));
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
  let apollo: ReturnType<typeof createApollo> | null = null;
  const health = createHealth({
    ready: () => options.ready(),
    draining: () => drain.draining,
    authenticationError: () => authenticator.lastError(),
    telemetry,
  });
  // Sandbox sends an introspection query and unregistered operations, so it does not work with persisted operations
  // only.
  const page = options.explorer && options.persisted.mode === 'off';
  const webSockets = createWebSockets(shared);
  const { app: http, servers } = await createHttp({
    ...shared,
    introspection: options.explorer,
    hasSandbox: page,
    explorerFiles: options.explorerFiles,
    sandboxDocument: options.sandboxDocument,
    // Apollo Server prints the whole schema when it is made, so it is made for the first request that needs it.
    apollo: () => (apollo ??= createApollo({ schema, pipeline, documents, errorMasking, telemetry })),
    errorMasking,
    health,
    eventBridge: options.eventBridge,
    board: options.board && {
      directory: options.board.directory,
      auth: options.auth.mode,
      readSignIn: options.board.signIn && createSignIn(options.board.signIn, { clock }),
      hasSandbox: page,
      hasSchemaFile: options.explorer,
    },
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
    await (await apollo)?.stop();
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
    reconnect: () => connections.restart(),
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

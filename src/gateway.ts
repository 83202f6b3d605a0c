/** Builds the gateway from its settings. Parts start from the database upwards and stop from the server downwards. */
import { SECOND, systemClock, type Clock } from './runtime/clock.js';
import type { Config } from './config/config.js';
import { createEditService } from './edits/edit-service.js';
import { isDatabaseFailure } from './db/errors/cannot-write.js';
import { openDatabase } from './db/open.js';
import { isDamage } from './db/errors/unreadable-row.js';
import type { Database } from './db/database.js';
import { probeWrite } from './db/probe.js';
import type { GraphqlContext } from './graphql/context.js';
import { serviceUnavailable } from './graphql/errors.js';
import { createSchema } from './graphql/schema.js';
import type { Catalog, TaskInput } from './partner-central/model/task-kind.js';
import { checkOutcome } from './records/outcome-check.js';
import { createRecordService } from './records/record-service.js';
import type { PartnerCentral } from './partner-central/client.js';
import { EXAMPLE_DOCUMENT } from './example-document.js';
import { persistedDocuments } from './persisted-operations.js';
import type { AuthOptions } from './server/security/auth.js';
import type { Caller } from './server/security/caller.js';
import { createDocumentValidator } from './server/documents/documents.js';
import { DEFAULT_LIMITS } from './server/security/limits.js';
import { assertCanListen } from './server/lifecycle/port.js';
import { createServer, type ServerOptions } from './server/server.js';
import { createTaskService } from './tasks/service/task-service.js';
import type { Viewer } from './tasks/viewer.js';
import { createTelemetry, type Telemetry } from './runtime/telemetry.js';
import { within } from './runtime/within.js';
import { createHub } from './transitions/hub.js';
import { createClockNotices, createReadiness, gaugesOf, readinessOf, statusOf } from './status.js';
import { linkUpstream } from './upstream.js';
import { createEventIntake, type EventIntake } from './worker/events/event-intake.js';
import { createEventWatch, type EventWatch } from './worker/events/event-watch.js';
import { createTroubles } from './worker/troubles.js';
import { VERSION } from './version.js';
import { startWorker } from './worker/worker.js';

/**
 * Time for AWS calls in flight to finish at shutdown; a Start takes 2 to 3 s. The next process repeats an interrupted
 * call.
 */
const FINISH_CALLS_MS = 4 * SECOND;
/** Time limit for the warnings of a start. A read of AWS takes about a tenth of it. */
const WARN_MS = 2 * SECOND;

export type Gateway = {
  /** Address of the GraphQL endpoint. */
  readonly url: string;
  /** Description of the upstream, for people. */
  readonly upstream: string;
  readonly dataLocation: string;
  /**
   * Closes the streams, finishes AWS calls in flight, then closes everything. Safe to call twice.
   * @param how with `serveOn`, requests are answered for all of `drainMs`, until a load balancer sees that the gateway
   * is not ready
   */
  stop(how?: { readonly serveOn: boolean }): Promise<void>;
  /** Asks clients to reconnect and waits for nothing. The process must end in the same turn of the event loop. */
  abandon(): void;
};

export type Overrides = {
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
  /** Returns a number from 0 to 1. */
  readonly random?: () => number;
  /** Wraps the database. A test counts the steps here, and kills the process at one of them. */
  readonly database?: (db: Database) => Database;
  readonly partnerCentral?: (partnerCentral: PartnerCentral) => PartnerCentral;
};

/** @throws when it cannot start. Nothing is left running then. */
export async function createGateway(config: Config, overrides: Overrides = {}): Promise<Gateway> {
  const clock = overrides.clock ?? systemClock;
  const telemetry = overrides.telemetry ?? createTelemetry({ level: config.logLevel, ofProcess: true });
  telemetry.log.info({ version: VERSION, node: process.version }, 'starting');
  const stopping = new AbortController();
  /** The closing functions of the started parts, latest part first, which is the order of stopping. */
  const started: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    const failures: unknown[] = [];
    // A part that cannot be closed must not keep the others open.
    for (const close of started.splice(0)) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };

  try {
    const schema = createSchema();
    const mistakesIn = createDocumentValidator(schema, {
      limits: { ...DEFAULT_LIMITS, ...config.limits },
      introspection: config.explorer,
    });
    // The manifest is read before anything starts, because a wrong manifest is a wrong setting.
    const documents = await persistedDocuments(config.operationsManifest, mistakesIn);
    // Each check that can refuse runs before the first write, because an old version cannot start after a migration.
    await assertCanListen(config.host, config.port);
    const link = linkUpstream({ config, clock, telemetry });
    started.unshift(() => link.close());
    const opened = await openDatabase({
      ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl }),
      poolSize: config.databasePoolSize,
      dataDir: config.dataDir,
      clock,
      warn: (message) => telemetry.log.warn(message),
      inspect: (sql, store) => link.prepare(sql, store),
    });
    const db = overrides.database?.(opened) ?? opened;
    // The database closes last, because the link holds one of its leases.
    started.push(() => db.close());
    const clocks = createClockNotices({ db, clock, telemetry });
    const upstream = await link.connect(db);
    const hub = await createHub({ db, clock, telemetry });
    started.unshift(() => hub.close());
    const partnerCentral = overrides.partnerCentral?.(upstream.partnerCentral) ?? upstream.partnerCentral;
    const recordService = createRecordService({ db, partnerCentral, limits: config.reads, clock, telemetry });
    // Answers cached before the conflict do not count.
    const outcomeCheck = (input: TaskInput) => checkOutcome(recordService.records, input, 0);
    const tasks = await createTaskService({
      db,
      hub,
      clock,
      telemetry,
      startWaitMs: config.startWaitMs,
      writes: config.writes,
      checkOutcome: outcomeCheck,
      stopping: stopping.signal,
    });
    const limits = { reads: config.reads, writes: config.writes };
    const edits = createEditService({
      db,
      partnerCentral,
      limits,
      waitMs: config.startWaitMs,
      clock,
      telemetry,
      audit: (entry) => telemetry.edited(entry),
    });
    const poll = { minMs: config.pollMinMs, maxMs: config.pollMaxMs };
    const troubles = createTroubles({ clock, telemetry });
    const worker = startWorker({
      db,
      hub,
      partnerCentral,
      clock,
      telemetry,
      limits,
      poll,
      submitRetryMs: config.submitRetryMs,
      retentionMs: config.retentionMs,
      checkOutcome: outcomeCheck,
      discoverIn: config.discover ? config.catalogs : [],
      troubles,
      random: overrides.random ?? Math.random,
    });
    const eventWatch = await createEventWatch({ db, clock, telemetry, isAwaiting: config.hintsSecret !== null });
    let workerStopped: Promise<unknown> | undefined;
    const stopWorker = () => (workerStopped ??= within(FINISH_CALLS_MS, worker.stop(), clock));
    started.unshift(stopWorker);

    // Node never finds a package again whose files it could not open once. So the SDK reads its files and credentials
    // before clients can take all descriptors. Without AWS it is not loaded yet, and would delay the first answers.
    if (config.upstream.type === 'aws') void partnerCentral.prepare(stopping.signal);

    telemetry.measure(() => gaugesOf(config, db, hub));
    const server = await createServer({
      schema,
      host: config.host,
      port: config.port,
      explorer: config.explorer,
      explorerFiles: new URL('../../dist/explorer/', import.meta.url),
      sandboxDocument: EXAMPLE_DOCUMENT,
      corsOrigins: config.corsOrigins,
      auth: authOf(config),
      persisted: { mode: config.persistedOperations, documents },
      limits: config.limits,
      drainMs: config.drainMs,
      contextOf(caller, { resumeAfter }): GraphqlContext {
        const viewer = viewerOf(caller, config);
        return {
          viewer,
          tasks,
          records: recordService.records,
          edits,
          partnerCentral: () =>
            statusOf(
              config,
              db,
              upstream,
              viewer,
              () => clocks.notices(),
              () => eventWatch.notice(),
              () => worker.epoch(),
            ),
          now: () => clock.now(),
          withTimeout: (work) => within(WARN_MS, work, clock, stopping.signal),
          resumeAfter,
        };
      },
      ready: createReadiness({
        find: (tryWrite) =>
          readinessOf(
            config,
            db,
            tryWrite,
            () => troubles.reasons(),
            () => clocks.notices(),
          ),
        write: () => probeWrite(db),
        clock,
        log: telemetry.log,
      }),
      eventBridge: eventBridgeOf(config, eventWatch, () =>
        createEventIntake({
          db,
          clock,
          telemetry,
          limits: config.reads,
          forget: (id) => recordService.forget(id),
        }),
      ),
      board: boardOf(config),
      explain(error) {
        if (isDamage(error)) troubles.sawDamage(error);
        return isDatabaseFailure(error) ? serviceUnavailable() : null;
      },
      telemetry,
      clock,
    });
    started.unshift(() => server.close());
    hub.onTruncated(() => server.reconnect());
    void clocks.watch(stopping.signal);
    void eventWatch.watch(stopping.signal);

    let stopped: Promise<void> | undefined;
    const stop = async (how?: { readonly serveOn: boolean }) => {
      stopping.abort();
      // The worker stops while the streams close, so that both fit into the time that an operator waits.
      await Promise.all([server.drain(how), stopWorker()]);
      await closeAll();
    };
    return {
      url: server.url,
      upstream: upstream.label,
      dataLocation: db.location,
      stop: (how) => (stopped ??= stop(how)),
      abandon: () => server.abandon(),
    };
  } catch (error) {
    // The operator must see the first error, because it is the cause.
    await closeAll().catch((failure: unknown) => telemetry.unexpected('stop', failure));
    throw error;
  }
}

/** Undefined without HINTS_SECRET. */
function eventBridgeOf({ hintsSecret }: Config, eventWatch: EventWatch, createIntake: () => EventIntake) {
  if (hintsSecret === null) return undefined;
  const intake = createIntake();
  return {
    secret: hintsSecret,
    async receive(event: object) {
      await eventWatch.arrived(event);
      await intake.receive(event);
    },
  };
}

/** Undefined without the board. Its files are two folders up from the program, wherever the program was bundled. */
function boardOf({ board, auth }: Config): ServerOptions['board'] {
  if (board === null) return undefined;
  const directory = new URL('../../dist/board/', import.meta.url);
  if (board.client === null || auth.mode === 'none') return { directory, signIn: null };
  const { id, scopes, chosenScopes } = board.client;
  const [audience = ''] = auth.audience;
  return { directory, signIn: { issuer: auth.issuer, audience, clientId: id, scopes, chosenScopes } };
}

function authOf({ auth }: Config): AuthOptions {
  if (auth.mode === 'none') return auth;
  const { jwksUrl, ...rest } = auth;
  return jwksUrl === null ? rest : { ...rest, jwksUrl };
}

function viewerOf(caller: Caller, config: Config): Viewer {
  const { subject, reads, starts, records, edits } = caller;
  return { subject, reads, starts, records, edits, catalogs: catalogsOf(caller, config) };
}

/** Case does not matter, as in the setting, because AWS itself writes "Sandbox". Unknown words allow nothing. */
function catalogsOf(caller: Caller, config: Config): readonly Catalog[] {
  if (caller.catalogs === null) return config.catalogs;
  const named = caller.catalogs.map((word) => word.toUpperCase());
  return config.catalogs.filter((catalog) => named.includes(catalog));
}

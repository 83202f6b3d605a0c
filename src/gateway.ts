/** Puts the gateway together from its settings: started from the database upwards, stopped from the server downwards. */
import { SECOND, systemClock, type Clock } from './runtime/clock.js';
import type { Config } from './config/config.js';
import { isDatabaseTrouble } from './db/errors/cannot-write.js';
import { openDatabase } from './db/open.js';
import { isDamage } from './db/errors/unreadable-row.js';
import type { Database } from './db/database.js';
import { probeWrite } from './db/probe.js';
import type { GraphqlContext } from './graphql/context.js';
import { serviceUnavailable } from './graphql/errors.js';
import { createSchema } from './graphql/schema.js';
import type { Catalog, TaskInput } from './partner-central/model/task-kind.js';
import { lookAt } from './records/outcome-check.js';
import { createRecordSource } from './records/record-service.js';
import type { PartnerCentral } from './partner-central/client.js';
import { EXAMPLE_DOCUMENT, persistedDocuments } from './persisted-operations.js';
import type { AuthOptions } from './server/security/auth.js';
import type { Caller } from './server/security/caller.js';
import { createProofreader } from './server/documents/documents.js';
import { DEFAULT_LIMITS } from './server/security/limits.js';
import { assertCanListen } from './server/lifecycle/port.js';
import { createServer } from './server/server.js';
import { createTaskService } from './tasks/task-service.js';
import type { Viewer } from './tasks/viewer.js';
import { createTelemetry, type Telemetry } from './runtime/telemetry.js';
import { createHub } from './transitions/hub.js';
import { createClockNotices, createReadiness, gaugesOf, readinessOf, statusOf } from './status.js';
import { linkUpstream } from './upstream.js';
import { createHints } from './worker/events/event-intake.js';
import { createTroubles } from './worker/troubles.js';
import { VERSION } from './version.js';
import { startWorker } from './worker/worker.js';

/** Calls to AWS that are under way when the gateway stops: a Start takes 2 to 3 s. What is cut off is asked again at the next start. */
const FINISH_CALLS_MS = 4 * SECOND;
/** What a start can be warned of must be seen within this time; a read of AWS takes a tenth of it. */
const WARN_MS = 2 * SECOND;

export type Gateway = {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  /** For a person. */
  readonly upstream: string;
  readonly dataLocation: string;
  /**
   * Streams are told first, calls under way are finished, then everything closes. Safe to call twice.
   * @param serveOn answers requests for all of `drainMs` before it closes: a load balancer sends them until it has seen that the gateway is not ready
   */
  stop(how?: { readonly serveOn: boolean }): Promise<void>;
  /** For a process that ends in this turn of the event loop: it asks clients to come back, and waits for nothing. */
  abandon(): void;
};

export type Overrides = {
  readonly clock?: Clock;
  readonly telemetry?: Telemetry;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Stand between the gateway and what it depends on: a test that kills the process at a certain step counts the steps here. */
  readonly database?: (db: Database) => Database;
  readonly partnerCentral?: (partnerCentral: PartnerCentral) => PartnerCentral;
};

/** @throws when it cannot start: then nothing is left running. */
export async function createGateway(config: Config, overrides: Overrides = {}): Promise<Gateway> {
  const clock = overrides.clock ?? systemClock;
  const telemetry = overrides.telemetry ?? createTelemetry({ level: config.logLevel, ofProcess: true });
  telemetry.log.info({ version: VERSION, node: process.version }, 'starting');
  const stopping = new AbortController();
  /** What has been started, latest first: closing it in this order is stopping. */
  const started: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    const failures: unknown[] = [];
    // One that cannot be closed must not keep the others open.
    for (const close of started.splice(0)) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };

  try {
    const schema = createSchema();
    const mistakesIn = createProofreader(schema, {
      limits: { ...DEFAULT_LIMITS, ...config.limits },
      introspection: config.explorer,
    });
    // Before anything is begun: a wrong manifest is a wrong setting.
    const documents = await persistedDocuments(config.operationsManifest, mistakesIn);
    // Everything that can refuse comes before the first write: after a migration the old version could not start again.
    await assertCanListen(config.host, config.port);
    const link = linkUpstream({ config, clock, telemetry });
    started.unshift(() => link.close());
    const opened = await openDatabase({
      ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl }),
      poolSize: config.databasePoolSize,
      dataDir: config.dataDir,
      clock,
      warn: (message) => telemetry.log.warn(message),
      inspect: (sql, place) => link.prepare(sql, place),
    });
    const db = overrides.database?.(opened) ?? opened;
    // Last of all, because the link holds a lease of the database.
    started.push(() => db.close());
    const clocks = createClockNotices({ db, clock, telemetry });
    const upstream = await link.connect(db);
    const hub = await createHub({ db, clock, telemetry });
    started.unshift(() => hub.close());
    const partnerCentral = overrides.partnerCentral?.(upstream.partnerCentral) ?? upstream.partnerCentral;
    const source = createRecordSource({ db, partnerCentral, limits: config.reads, clock, telemetry });
    // What was remembered from before the conflict does not count.
    const look = (input: TaskInput) => lookAt(source.records, input, 0);
    const tasks = await createTaskService({
      db,
      hub,
      clock,
      telemetry,
      startWaitMs: config.startWaitMs,
      writes: config.writes,
      look,
      stopping: stopping.signal,
    });
    const limits = { reads: config.reads, writes: config.writes };
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
      look,
      discoverIn: config.discover ? config.catalogs : [],
      troubles,
      random: overrides.random ?? Math.random,
    });
    let workerStopped: Promise<unknown> | undefined;
    const stopWorker = () => (workerStopped ??= within(FINISH_CALLS_MS, worker.stop(), clock));
    started.unshift(stopWorker);

    telemetry.measure(() => gaugesOf(config, db, hub));
    const server = await createServer({
      schema,
      host: config.host,
      port: config.port,
      explorer: config.explorer,
      explorerDocument: EXAMPLE_DOCUMENT,
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
          records: source.records,
          partnerCentral: () => statusOf(config, db, upstream, viewer, () => clocks.notices()),
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
      hints:
        config.hintsSecret === null
          ? undefined
          : {
              ...createHints({ db, clock, telemetry, limits: config.reads, poll, forget: (id) => source.forget(id) }),
              secret: config.hintsSecret,
            },
      explain(error) {
        if (isDamage(error)) troubles.sawDamage(error);
        return isDatabaseTrouble(error) ? serviceUnavailable() : null;
      },
      telemetry,
      clock,
    });
    started.unshift(() => server.close());
    void clocks.watch(stopping.signal);

    let stopped: Promise<void> | undefined;
    const stop = async (how?: { readonly serveOn: boolean }) => {
      stopping.abort();
      // The worker stops sending while the streams are told, so that both fit into the time that an operator waits.
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
    // What was in the way of starting is what the operator must hear.
    await closeAll().catch((failure: unknown) => telemetry.unexpected('stop', failure));
    throw error;
  }
}

/** What `work` resolves with, or null after `ms` or when `signal` aborts: what takes longer is left behind. */
async function within<T>(ms: number, work: Promise<T>, clock: Clock, signal?: AbortSignal): Promise<T | null> {
  const done = new AbortController();
  const end = () => done.abort();
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => null)]);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

function authOf({ auth }: Config): AuthOptions {
  if (auth.mode === 'none') return auth;
  const { jwksUrl, ...rest } = auth;
  return jwksUrl === null ? rest : { ...rest, jwksUrl };
}

function viewerOf(caller: Caller, config: Config): Viewer {
  const { subject, reads, starts, records } = caller;
  return { subject, reads, starts, records, catalogs: catalogsOf(caller, config) };
}

/** As in the setting, capitals do not matter: AWS itself writes "Sandbox". Words that are no catalog allow nothing. */
function catalogsOf(caller: Caller, config: Config): readonly Catalog[] {
  if (caller.catalogs === null) return config.catalogs;
  const named = caller.catalogs.map((word) => word.toUpperCase());
  return config.catalogs.filter((catalog) => named.includes(catalog));
}

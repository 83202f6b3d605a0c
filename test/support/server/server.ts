/** A server over a small schema of its own. Every server is closed after its test. */
import { afterEach } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import { createTelemetry, type Telemetry } from '../../../src/runtime/telemetry.js';
import { createServer, type Server, type ServerOptions } from '../../../src/server/server.js';
import { deferred } from '../harness/deferred.js';
import { createTestLog, type TestLog } from './server-log.js';
import { schemaOver, type ServerContext } from './server-schema.js';

export type TestServer = {
  readonly url: string;
  readonly server: Server;
  readonly log: TestLog;
  readonly telemetry: Telemetry;
  /** The lines of the process log so far. */
  readonly lines: Record<string, unknown>[];
  readonly metric: (name: string, labels?: Record<string, string>) => Promise<number>;
  /** Resolves each field and subscription with the name `slow`. */
  readonly finishSlow: () => void;
};

const running = new Set<Server>();
afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
  running.clear();
});

export async function startServer(
  overrides: Partial<Omit<ServerOptions, 'schema' | 'contextOf' | 'telemetry'>> & {
    log?: ReturnType<typeof createTestLog>;
  } = {},
): Promise<TestServer> {
  const { log = createTestLog(), ...options } = overrides;
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const { promise: released, resolve: finishSlow } = deferred();
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    explorer: true,
    corsOrigins: [],
    auth: { mode: 'none' },
    persisted: { mode: 'off', documents: new Map() },
    drainMs: 0,
    ready: async () => ({ ready: true, reasons: [] }),
    clock: systemClock,
    ...options,
    schema: schemaOver(log, released),
    contextOf: (caller, { resumeAfter }): ServerContext => ({ caller, resumeAfter }),
    telemetry,
  });
  running.add(server);
  return {
    url: server.url,
    server: {
      ...server,
      // A test may start a thousand servers, so a closed one is removed.
      close: () => server.close().finally(() => running.delete(server)),
    },
    log,
    telemetry,
    lines,
    finishSlow,
    async metric(name, labels = {}) {
      const found = (await telemetry.registry.getMetricsAsJSON()).find((metric) => metric.name === name);
      const values = found?.values ?? [];
      return values
        .filter((value) =>
          Object.entries(labels).every(([label, wanted]) => String(Object(value.labels)[label]) === wanted),
        )
        .reduce((sum, { value }) => sum + value, 0);
    },
  };
}

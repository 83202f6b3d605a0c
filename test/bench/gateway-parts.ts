/**
 * The parts of the gateway that the benchmarks measure: its server and schema over given tasks, and the whole gateway
 * from settings.
 */
import { systemClock } from '../../src/runtime/clock.js';
import { parseConfig } from '../../src/config/config.js';
import { createGateway, type Gateway } from '../../src/gateway.js';
import { createSchema } from '../../src/graphql/schema.js';
import { createServer, type Server } from '../../src/server/server.js';
import type { Tasks } from '../../src/tasks/tasks.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { contextWith } from '../support/fakes/fake-tasks.js';

export const telemetry = createTelemetry({ level: 'fatal' });

export function serveTasks(tasks: Tasks): Promise<Server> {
  const context = contextWith(tasks);
  return createServer({
    schema: createSchema(),
    host: '127.0.0.1',
    port: 0,
    explorer: false,
    corsOrigins: [],
    auth: { mode: 'none' },
    persisted: { mode: 'off', documents: new Map() },
    drainMs: 0,
    contextOf: (_caller, { resumeAfter }) => ({ ...context, resumeAfter }),
    ready: () => Promise.resolve({ ready: true, reasons: [] }),
    telemetry,
    clock: systemClock,
  });
}

export function startGateway(settings: Readonly<Record<string, string>>): Promise<Gateway> {
  const parsed = parseConfig({ PORT: '0', LOG_LEVEL: 'fatal', EXPLORER: 'off', DATA_DIR: ':memory:', ...settings });
  if (parsed.type === 'invalid') throw new Error(parsed.problems.join('\n'));
  return createGateway(parsed.config, { telemetry });
}

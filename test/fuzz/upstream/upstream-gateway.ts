/** A gateway in a process of its own that watches its event loop, its descriptors and unexpected errors. */
import { readFileSync, readdirSync } from 'node:fs';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { parseConfig } from '../../../src/config/config.js';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { hurriedClock } from '../../support/fakes/chaos-clock.js';

export type Order = { readonly type: 'report' } | { readonly type: 'stop' };

/** The event loop was blocked between these moments, because this process computed. */
export type Stall = { readonly from: number; readonly to: number };

export type Report = {
  readonly type: 'report';
  readonly stalls: readonly Stall[];
  readonly longestStallMs: number;
  readonly unexpected: readonly string[];
  readonly descriptors: number;
  readonly rssMb: number;
};

export type Ready = { readonly type: 'ready'; readonly url: string };

/** The promised limit. */
const MAX_STALL_MS = 200;
const TICK_MS = 10;

const parsed = parseConfig(process.env);
if (parsed.type === 'invalid') throw new Error(parsed.problems.join('\n'));
const unexpected: string[] = [];
const telemetry = {
  ...createTelemetry({ level: 'silent' }),
  unexpected: (part: string, error: unknown) =>
    void unexpected.push(`${part}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
};
const speed = Number(process.env['FUZZ_SPEED']);
/** PostgreSQL has its own clock, which cannot be sped up. With it the time is real, and only the waits are shorter. */
const impatient: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
};
const clock = parsed.config.databaseUrl === null ? hurriedClock(speed, Number(process.env['FUZZ_BEGUN'])) : impatient;
const gateway = await createGateway(parsed.config, { clock, telemetry });

const stalls: Stall[] = [];
let longestStallMs = 0;
let last = { at: Date.now(), computed: computedMs() };
setInterval(() => {
  const next = { at: Date.now(), computed: computedMs() };
  // A process on a shared machine also stalls because it is not scheduled. It does not compute then.
  const stoodStillMs = Math.min(next.at - last.at, next.computed - last.computed);
  longestStallMs = Math.max(longestStallMs, stoodStillMs);
  if (stoodStillMs > MAX_STALL_MS) stalls.push({ from: last.at, to: next.at });
  last = next;
}, TICK_MS).unref();

/** The processor time of the event loop's thread, or of all threads on systems other than Linux. */
function computedMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

function reportOf(): Report {
  return {
    type: 'report',
    stalls,
    longestStallMs,
    unexpected,
    descriptors: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
    rssMb: process.memoryUsage().rss / 2 ** 20,
  };
}

process.on('message', ({ type }: Order) => {
  if (type === 'report') process.send?.(reportOf());
  else void gateway.stop().then(() => process.disconnect());
});
process.send?.({ type: 'ready', url: gateway.url } satisfies Ready);

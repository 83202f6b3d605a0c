/**
 * Log and metrics. One function for each business event feeds both, so that a line in the log and a number on a graph always mean
 * the same thing. No event takes a member that Partner Central marks as sensitive, nor a token; labels have few values.
 */
import { pino, type Logger } from 'pino';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { createLogOutput } from './log-output.js';
import { VERSION } from '../version.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export const LOG_LEVELS = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
] as const satisfies readonly LogLevel[];

export type Telemetry = {
  readonly log: Logger;
  readonly registry: Registry;
  /** Why lines of the log are being lost, for a person; null while they are written. */
  logTrouble(): string | null;
  startAccepted(facts: { id: string; kind: string; catalog: string; replayed: boolean }): void;
  transitionAppended(facts: {
    id: string;
    kind: string;
    sequence: number;
    status: string;
    reasonCode: string | null;
  }): void;
  awsCalled(facts: { operation: string; outcome: string; awsCode: string | null; durationMs: number }): void;
  /** A request that never left. Its reason may name files and accounts. */
  callNotSent(facts: { operation: string; reason: string }): void;
  startWaits(facts: { id: string; cause: string; message: string; retryInMs: number }): void;
  throttled(facts: { quota: string; forMs: number }): void;
  /** `used`: a task is looked at sooner. `ignored`: it is about no task, or one that is looked at anyway. `refused`: without the secret. */
  hintReceived(facts: { outcome: 'used' | 'ignored' | 'refused' }): void;
  workerState(facts: { state: 'leading' | 'waiting' | 'stopped' }): void;
  /** What is measured whenever somebody reads the metrics; while it fails they keep the last values. */
  measure(gauges: () => Promise<Gauges>): void;
  /** Something that the gateway cannot mend and does not expect; `what` says which part met it. */
  unexpected(what: string, error: unknown): void;
};

export type Gauges = {
  readonly queuedCount: number;
  readonly inProgressCount: number;
  /** How long the most overdue poll has been due. */
  readonly oldestPollAgeMs: number;
  /** By how much polls are spread so that the day's reads last; 1 is not at all. */
  readonly pollStretch: number;
  /** By quota. */
  readonly remainingToday: Readonly<Record<string, number>>;
  /** The last position of the log, and how many of them this process has not told its readers of. */
  readonly logHead: number;
  readonly logLag: number;
};

/** Twenty times a second: finer sampling wakes an idle process more often than any other part of it. */
const EVENT_LOOP_SAMPLE_MS = 50;

/**
 * @param destination where log lines go; standard error when absent, so that the ready block stays alone on standard output.
 * @param ofProcess adds `process_*` and `nodejs_*`. Their collection runs until the process ends, so that only a telemetry for its whole life has them.
 */
export function createTelemetry(options: {
  level: LogLevel;
  destination?: { write(line: string): void };
  ofProcess?: boolean;
}): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  const output = createLogOutput({
    lost: () => lost.inc(),
    over: (lines, cause) => log.warn({ lines, cause }, 'log lines lost'),
  });
  const log = pino(
    { level: options.level, base: {}, timestamp: pino.stdTimeFunctions.isoTime },
    options.destination ?? output,
  );
  const build = new Gauge({
    name: 'gateway_build_info',
    help: '1, with the version of the gateway and of Node as labels',
    labelNames: ['version', 'node'],
    registers,
  });
  build.set({ version: VERSION, node: process.version }, 1);
  if (options.ofProcess === true)
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
  const starts = new Counter({
    name: 'gateway_starts_accepted_total',
    help: 'Starts accepted, by kind and whether they were replays',
    labelNames: ['kind', 'replayed'],
    registers,
  });
  const transitions = new Counter({
    name: 'gateway_transitions_appended_total',
    help: 'Transitions appended to the log',
    labelNames: ['kind', 'status'],
    registers,
  });
  const calls = new Counter({
    name: 'gateway_aws_calls_total',
    help: 'Calls to Partner Central, by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const waits = new Counter({
    name: 'gateway_start_waits_total',
    help: 'Attempts of a start that did not settle it, by cause',
    labelNames: ['cause'],
    registers,
  });
  const throttles = new Counter({
    name: 'gateway_aws_throttled_total',
    help: 'Times AWS asked the gateway to slow down',
    labelNames: ['quota'],
    registers,
  });
  const hints = new Counter({
    name: 'gateway_hints_total',
    help: 'Events that came in as hints, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  let measured: () => Promise<Gauges> = () => Promise.reject(new Error('nothing is measured yet'));
  let measuring: Promise<void> | null = null;
  // Gauges are read at the same time: they share one measurement.
  const collect = () => (measuring ??= measure().finally(() => (measuring = null)));
  const leading = new Gauge({
    name: 'gateway_worker_leading',
    help: '1 while this process is the one that talks to AWS for tasks',
    registers,
  });
  // The first gauge that is read measures for all of them.
  const queued = new Gauge({
    name: 'gateway_queue_length',
    help: 'Starts that AWS has not answered yet',
    registers,
    collect,
  });
  const inProgress = new Gauge({
    name: 'gateway_tasks_in_progress',
    help: 'Tasks that AWS is working on',
    registers,
    collect,
  });
  const pollAge = new Gauge({
    name: 'gateway_oldest_poll_age_seconds',
    help: 'How far behind its time the most overdue poll is',
    registers,
    collect,
  });
  const stretch = new Gauge({
    name: 'gateway_poll_stretch',
    help: "By how much polls are spread so that the day's reads last",
    registers,
    collect,
  });
  const quotaLeft = new Gauge({
    name: 'gateway_quota_remaining_today',
    help: 'Calls left in the rolling 24 hours',
    labelNames: ['quota'],
    registers,
    collect,
  });
  const logHead = new Gauge({
    name: 'gateway_log_position',
    help: 'Last position of the log of transitions',
    registers,
    collect,
  });
  const logLag = new Gauge({
    name: 'gateway_log_lag',
    help: 'Transitions in the log that this process has not woken its readers for',
    registers,
    collect,
  });
  const failures = new Counter({
    name: 'gateway_unexpected_errors_total',
    help: 'Errors that were not expected, by part',
    labelNames: ['part'],
    registers,
  });
  const lost = new Counter({
    name: 'gateway_log_lines_lost_total',
    help: 'Lines of the log that standard error did not take',
    registers,
  });

  async function measure(): Promise<void> {
    const gauges = await measured().catch(() => null);
    if (gauges === null) return;
    queued.set(gauges.queuedCount);
    inProgress.set(gauges.inProgressCount);
    pollAge.set(gauges.oldestPollAgeMs / 1000);
    stretch.set(gauges.pollStretch);
    logHead.set(gauges.logHead);
    logLag.set(gauges.logLag);
    for (const [quota, remaining] of Object.entries(gauges.remainingToday)) quotaLeft.set({ quota }, remaining);
  }

  return {
    log,
    registry,
    logTrouble() {
      const cause = output.lastError();
      return cause === null ? null : `Lines of the log are lost, because standard error cannot be written (${cause}).`;
    },
    startAccepted(facts) {
      starts.inc({ kind: facts.kind, replayed: String(facts.replayed) });
      log.info(facts, 'start accepted');
    },
    transitionAppended(facts) {
      transitions.inc({ kind: facts.kind, status: facts.status });
      log.info(facts, 'transition');
    },
    awsCalled(facts) {
      calls.inc({ operation: facts.operation, outcome: facts.outcome });
      log.debug(facts, 'aws call');
    },
    callNotSent(facts) {
      log.warn(facts, 'aws call not sent');
    },
    startWaits(facts) {
      waits.inc({ cause: facts.cause });
      log.warn(facts, 'start waits');
    },
    throttled(facts) {
      throttles.inc({ quota: facts.quota });
      log.warn(facts, 'throttled by aws');
    },
    hintReceived(facts) {
      hints.inc({ outcome: facts.outcome });
      log.debug(facts, 'hint');
    },
    workerState(facts) {
      leading.set(facts.state === 'leading' ? 1 : 0);
      log.info(facts, 'worker');
    },
    measure(gauges) {
      measured = gauges;
    },
    unexpected(part, error) {
      failures.inc({ part });
      log.error({ part, err: error }, 'unexpected error');
    },
  };
}

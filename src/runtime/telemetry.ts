/**
 * Log and metrics. Each method writes one log line and counts one metric, so that both always mean the same. Neither
 * carries a token or a member that Partner Central marks as sensitive. Labels have few values.
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
  /** The reason why log lines are being lost, for people; null while they are written. */
  logTrouble(): string | null;
  startAccepted(fields: { id: string; kind: string; catalog: string; replayed: boolean }): void;
  transitionAppended(fields: {
    id: string;
    kind: string;
    sequence: number;
    status: string;
    reasonCode: string | null;
  }): void;
  /**
   * `operation` is the mutation, and `changed` has the paths of the members that changed. `outcome` is `done`,
   * `unchanged`, `failed` or the code of the first error.
   */
  edited(fields: {
    operation: string;
    subject: string | null;
    catalog: string;
    identifier: string | null;
    changed: readonly string[];
    outcome: string;
    durationMs: number;
  }): void;
  awsCalled(fields: { operation: string; outcome: string; awsCode: string | null; durationMs: number }): void;
  /** A request that never left the process. Its reason may name files and accounts. */
  callNotSent(fields: { operation: string; reason: string }): void;
  startWaits(fields: { id: string; cause: string; message: string; retryInMs: number }): void;
  throttled(fields: { quota: string; forMs: number }): void;
  /**
   * `used`: a task is polled sooner. `ignored`: the event concerns no task, or one that is polled soon anyway.
   * `refused`: the secret is wrong.
   */
  eventReceived(fields: { outcome: 'used' | 'ignored' | 'refused' }): void;
  workerState(fields: { state: 'leading' | 'waiting' | 'stopped' }): void;
  /**
   * Sets the function that measures the gauges each time the metrics are read. While it fails, the gauges keep their
   * last values.
   */
  measure(gauges: () => Promise<Gauges>): void;
  /** An error that the gateway does not expect and cannot correct; `part` names the part that met it. */
  unexpected(part: string, error: unknown): void;
};

export type Gauges = {
  readonly queuedCount: number;
  readonly inProgressCount: number;
  /** Time since the list of tasks in progress was read that was read longest ago. */
  readonly oldestPollAgeMs: number;
  /** The longest interval of polls over POLL_MIN_MS; 1 at full pace. */
  readonly pollStretch: number;
  /** Remaining calls by quota. */
  readonly remainingToday: Readonly<Record<string, number>>;
  /** The last position of the log, and how many positions this process has not woken its subscribers for. */
  readonly logHead: number;
  readonly logLag: number;
};

/** Twenty samples a second. Finer sampling wakes an idle process more often than any other part of it. */
const EVENT_LOOP_SAMPLE_MS = 50;

/**
 * @param destination receives the log lines; standard error by default, so that the ready block stays alone on standard
 * output
 * @param ofProcess adds `process_*` and `nodejs_*`. Their collection runs until the process ends, so only a telemetry
 * that lives as long has them.
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
  const edits = new Counter({
    name: 'gateway_edits_total',
    help: 'Edits of records, by mutation and outcome',
    labelNames: ['operation', 'outcome'],
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
    help: 'Attempts of a start that left it queued, by cause',
    labelNames: ['cause'],
    registers,
  });
  const throttles = new Counter({
    name: 'gateway_aws_throttled_total',
    help: 'Times that AWS throttled the gateway',
    labelNames: ['quota'],
    registers,
  });
  const events = new Counter({
    name: 'gateway_hints_total',
    help: 'EventBridge events received, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  let measured: () => Promise<Gauges> = () => Promise.reject(new Error('The gauges have no measurement yet.'));
  let measuring: Promise<void> | null = null;
  // The gauges are read at the same time, so they share one measurement.
  const collect = () => (measuring ??= measure().finally(() => (measuring = null)));
  const leading = new Gauge({
    name: 'gateway_worker_leading',
    help: '1 while this process leads: it alone sends starts and polls tasks',
    registers,
  });
  // The first gauge that is read measures for all.
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
    help: 'Time since the list of tasks in progress was read that was read longest ago',
    registers,
    collect,
  });
  const stretch = new Gauge({
    name: 'gateway_poll_stretch',
    help: "Factor by which polls are slowed down so that the day's reads last",
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
    help: 'Transitions in the log that this process has not woken its subscribers for',
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
    startAccepted(fields) {
      starts.inc({ kind: fields.kind, replayed: String(fields.replayed) });
      log.info(fields, 'start accepted');
    },
    transitionAppended(fields) {
      transitions.inc({ kind: fields.kind, status: fields.status });
      log.info(fields, 'transition');
    },
    edited(fields) {
      edits.inc({ operation: fields.operation, outcome: fields.outcome });
      log.info(fields, 'edit');
    },
    awsCalled(fields) {
      calls.inc({ operation: fields.operation, outcome: fields.outcome });
      log.debug(fields, 'aws call');
    },
    callNotSent(fields) {
      log.warn(fields, 'aws call not sent');
    },
    startWaits(fields) {
      waits.inc({ cause: fields.cause });
      log.warn(fields, 'start waits');
    },
    throttled(fields) {
      throttles.inc({ quota: fields.quota });
      log.warn(fields, 'throttled by aws');
    },
    eventReceived(fields) {
      events.inc({ outcome: fields.outcome });
      log.debug(fields, 'eventbridge event');
    },
    workerState(fields) {
      leading.set(fields.state === 'leading' ? 1 : 0);
      log.info(fields, 'worker');
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

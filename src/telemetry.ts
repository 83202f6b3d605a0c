/**
 * Log and metrics. One function for each business event feeds both, so that a line in the log and a number on a graph always mean
 * the same thing. No event takes a member that Partner Central marks as sensitive, nor a token; labels have few values.
 */
import { pino, type Logger } from 'pino';
import { Counter, Gauge, Registry } from 'prom-client';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const satisfies readonly LogLevel[];

export type Telemetry = {
  readonly log: Logger;
  readonly registry: Registry;
  startAccepted(facts: { id: string; kind: string; catalog: string; replayed: boolean }): void;
  transitionAppended(facts: { id: string; kind: string; sequence: number; status: string; reasonCode: string | null }): void;
  awsCalled(facts: { operation: string; outcome: string; awsCode: string | null; durationMs: number }): void;
  startWaits(facts: { id: string; cause: string; message: string; retryInMs: number }): void;
  throttled(facts: { quota: string; forMs: number }): void;
  workerState(facts: { state: 'leading' | 'waiting' | 'stopped' }): void;
  queueObserved(facts: { queued: number; inProgress: number; oldestPollAgeMs: number }): void;
  quotaObserved(facts: { quota: string; remainingToday: number }): void;
  /** Something that the gateway cannot mend and does not expect; `what` says which part met it. */
  unexpected(what: string, error: unknown): void;
};

/** @param destination where log lines go; standard error when absent, so that the ready block stays alone on standard output. */
export function createTelemetry(options: { level: LogLevel; destination?: { write(line: string): void } }): Telemetry {
  const log = pino({ level: options.level, base: {}, timestamp: pino.stdTimeFunctions.isoTime }, options.destination ?? pino.destination(2));
  const registry = new Registry();
  const registers = [registry];
  const starts = new Counter({ name: 'gateway_starts_accepted_total', help: 'Starts accepted, by kind and whether they were replays', labelNames: ['kind', 'replayed'], registers });
  const transitions = new Counter({ name: 'gateway_transitions_appended_total', help: 'Transitions appended to the log', labelNames: ['kind', 'status'], registers });
  const calls = new Counter({ name: 'gateway_aws_calls_total', help: 'Calls to Partner Central, by operation and outcome', labelNames: ['operation', 'outcome'], registers });
  const waits = new Counter({ name: 'gateway_start_waits_total', help: 'Attempts of a start that did not settle it, by cause', labelNames: ['cause'], registers });
  const throttles = new Counter({ name: 'gateway_aws_throttled_total', help: 'Times AWS asked the gateway to slow down', labelNames: ['quota'], registers });
  const leading = new Gauge({ name: 'gateway_worker_leading', help: '1 while this process is the one that talks to AWS for tasks', registers });
  const queued = new Gauge({ name: 'gateway_queue_length', help: 'Starts that AWS has not answered yet', registers });
  const inProgress = new Gauge({ name: 'gateway_tasks_in_progress', help: 'Tasks that AWS is working on', registers });
  const pollAge = new Gauge({ name: 'gateway_oldest_poll_age_seconds', help: 'How far behind its time the most overdue poll is', registers });
  const quotaLeft = new Gauge({ name: 'gateway_quota_remaining_today', help: 'Calls left in the rolling 24 hours', labelNames: ['quota'], registers });
  const failures = new Counter({ name: 'gateway_unexpected_errors_total', help: 'Errors that were not expected, by part', labelNames: ['part'], registers });

  return {
    log,
    registry,
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
    startWaits(facts) {
      waits.inc({ cause: facts.cause });
      log.warn(facts, 'start waits');
    },
    throttled(facts) {
      throttles.inc({ quota: facts.quota });
      log.warn(facts, 'throttled by aws');
    },
    workerState(facts) {
      leading.set(facts.state === 'leading' ? 1 : 0);
      log.info(facts, 'worker');
    },
    queueObserved(facts) {
      queued.set(facts.queued);
      inProgress.set(facts.inProgress);
      pollAge.set(facts.oldestPollAgeMs / 1000);
    },
    quotaObserved(facts) {
      quotaLeft.set({ quota: facts.quota }, facts.remainingToday);
    },
    unexpected(part, error) {
      failures.inc({ part });
      log.error({ part, err: error }, 'unexpected error');
    },
  };
}

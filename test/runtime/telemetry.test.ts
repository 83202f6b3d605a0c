import { describe, expect, test } from '@jest/globals';
import { VERSION } from '../../src/version.js';
import { LOG_LEVELS, createTelemetry, type LogLevel } from '../../src/runtime/telemetry.js';

function open(level: LogLevel = 'debug') {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({ level, destination: { write: (line) => lines.push(JSON.parse(line)) } });
  return { telemetry, lines };
}

const START = { id: 't', kind: 'ENGAGEMENT_FROM_OPPORTUNITY', catalog: 'SANDBOX', replayed: true };

describe('Telemetry', () => {
  test('each method writes one log line and counts one metric', async () => {
    const { telemetry, lines } = open();
    telemetry.startAccepted(START);
    telemetry.transitionAppended({
      id: 't',
      kind: START.kind,
      sequence: 2,
      status: 'FAILED',
      reasonCode: 'InternalError',
    });
    telemetry.edited({
      operation: 'updateOpportunity',
      subject: 'ann',
      catalog: 'SANDBOX',
      identifier: 'O1',
      changed: ['project.title'],
      outcome: 'done',
      durationMs: 5,
    });
    telemetry.awsCalled({ operation: 'Op', outcome: 'ok', awsCode: null, durationMs: 5 });
    telemetry.startWaits({ id: 't', cause: 'unknown', message: 'm', retryInMs: 5 });
    telemetry.throttled({ quota: 'reads', forMs: 5 });
    telemetry.eventReceived({ outcome: 'used' });
    telemetry.workerState({ state: 'leading' });
    telemetry.unexpected('poller', new Error('broken'));
    expect(lines.map((line) => line['msg'])).toEqual([
      'start accepted',
      'transition',
      'edit',
      'aws call',
      'start waits',
      'throttled by aws',
      'eventbridge event',
      'worker',
      'unexpected error',
    ]);
    expect(lines.at(-1)).toMatchObject({ part: 'poller', err: { message: 'broken' } });
    telemetry.measure(() =>
      Promise.resolve({
        queuedCount: 1,
        inProgressCount: 2,
        oldestPollAgeMs: 3000,
        pollStretch: 1,
        remainingToday: { writes: 4 },
        logHead: 5,
        logLag: 0,
      }),
    );
    const metrics = (await telemetry.registry.metrics())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(metrics).toEqual([
      `gateway_build_info{version="${VERSION}",node="${process.version}"} 1`,
      'gateway_starts_accepted_total{kind="ENGAGEMENT_FROM_OPPORTUNITY",replayed="true"} 1',
      'gateway_transitions_appended_total{kind="ENGAGEMENT_FROM_OPPORTUNITY",status="FAILED"} 1',
      'gateway_edits_total{operation="updateOpportunity",outcome="done"} 1',
      'gateway_aws_calls_total{operation="Op",outcome="ok"} 1',
      'gateway_start_waits_total{cause="unknown"} 1',
      'gateway_aws_throttled_total{quota="reads"} 1',
      'gateway_hints_total{outcome="used"} 1',
      'gateway_worker_leading 1',
      'gateway_queue_length 1',
      'gateway_tasks_in_progress 2',
      'gateway_oldest_poll_age_seconds 3',
      'gateway_poll_stretch 1',
      'gateway_quota_remaining_today{quota="writes"} 4',
      'gateway_log_position 5',
      'gateway_log_lag 0',
      'gateway_unexpected_errors_total{part="poller"} 1',
      'gateway_log_lines_lost_total 0',
    ]);
  });

  test('a worker that no longer leads sets the gauge to 0', async () => {
    const { telemetry } = open();
    telemetry.workerState({ state: 'leading' });
    telemetry.workerState({ state: 'waiting' });
    expect(await telemetry.registry.metrics()).toContain('gateway_worker_leading 0');
  });
});

describe('the log level', () => {
  test('the log level decides about lines, and not about counts', async () => {
    const { telemetry, lines } = open('error');
    telemetry.startAccepted(START);
    expect(lines).toEqual([]);
    expect(await telemetry.registry.metrics()).toContain(
      'gateway_starts_accepted_total{kind="ENGAGEMENT_FROM_OPPORTUNITY",replayed="true"} 1',
    );
  });

  test.each(LOG_LEVELS)('the log level may be %s', (level) => {
    expect(open(level).telemetry.log.level).toBe(level);
  });
});

test('two telemetries count separately', async () => {
  const [one, other] = [open().telemetry, open().telemetry];
  one.startAccepted(START);
  expect(await other.registry.metrics()).not.toContain('gateway_starts_accepted_total{');
});

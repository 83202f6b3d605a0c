/**
 * Measures the delay on the real clock: a gateway and a simulator, each a process with AWS's own quotas, and a reader
 * on a WebSocket. Tasks start as fast as AWS allows, and each ends three seconds after its start. The delay is the
 * whole way from the end at AWS to the reader.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { POLL } from './follow-gateway.js';
import { GATEWAY, GATEWAY_READY, SIMULATOR, spawnUntil, type Spawned } from '../processes.js';
import { atMost, percentile, rounded, type Goal, type Table } from '../report.js';
import { query } from '../start/starter.js';

/** The task is COMPLETE this long after its StartTime. */
const IDENTIFIER = 'O1000001';
const TAKES_MS = 3000;
const FEED = 'subscription { taskFeed { status isTerminal task { id startTime } } }';
const START =
  `mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "${IDENTIFIER}", ` +
  `awsSubmission: { involvementType: CO_SELL } }) { task { id } userErrors { message } } }`;
const TIMEOUT_MS = 120_000;

export async function sampled(quick: boolean): Promise<{ readonly table: Table; readonly goals: readonly Goal[] }> {
  const count = quick ? 5 : 30;
  const directory = mkdtempSync(join(tmpdir(), 'gateway-follow-'));
  const spawned: Spawned[] = [];
  try {
    const simulator = await spawnUntil(SIMULATOR, { PORT: '0' }, /ready at (\S+)/);
    spawned.push(simulator);
    const aws = { PARTNER_CENTRAL_ENDPOINT: simulator.match, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
    // Starts return at once, so that all are queued before the first has ended.
    const gateway = await spawnUntil(
      GATEWAY,
      { ...aws, LOG_LEVEL: 'error', PORT: '0', EXPLORER: 'off', START_WAIT_MS: '0', DATA_DIR: directory },
      GATEWAY_READY,
    );
    spawned.push(gateway);
    const delaysMs = await delaysOf(gateway.match, count);
    const calls = await listCalls(gateway.match);
    return {
      table: {
        title:
          `A sample on the real clock: ${count} starts at once, sent one a second, each ending after ` +
          `${TAKES_MS / 1000} s`,
        head: ['', 'calls a task', 'delay, median', 'p99'],
        rows: [
          [
            '**gateway**',
            rounded(calls / count),
            `${rounded(percentile(delaysMs, 0.5) / 1000)} s`,
            `${rounded(percentile(delaysMs, 0.99) / 1000)} s`,
          ],
        ],
      },
      goals: [atMost('on the real clock: median delay', percentile(delaysMs, 0.5), POLL.minMs, 'ms')],
    };
  } finally {
    for (const { child, ended } of spawned) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The time from each end at AWS until a reader has it. */
async function delaysOf(url: string, count: number): Promise<number[]> {
  const delaysMs: number[] = [];
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
  });
  let patience: NodeJS.Timeout | undefined;
  try {
    const all = new Promise<void>((settle, fail) => {
      patience = setTimeout(
        () => fail(new Error(`${delaysMs.length} of ${count} tasks ended in ${TIMEOUT_MS / 1000} s`)),
        TIMEOUT_MS,
      );
      client.subscribe<{ taskFeed: { isTerminal: boolean; task: { startTime: string } } }>(
        { query: FEED },
        {
          next({ data }) {
            if (data?.taskFeed.isTerminal !== true) return;
            delaysMs.push(Date.now() - (Date.parse(data.taskFeed.task.startTime) + TAKES_MS));
            if (delaysMs.length === count) settle();
          },
          error: fail,
          complete: () => fail(new Error('the feed has ended')),
        },
      );
    });
    await Promise.all([all, ...Array.from({ length: count }, () => query(url, START))]);
    return delaysMs;
  } finally {
    clearTimeout(patience);
    await client.dispose();
  }
}

async function listCalls(url: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(10_000) })).text();
  return [...text.matchAll(/^gateway_aws_calls_total\{[^}]*operation="List[^}]*\} (\d+)/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}

/**
 * Measures the time that the gateway adds to a start: the mutation until AWS has answered, against the SDK's call
 * alone. The simulator answers at once. It also measures how many starts a second the gateway accepts durably without
 * waiting for AWS.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../support/programs/postgres.js';
import { startChild, withChildren } from '../children.js';
import type { Load, Loaded } from '../http/http-load.js';
import { inTurn, optionsOf } from '../options.js';
import { GATEWAY, GATEWAY_READY, SIMULATOR, spawnUntil, type Spawned } from '../processes.js';
import { atLeast, atMost, median, publish, rounded } from '../report.js';
import { MUTATION } from './start-fixture.js';
import type { Pairs, Paired } from './start-load.js';
import { query } from './starter.js';

const CONNECTIONS = 50;
/** The quota of AWS is not part of the measurement. */
const UNLIMITED = {
  READS_PER_SECOND: '1000',
  READS_PER_DAY: '10000000',
  WRITES_PER_SECOND: '1000',
  WRITES_PER_DAY: '10000000',
};
/** Settings of a durable database. The database of the tests is not durable. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const STORES = ['SQLite', 'PostgreSQL'] as const;
const ADDED_GOAL_MS = 12;
const ACCEPTED_GOAL = 300;

export async function run(args: string[]): Promise<void> {
  const { quick, rounds } = optionsOf(args, { rounds: 3 });
  const directory = mkdtempSync(join(tmpdir(), 'gateway-start-'));
  const postgres = await startPostgres(DURABLE);
  const spawned: Spawned[] = [];
  const spawn = async (script: string, settings: Record<string, string>, ready: RegExp): Promise<string> => {
    const started = await spawnUntil(script, settings, ready);
    spawned.push(started);
    return started.match;
  };
  try {
    const endpoint = await spawn(SIMULATOR, { PORT: '0', ...UNLIMITED }, /ready at (\S+)/);
    const aws = {
      PARTNER_CENTRAL_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      LOG_LEVEL: 'error',
      PORT: '0',
      EXPLORER: 'off',
    };
    const gateway = (settings: Record<string, string>): Promise<string> =>
      spawn(GATEWAY, { ...aws, ...settings }, GATEWAY_READY);
    const answering = [
      await gateway({ ...UNLIMITED, DATA_DIR: join(directory, 'answering') }),
      await gateway({ ...UNLIMITED, DATABASE_URL: await postgres.createDatabase() }),
    ];
    // These gateways respect AWS's quota, as under a burst: accepted starts wait in the queue.
    const accepting = [
      await gateway({ START_WAIT_MS: '0', DATA_DIR: join(directory, 'accepting') }),
      await gateway({ START_WAIT_MS: '0', DATABASE_URL: await postgres.createDatabase() }),
    ];
    const { pairs, accepted } = await withChildren(
      { caller: startChild('start/start-load.js'), load: startChild('http/http-load.js') },
      async ({ caller, load }) => {
        const pairsOf = (count: number): Promise<Paired> =>
          caller.call('pairs', { urls: answering, endpoint, count } satisfies Pairs);
        await pairsOf(quick ? 20 : 200);
        const pairs = await pairsOf(quick ? 50 : 500);
        const accepted: number[][] = STORES.map(() => []);
        const acceptedFor = async (store: number, ms: number): Promise<number> => {
          const url = accepting[store] ?? '';
          const before = await countOf(url);
          const { count, seconds }: Loaded = await load.call('load', {
            url,
            bodies: [JSON.stringify({ query: MUTATION })],
            connections: CONNECTIONS,
            ms,
          } satisfies Load);
          const after = await countOf(url);
          if (after - before !== count)
            throw new Error(`${STORES[store]}: ${count} starts were accepted and ${after - before} are there`);
          return count / seconds;
        };
        for (const store of STORES.keys()) await acceptedFor(store, quick ? 500 : 2000);
        for (let round = 0; round < rounds; round += 1) {
          for (const store of STORES.keys()) accepted[store]?.push(await acceptedFor(store, quick ? 500 : 2500));
        }
        return { pairs, accepted: accepted.map((each) => median(each)) };
      },
    );
    const sdkMs = median(pairs[0] ?? []);
    const addedMs = STORES.map((_, store) => median(pairs[store + 1] ?? []) - sdkMs);
    publish({
      name: 'start',
      about:
        `Starts over a simulator that answers at once. Added: the mutation until AWS has answered, less the SDK's ` +
        `call alone (p50 of ${pairs[0]?.length}, in turn). ` +
        `Accepted: starts stored durably over ${CONNECTIONS} connections, ${inTurn(rounds)}.`,
      versions: {},
      tables: [
        {
          title: 'Starts',
          head: ['', ...STORES],
          rows: [
            ["the SDK's call", ...STORES.map(() => `${rounded(sdkMs)} ms`)],
            ['added by the gateway', ...addedMs.map((ms) => `${rounded(ms)} ms`)],
            ['accepted a second', ...accepted.map((count) => rounded(count))],
          ],
        },
      ],
      goals: STORES.flatMap((store, index) => [
        atMost(`added to a start on ${store}`, addedMs[index] ?? Number.NaN, ADDED_GOAL_MS, 'ms'),
        atLeast(`accepted on ${store}`, accepted[index] ?? Number.NaN, ACCEPTED_GOAL, '/s'),
      ]),
      details: { pairs, accepted },
    });
  } finally {
    for (const { child, ended } of spawned) {
      child.kill('SIGKILL');
      await ended;
    }
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function countOf(url: string): Promise<number> {
  const { tasks } = await query(url, '{ tasks(first: 1) { totalCount } }');
  return tasks.totalCount;
}

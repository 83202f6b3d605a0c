/**
 * What replicas add: one, two and four gateways on one PostgreSQL, each with a load of its own. On a machine with fewer cores than processes
 * the requests a second cannot grow; what a request and a delivery cost the gateways tells whether they would.
 */
import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startPostgres } from '../support/postgres.js';
import { startChild, withChildren, type Child } from './children.js';
import { ONE, TASK_COUNT, taskId } from './fixture.js';
import type { Load, Loaded } from './http-load.js';
import { optionsOf } from './options.js';
import { GATEWAY, GATEWAY_READY, SIMULATOR, spawnUntil, type Spawned } from './processes.js';
import { median, publish, rounded } from './report.js';
import { seedFinishedTasks } from './seed.js';
import { query } from './starter.js';

const COUNTS = [1, 2, 4];
const CONNECTIONS = 20;
const READERS_EACH = 250;
const STARTS = 20;
const BODIES = Array.from({ length: 100 }, (_, index) => JSON.stringify({ query: ONE, variables: { id: taskId((index * 7) % TASK_COUNT) } }));
const START = 'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000002", awsSubmission: { involvementType: CO_SELL } }) { userErrors { message } } }';
const FAST = { READS_PER_SECOND: '1000', WRITES_PER_SECOND: '1000' };

type Gateway = Spawned & { readonly match: string };
type Measured = { readonly rps: number; readonly requestCpuUs: number; readonly deliveries: number; readonly deliveryCpuUs: number };

export async function run(args: string[]): Promise<void> {
  const { quick } = optionsOf(args, { rounds: 1 });
  const postgres = await startPostgres();
  const simulator = await spawnUntil(SIMULATOR, { PORT: '0', ...FAST }, /ready at (\S+)/);
  try {
    const columns: Measured[] = [];
    for (const count of COUNTS) {
      const databaseUrl = await postgres.createDatabase();
      const env = { PARTNER_CENTRAL_ENDPOINT: simulator.match, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', PORT: '0', ...FAST };
      const gateways: Gateway[] = [];
      try {
        for (let index = 0; index < count; index += 1) {
          gateways.push(await spawnUntil(GATEWAY, env, GATEWAY_READY));
          // The first one makes the tables.
          if (index === 0) await seedFinishedTasks(databaseUrl);
        }
        columns.push({ ...(await requests(gateways, quick ? 500 : 3000)), ...(await deliveries(gateways)) });
      } finally {
        for (const { child, ended } of gateways) {
          child.kill('SIGKILL');
          await ended;
        }
      }
    }
    publish({
      name: 'replicas',
      about: `One task by id from ${CONNECTIONS} connections to each replica, and ${STARTS} starts that ${READERS_EACH} readers at each replica follow; gateways, PostgreSQL and load share this machine.`,
      versions: {},
      tables: [
        {
          title: 'Replicas on one PostgreSQL',
          head: ['', ...COUNTS.map((count) => `${count}`)],
          rows: [
            ['requests a second', ...columns.map(({ rps }) => rounded(rps))],
            ['CPU of the gateways a request', ...columns.map(({ requestCpuUs }) => `${rounded(requestCpuUs)} µs`)],
            ['transitions delivered', ...columns.map((column) => column.deliveries.toLocaleString('en'))],
            ['CPU of the gateways a delivery', ...columns.map(({ deliveryCpuUs }) => `${rounded(deliveryCpuUs)} µs`)],
          ],
        },
      ],
      goals: [],
      details: columns,
    });
  } finally {
    simulator.child.kill('SIGKILL');
    await simulator.ended;
    await postgres.stop();
  }
}

async function requests(gateways: readonly Gateway[], ms: number): Promise<Pick<Measured, 'rps' | 'requestCpuUs'>> {
  const loads = Object.fromEntries(gateways.map((_, index): [string, Promise<Child>] => [`load${index}`, startChild('http-load.js')]));
  return withChildren(loads, async (children) => {
    const all = (): Promise<Loaded[]> =>
      Promise.all(gateways.map(async ({ match: url }, index) => children[`load${index}`]?.call('load', { url, bodies: BODIES, connections: CONNECTIONS, ms } satisfies Load)));
    await all();
    const before = cpuUs(gateways);
    const loaded = await all();
    const count = loaded.reduce((sum, each) => sum + each.count, 0);
    return { rps: count / median(loaded.map(({ seconds }) => seconds)), requestCpuUs: (cpuUs(gateways) - before) / count };
  });
}

/** Every reader follows everything: of each start that is accepted, sent and completed it gets two transitions. */
async function deliveries(gateways: readonly Gateway[]): Promise<Pick<Measured, 'deliveries' | 'deliveryCpuUs'>> {
  const expected = gateways.length * READERS_EACH * STARTS * 2;
  let delivered = 0;
  let told: () => void = () => undefined;
  const all = new Promise<void>((settle) => (told = settle));
  const clients = gateways.flatMap(({ match: url }) => Array.from({ length: READERS_EACH }, () => createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: false })));
  try {
    for (const client of clients) {
      const next = (): void => {
        delivered += 1;
        if (delivered === expected) told();
      };
      client.subscribe({ query: 'subscription { taskFeed { cursor sequence status task { id status } } }' }, { next, error: told, complete: told });
    }
    await until(async () => (await Promise.all(gateways.map(({ match }) => readersOf(match)))).every((count) => count >= READERS_EACH));
    const before = cpuUs(gateways);
    for (let index = 0; index < STARTS; index += 1) await query(gateways[index % gateways.length]?.match ?? '', START);
    await Promise.race([all, new Promise((settle) => setTimeout(settle, 30_000))]);
    if (delivered !== expected) throw new Error(`${delivered} of ${expected} transitions were delivered`);
    return { deliveries: delivered, deliveryCpuUs: (cpuUs(gateways) - before) / delivered };
  } finally {
    for (const client of clients) await client.dispose();
  }
}

/** As long as the load lasts nothing else runs in these processes. Ticks are a hundredth of a second. */
function cpuUs(gateways: readonly Gateway[]): number {
  const ticks = gateways.map(({ child }) => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ');
    return Number(fields[13]) + Number(fields[14]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10_000;
}

async function readersOf(url: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(10_000) })).text();
  return Number(/^gateway_subscriptions_open\{transport="websocket"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the readers were not connected in time');
    await new Promise((settle) => setTimeout(settle, 50));
  }
}

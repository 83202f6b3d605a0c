/**
 * Measures one, two and four gateways on one PostgreSQL, each with its own load. The first part runs at full speed and
 * compares the CPU cost of a request and of a delivery. A machine with fewer cores than processes cannot do more with
 * more processes. The second part gives each gateway a small share of a processor, as on many small machines. The total
 * load should then grow with their number.
 */
import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startPostgres } from '../../support/programs/postgres.js';
import { startChild, withChildren, type Child } from '../children.js';
import { ONE, TASK_COUNT, taskId } from '../fixture.js';
import type { Load, Loaded } from '../http/http-load.js';
import { inTurn, optionsOf } from '../options.js';
import { GATEWAY, GATEWAY_READY, SIMULATOR, spawnUntil, type Spawned } from '../processes.js';
import { atLeast, median, publish, rounded } from '../report.js';
import { seedFinishedTasks } from '../seed.js';
import { SLOTS } from './slots.js';
import { query } from '../start/starter.js';

const COUNTS = [1, 2, 4];
const CONNECTIONS = 20;
const READERS_EACH = 250;
const STARTS = 20;
/** Readers of a stream that all replicas serve together, while each has a small share of a processor. */
const READERS_TOGETHER = 2000;
const STARTS_SLOWLY = 7;
const BODIES = Array.from({ length: 100 }, (_, index) =>
  JSON.stringify({ query: ONE, variables: { id: taskId((index * 7) % TASK_COUNT) } }),
);
const START =
  'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000002", awsSubmission: ' +
  '{ involvementType: CO_SELL } }) { userErrors { message } } }';
const FAST = { READS_PER_SECOND: '1000', WRITES_PER_SECOND: '1000' };

type Gateway = Spawned & { readonly match: string };
type Measured = {
  readonly rps: number;
  readonly requestCpuUs: number;
  readonly deliveries: number;
  readonly deliveryCpuUs: number;
  readonly slowRps: number;
  readonly slowMs: number;
};

export async function run(args: string[]): Promise<void> {
  const { quick, rounds } = optionsOf(args, { rounds: 3 });
  const postgres = await startPostgres();
  const simulator = await spawnUntil(SIMULATOR, { PORT: '0', ...FAST }, /ready at (\S+)/);
  try {
    const measured = COUNTS.map((): Measured[] => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, count] of COUNTS.entries())
        measured[index]?.push(
          await together(count, await postgres.createDatabase(), simulator.match, quick ? 500 : 3000),
        );
    }
    const columns = measured.map(medians);
    publish({
      name: 'replicas',
      about:
        `One task by id from ${CONNECTIONS} connections to each replica, and ${STARTS} starts that ${READERS_EACH} ` +
        `subscribers at each replica follow. Gateways, PostgreSQL and load share this machine; ${inTurn(rounds)}.`,
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
            [
              `requests a second, each gateway with a ${SLOTS}th of a processor`,
              ...columns.map(({ slowRps }) => rounded(slowRps)),
            ],
            [
              `one event to ${READERS_TOGETHER.toLocaleString('en')} readers, the same`,
              ...columns.map(({ slowMs }) => `${rounded(slowMs)} ms`),
            ],
          ],
        },
      ],
      // Three quarters of the throughput that each additional gateway would add at no cost to the others.
      goals: [2, 4].flatMap((times, index) => {
        const [one, more] = [columns[0], columns[index + 1]];
        return [
          atLeast(
            `requests on ${times} small replicas, over one`,
            (more?.slowRps ?? Number.NaN) / (one?.slowRps ?? Number.NaN),
            (times * 3) / 4,
          ),
          atLeast(
            `deliveries in the same time on ${times} small replicas, over one`,
            (one?.slowMs ?? Number.NaN) / (more?.slowMs ?? Number.NaN),
            (times * 3) / 4,
          ),
        ];
      }),
      details: columns,
    });
  } finally {
    simulator.child.kill('SIGKILL');
    await simulator.ended;
    await postgres.stop();
  }
}

/** Measures `count` gateways on a database of their own. */
async function together(count: number, databaseUrl: string, endpoint: string, ms: number): Promise<Measured> {
  const env = {
    PARTNER_CENTRAL_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: 'error',
    PORT: '0',
    ...FAST,
  };
  const gateways: Gateway[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      gateways.push(await spawnUntil(GATEWAY, env, GATEWAY_READY));
      // The first gateway creates the tables.
      if (index === 0) await seedFinishedTasks(databaseUrl);
    }
    const fast = { ...(await requests(gateways, ms)), ...(await deliveries(gateways)) };
    const { rps: slowRps } = await slowly(gateways, () => requests(gateways, 2 * ms));
    return { ...fast, slowRps, slowMs: await slowTimeToAll(gateways) };
  } finally {
    for (const { child, ended } of gateways) {
      child.kill('SIGKILL');
      await ended;
    }
  }
}

function medians(all: readonly Measured[]): Measured {
  const of = (name: keyof Measured): number => median(all.map((one) => one[name]));
  return {
    rps: of('rps'),
    requestCpuUs: of('requestCpuUs'),
    deliveries: of('deliveries'),
    deliveryCpuUs: of('deliveryCpuUs'),
    slowRps: of('slowRps'),
    slowMs: of('slowMs'),
  };
}

async function requests(gateways: readonly Gateway[], ms: number): Promise<Pick<Measured, 'rps' | 'requestCpuUs'>> {
  const loads = Object.fromEntries(
    gateways.map((_, index): [string, Promise<Child>] => [`load${index}`, startChild('http/http-load.js')]),
  );
  return withChildren(loads, async (children) => {
    const all = (): Promise<Loaded[]> =>
      Promise.all(
        gateways.map(async ({ match: url }, index) =>
          children[`load${index}`]?.call('load', { url, bodies: BODIES, connections: CONNECTIONS, ms } satisfies Load),
        ),
      );
    await all();
    const before = cpuUs(gateways);
    const loaded = await all();
    const count = loaded.reduce((sum, each) => sum + each.count, 0);
    return {
      rps: count / median(loaded.map(({ seconds }) => seconds)),
      requestCpuUs: (cpuUs(gateways) - before) / count,
    };
  });
}

/** Every reader gets two transitions of each start that is accepted, sent and completed. */
async function deliveries(gateways: readonly Gateway[]): Promise<Pick<Measured, 'deliveries' | 'deliveryCpuUs'>> {
  return withReaders(gateways, READERS_EACH, async (start) => {
    const before = cpuUs(gateways);
    let delivered = 0;
    for (let index = 0; index < STARTS; index += 1) delivered += (await start(index)).delivered;
    return { deliveries: delivered, deliveryCpuUs: (cpuUs(gateways) - before) / delivered };
  });
}

/**
 * The median time in which small gateways deliver the end of a task to all readers, from the first delivery to the
 * last.
 */
async function slowTimeToAll(gateways: readonly Gateway[]): Promise<number> {
  return withReaders(gateways, READERS_TOGETHER / gateways.length, (start) =>
    slowly(gateways, async () => {
      const times: number[] = [];
      for (let index = 0; index < STARTS_SLOWLY; index += 1) times.push((await start(index)).endSpreadMs);
      return median(times);
    }),
  );
}

type Delivered = {
  readonly delivered: number;
  /** The time from the first to the last delivery of the end. */ readonly endSpreadMs: number;
};

/**
 * Connects `each` feed readers to each gateway, and passes a function that starts a task at one gateway and resolves
 * after all deliveries.
 */
async function withReaders<T>(
  gateways: readonly Gateway[],
  each: number,
  use: (start: (index: number) => Promise<Delivered>) => Promise<T>,
): Promise<T> {
  const expected = gateways.length * each * 2;
  let delivered = 0;
  let endTimes: number[] = [];
  let notify: () => void = () => undefined;
  const clients = gateways.flatMap(({ match: url }) =>
    Array.from({ length: each }, () =>
      createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: false }),
    ),
  );
  try {
    for (const client of clients) {
      const next = ({ data }: { data?: { taskFeed: { isTerminal: boolean } } | null }): void => {
        delivered += 1;
        if (data?.taskFeed.isTerminal === true) endTimes.push(performance.now());
        if (delivered === expected) notify();
      };
      client.subscribe<{ taskFeed: { isTerminal: boolean } }>(
        { query: 'subscription { taskFeed { cursor sequence status isTerminal task { id status } } }' },
        { next, error: notify, complete: notify },
      );
    }
    await until(async () =>
      (await Promise.all(gateways.map(({ match }) => readersOf(match)))).every((count) => count >= each),
    );
    return await use(async (index) => {
      delivered = 0;
      endTimes = [];
      const all = new Promise<void>((settle) => (notify = settle));
      await query(gateways[index % gateways.length]?.match ?? '', START);
      await Promise.race([all, new Promise((settle) => setTimeout(settle, 30_000))]);
      if (delivered !== expected) throw new Error(`${delivered} of ${expected} transitions were delivered`);
      return { delivered, endSpreadMs: (endTimes.at(-1) ?? Number.NaN) - (endTimes[0] ?? Number.NaN) };
    });
  } finally {
    for (const client of clients) await client.dispose();
  }
}

/** Gives each gateway a small share of a processor during the measurement. */
async function slowly<T>(gateways: readonly Gateway[], measure: () => Promise<T>): Promise<T> {
  return withChildren({ brake: startChild('replicas/slow-down.js') }, async ({ brake }) => {
    await brake.call(
      'begin',
      gateways.map(({ child }) => child.pid),
    );
    try {
      return await measure();
    } finally {
      await brake.call('end');
    }
  });
}

/** The CPU time of the gateways, which do nothing else during the load. A tick is a hundredth of a second. */
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

/**
 * Measures the worth of each special mechanism. The rows that a user notices run with the mechanism and with its plain
 * counterpart, in turn in the same run. The gateway has no switch: its bundle is built with the counterparts (ablate/).
 */
import { basename, join } from 'node:path';
import { startPostgres } from '../../support/programs/postgres.js';
import { BUNDLED, startChild, withChildren, type Child } from '../children.js';
import { bundleWithout } from './swap.js';
import { SHAPES, bodiesOf, loaded } from '../http/http.js';
import { inTurn, optionsOf, type Options } from '../options.js';
import { median, percentile, publish, rounded } from '../report.js';
import { seedFinishedTasks } from '../seed.js';
import { connect, deliver, startReaders, subscribe, memoryOf, warmUp, type Station } from '../streams/stations.js';
import { assertFiles } from '../streams/streams.js';

/** The place where a row is measured. Larger figures are better, so that a ratio above 1 speaks for the mechanism. */
type Row =
  | { readonly side: 'http'; readonly shape: (typeof SHAPES)[number]['name']; readonly on: 'memory' | 'postgres' }
  | { readonly side: 'streams'; readonly what: 'publishOne' | 'publishEach' }
  | { readonly side: 'memory' };
type Mechanism = { readonly name: string; readonly module: string; readonly rows: readonly Row[] };

const MECHANISMS: readonly Mechanism[] = [
  {
    name: 'executor (compiled closures)',
    module: 'server/execution/executor',
    rows: [
      { side: 'http', shape: 'one task', on: 'memory' },
      { side: 'http', shape: 'list of 50', on: 'memory' },
      { side: 'streams', what: 'publishEach' },
    ],
  },
  {
    name: 'answers past Apollo Server',
    module: 'server/http/post-json',
    rows: [
      { side: 'http', shape: 'one task', on: 'memory' },
      { side: 'http', shape: 'list of 50', on: 'memory' },
    ],
  },
  {
    name: 'answers written together',
    module: 'server/http/end-of-turn',
    rows: [
      { side: 'http', shape: 'one task', on: 'memory' },
      { side: 'http', shape: 'list of 50', on: 'memory' },
      { side: 'http', shape: 'lists that differ', on: 'postgres' },
    ],
  },
  { name: 'shared results', module: 'server/execution/cacheable', rows: [{ side: 'streams', what: 'publishOne' }] },
  { name: 'pull reading of the log', module: 'runtime/pull-stream', rows: [{ side: 'memory' }] },
];

const HTTP = 'http/http-gateway';
const STREAMS = 'streams/stream-gateway';
/** Bundles of entries in different folders lie side by side. */
const programIn = (folder: string, entry: string): string => join(folder, `${basename(entry)}.js`);
/** A smaller ratio does not justify the code, and may be chance if a quarter of the rounds do not show it. */
const WORTH = 1.1;

/** The figures of one round: with the mechanism and without it. */
type Pair = { readonly withIt: number; readonly without: number };

export async function run(args: string[]): Promise<void> {
  const options = optionsOf(args, { rounds: 7 });
  const subscribers = options.quick ? 1000 : 5000;
  assertFiles(subscribers + 200);
  const postgres = await startPostgres();
  const results: { readonly mechanism: Mechanism; readonly row: Row; readonly pairs: readonly Pair[] }[] = [];
  try {
    const databaseUrl = await postgres.createDatabase();
    await seedFinishedTasks(databaseUrl);
    for (const mechanism of MECHANISMS) {
      const outdir = await bundleWithout(mechanism.module, [HTTP, STREAMS]);
      const measured = (row: Row): Promise<Pair[]> => {
        switch (row.side) {
          case 'http':
            return overHttp(outdir, row, row.on === 'postgres' ? [databaseUrl] : [], options);
          case 'streams':
            return overStreams(outdir, row.what, subscribers, options);
          case 'memory':
            return inMemory(outdir, subscribers, options);
          default:
            return row satisfies never;
        }
      };
      for (const row of mechanism.rows) {
        const pairs = await measured(row);
        results.push({ mechanism, row, pairs });
      }
    }
  } finally {
    await postgres.stop();
  }
  publish({
    name: 'ablate',
    about:
      `Requests (persisted, 50 connections) and deliveries (${subscribers.toLocaleString('en')} subscribers) for ` +
      `each second of the server's processor time, and subscribers in each megabyte of its memory. Each is measured ` +
      `with the mechanism and without it; ${inTurn(options.rounds)}. ` +
      `In brackets the quartiles of the rounds' ratios. A mechanism is seen where the lower one is above 1 and the ` +
      `median is ${WORTH} or more.`,
    versions: {},
    tables: [
      {
        title: 'The worth of each mechanism',
        head: ['mechanism', 'row', 'with', 'without', 'ratio', 'verdict'],
        rows: results.map(({ mechanism, row, pairs }) => [mechanism.name, labelOf(row), ...figuresOf(pairs)]),
      },
    ],
    goals: [],
    details: results,
  });
}

async function overHttp(
  outdir: string,
  row: Row & { side: 'http' },
  args: string[],
  { quick, rounds }: Options,
): Promise<Pair[]> {
  const shape = SHAPES.find(({ name }) => name === row.shape);
  if (shape === undefined) throw new Error(`http has no ${row.shape}`);
  return withChildren(
    {
      load: startChild('http/http-load.js'),
      withIt: startChild(programIn(BUNDLED, HTTP), { args }),
      without: startChild(programIn(outdir, HTTP), { args }),
    },
    async ({ load, withIt, without }) => {
      const measure = async (server: Child, ms: number): Promise<number> =>
        perCpuSecond((await loaded(load, server, bodiesOf(shape, 'persisted'), ms)).cpuUs);
      const [body = ''] = bodiesOf(shape, 'both');
      const answers = await Promise.all([withIt, without].map(({ ready }) => answerOf(ready.url, body)));
      if (answers[0] !== answers[1])
        throw new Error(`Without its mechanism the gateway answers ${answers[1]}, with it ${answers[0]}`);
      for (const server of [withIt, without])
        await loaded(load, server, bodiesOf(shape, 'persisted'), quick ? 500 : 2000);
      return inPairs(rounds, (which) => measure(which === 'withIt' ? withIt : without, quick ? 400 : 1000));
    },
  );
}

async function overStreams(
  outdir: string,
  what: 'publishOne' | 'publishEach',
  subscribers: number,
  { rounds }: Options,
): Promise<Pair[]> {
  const execArgv = ['--expose-gc'];
  return withChildren(
    {
      serverWith: startChild(programIn(BUNDLED, STREAMS), { execArgv }),
      serverWithout: startChild(programIn(outdir, STREAMS), { execArgv }),
      readersWith: startReaders('gateway'),
      readersWithout: startReaders('gateway'),
    },
    async ({ serverWith, serverWithout, readersWith, readersWithout }) => {
      const stations = {
        withIt: { name: 'gateway', server: serverWith, client: readersWith },
        without: { name: 'gateway', server: serverWithout, client: readersWithout },
      } as const satisfies Record<keyof Pair, Station>;
      for (const station of Object.values(stations)) {
        const ids: string[] = await station.server.call('prepare', subscribers);
        await warmUp(station, ids);
        await connect(station, subscribers);
        await subscribe(station, what === 'publishOne' ? ids.slice(0, 1) : ids, 1);
      }
      const events = what === 'publishOne' ? 1 : subscribers;
      return inPairs(rounds, async (which) => {
        const { server } = stations[which];
        const before: number = await server.call('cpuUs');
        await deliver(stations[which], what, events, subscribers);
        const after: number = await server.call('cpuUs');
        return perCpuSecond((after - before) / subscribers);
      });
    },
  );
}

/**
 * Subscribers for each megabyte, in new processes each round, because memory that was used once is rarely given back.
 */
async function inMemory(outdir: string, subscribers: number, { rounds }: Options): Promise<Pair[]> {
  const perMegabyte = (folder: string): Promise<number> =>
    withChildren(
      {
        server: startChild(programIn(folder, STREAMS), { execArgv: ['--expose-gc'] }),
        client: startReaders('gateway'),
      },
      async ({ server, client }) => {
        const station = { name: 'gateway', server, client } as const satisfies Station;
        const ids: string[] = await server.call('prepare', subscribers);
        await warmUp(station, ids);
        const before = await memoryOf(station);
        await connect(station, subscribers);
        await subscribe(station, ids, 1);
        return subscribers / (((await memoryOf(station)) - before) / 2 ** 20);
      },
    );
  return inPairs(Math.min(rounds, 3), (which) => perMegabyte(which === 'withIt' ? BUNDLED : outdir));
}

async function answerOf(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  return response.text();
}

/** Work per second of CPU time, which other load on the machine changes little. */
function perCpuSecond(us: number): number {
  return 1e6 / us;
}

/** The order of the two alternates from round to round. */
async function inPairs(rounds: number, measure: (which: keyof Pair) => Promise<number>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const withIt = await measure('withIt');
      pairs.push({ withIt, without: await measure('without') });
    } else {
      const without = await measure('without');
      pairs.push({ withIt: await measure('withIt'), without });
    }
  }
  return pairs;
}

function labelOf(row: Row): string {
  if (row.side === 'http') return `${row.shape}, ${row.on === 'memory' ? 'in memory' : 'in PostgreSQL'}`;
  if (row.side === 'memory') return 'subscribers, in each MB';
  return row.what === 'publishOne' ? 'one event to all' : 'events, one for each subscriber';
}

function figuresOf(pairs: readonly Pair[]): string[] {
  const ratios = pairs.map(({ withIt, without }) => withIt / without);
  const ratio = median(ratios);
  const [lower, upper] = [percentile(ratios, 0.25), percentile(ratios, 0.75)];
  const figure = (which: keyof Pair): string =>
    Math.round(median(pairs.map((pair) => pair[which]))).toLocaleString('en');
  return [
    figure('withIt'),
    figure('without'),
    `${rounded(ratio)} × (${rounded(lower)} to ${rounded(upper)})`,
    lower > 1 && ratio >= WORTH ? 'seen' : 'not seen: remove it?',
  ];
}

/**
 * Measures ten thousand readers of one process: memory for each, time to connect, and time to deliver. The alternatives
 * to the gateway run beside it, and a bare WebSocket server, which is the limit.
 */
import { execFileSync } from 'node:child_process';
import { withChildren, type Child } from '../children.js';
import { inTurn, optionsOf } from '../options.js';
import { installPeers, versionsOf } from '../peers.js';
import { atMost, median, percentile, publish, rounded, type Goal, type Table } from '../report.js';
import {
  connect,
  deliver,
  deliverAtRate,
  memoryOf,
  startReaders,
  startServer,
  subscribe,
  warmUp,
  type Station,
  type StreamServer,
} from './stations.js';

const SERVERS: readonly StreamServer[] = ['gateway', 'stock', 'bare'];
/** The steady rate is also measured on a server that does the least work without losing an event. */
const STEADY_SERVERS: readonly StreamServer[] = ['gateway', 'stock', 'committed', 'bare'];
const LABELS: Readonly<Record<StreamServer, string>> = {
  gateway: '**gateway**',
  stock: 'graphql-ws + graphql-subscriptions',
  committed: 'bare ws, each event committed first',
  bare: 'bare ws, text ready (limit)',
};
const KB = 1024;
const PER_SECOND = 1000;
/**
 * One moment of other load is as long as all of a server's work at the tail. More rounds are needed until the median is
 * stable.
 */
const STEADY_TIMES = 2;
/** A process has some open files beside the sockets. */
const SPARE_FILES = 200;

type Size = {
  readonly sockets: number;
  readonly sharing: { readonly sockets: number; readonly perSocket: number };
  readonly paced: number;
};
const FULL: Size = { sockets: 10_000, sharing: { sockets: 1000, perSocket: 20 }, paced: 3000 };
const QUICK: Size = { sockets: 1000, sharing: { sockets: 100, perSocket: 20 }, paced: 500 };

/** The figures of a server by name. Not every server has all of them. */
type Measure =
  | 'socketKb'
  | 'furtherKb'
  | 'connectPerSecond'
  | 'oneToAllMs'
  | 'oneEachMs'
  | 'sharedEachMs'
  | 'p50Ms'
  | 'p95Ms'
  | 'p99Ms';
type Results = ReadonlyMap<StreamServer, Readonly<Partial<Record<Measure, number>>>>;

export async function run(args: string[]): Promise<void> {
  const { quick, rounds } = optionsOf(args, { rounds: 5 });
  const size = quick ? QUICK : FULL;
  assertFiles(size.sockets + SPARE_FILES);
  installPeers();
  const each = await eachItsOwn(size, rounds);
  const all = await allTheSame(size, rounds);
  const sharing = await manyOnASocket(size, rounds);
  const results: Results = new Map(
    STEADY_SERVERS.map((name) => [name, { ...each.get(name), ...all.get(name), ...sharing.get(name) }]),
  );
  publish({
    name: 'streams',
    about:
      `${size.sockets.toLocaleString('en')} subscribers over WebSocket on one process, events of 600 bytes. Memory ` +
      `is resident memory after a garbage collection. ` +
      `Times run from publishing (or from the end of the commit) to the last delivery. They are ` +
      `${inTurn(rounds)}, and of ${STEADY_TIMES * rounds} at a steady rate.`,
    versions: versionsOf('graphql-ws', 'graphql-subscriptions', 'ws', 'graphql'),
    tables: [tableOf(results, size)],
    goals: goalsOf(results, size),
    details: { size, results: Object.fromEntries(results) },
  });
}

/** Every reader follows a different task. */
async function eachItsOwn({ sockets, paced }: Size, rounds: number): Promise<Results> {
  return atAll(STEADY_SERVERS, sockets, async (stations, ids) => {
    const arrivals = await inSeries(stations, async (station) => {
      const before = await memoryOf(station);
      const ms = (await connect(station, sockets)) + (await subscribe(station, ids(station), 1));
      return { socketKb: ((await memoryOf(station)) - before) / KB / sockets, connectPerSecond: (sockets / ms) * 1000 };
    });
    const compared = stations.filter(({ name }) => SERVERS.includes(name));
    const each = await repeated(compared, rounds, (station) => deliver(station, 'publishEach', sockets, sockets));
    const steady = await repeated(stations, STEADY_TIMES * rounds, (station) =>
      deliverAtRate(station, PER_SECOND, paced),
    );
    const late = (name: StreamServer, share: number) => steady.get(name)?.map((delays) => percentile(delays, share));
    return new Map(
      stations.map(({ name }) => [
        name,
        {
          ...(name === 'committed' ? {} : arrivals.get(name)),
          ...measured('oneEachMs', each.get(name)),
          ...measured('p50Ms', late(name, 0.5)),
          ...measured('p95Ms', late(name, 0.95)),
          ...measured('p99Ms', late(name, 0.99)),
        },
      ]),
    );
  });
}

/** All readers follow the same task. */
async function allTheSame({ sockets }: Size, rounds: number): Promise<Results> {
  return atAll(SERVERS, sockets, async (stations, ids) => {
    await inSeries(stations, async (station) => {
      await connect(station, sockets);
      await subscribe(station, ids(station).slice(0, 1), 1);
    });
    const one = await repeated(stations, rounds, (station) => deliver(station, 'publishOne', 1, sockets));
    return new Map(SERVERS.map((name) => [name, measured('oneToAllMs', one.get(name))]));
  });
}

/** Fewer sockets have many subscriptions each, and every subscription follows a different task. */
async function manyOnASocket({ sharing }: Size, rounds: number): Promise<Results> {
  const { sockets, perSocket } = sharing;
  const total = sockets * perSocket;
  return atAll(SERVERS, total, async (stations, ids) => {
    const furtherKb = await inSeries(stations, async (station) => {
      await connect(station, sockets);
      await subscribe(station, ids(station), 1);
      const before = await memoryOf(station);
      await subscribe(station, ids(station), perSocket - 1);
      return ((await memoryOf(station)) - before) / KB / (total - sockets);
    });
    const each = await repeated(stations, rounds, (station) => deliver(station, 'publishEach', total, total));
    return new Map(
      SERVERS.map((name) => [
        name,
        {
          ...(name === 'bare' ? {} : measured('furtherKb', [furtherKb.get(name) ?? Number.NaN])),
          ...measured('sharedEachMs', each.get(name)),
        },
      ]),
    );
  });
}

/** Starts new processes for these servers, to be measured in turn. */
async function atAll<T>(
  servers: readonly StreamServer[],
  subscribers: number,
  measure: (stations: readonly Station[], ids: (station: Station) => readonly string[]) => Promise<T>,
): Promise<T> {
  const each = (start: (name: StreamServer) => Promise<Child>): Record<string, Promise<Child>> =>
    Object.fromEntries(servers.map((name) => [name, start(name)]));
  const using = async (started: Record<string, Child>, readers: Record<string, Child>): Promise<T> => {
    const stations = servers.flatMap((name): Station[] => {
      const [server, client] = [started[name], readers[name]];
      return server === undefined || client === undefined ? [] : [{ name, server, client }];
    });
    const known = await inSeries(stations, async (station) => {
      const ids: string[] = await station.server.call('prepare', subscribers, 120_000);
      await warmUp(station, ids);
      return ids;
    });
    return measure(stations, ({ name }) => known.get(name) ?? []);
  };
  return withChildren(each(startServer), (started) =>
    withChildren(each(startReaders), (readers) => using(started, readers)),
  );
}

async function inSeries<T>(
  stations: readonly Station[],
  measure: (station: Station) => Promise<T>,
): Promise<Map<StreamServer, T>> {
  const results = new Map<StreamServer, T>();
  for (const station of stations) results.set(station.name, await measure(station));
  return results;
}

async function repeated<T>(
  stations: readonly Station[],
  rounds: number,
  measure: (station: Station) => Promise<T>,
): Promise<Map<StreamServer, T[]>> {
  const results = new Map(stations.map(({ name }): [StreamServer, T[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const station of stations) results.get(station.name)?.push(await measure(station));
  }
  return results;
}

function measured(measure: Measure, values: readonly number[] | undefined): Partial<Record<Measure, number>> {
  return values === undefined ? {} : { [measure]: median([...values]) };
}

function tableOf(results: Results, { sockets, sharing, paced }: Size): Table {
  const all = sockets.toLocaleString('en');
  const rows: [string, Measure, string][] = [
    ['memory of a subscriber', 'socketKb', 'KB'],
    ['memory of a further subscription on the same socket', 'furtherKb', 'KB'],
    ['connected and subscribed a second', 'connectPerSecond', ''],
    [`one event to ${all}`, 'oneToAllMs', 'ms'],
    [`${all} events, one each`, 'oneEachMs', 'ms'],
    [
      `${(sharing.sockets * sharing.perSocket).toLocaleString('en')} events, one each, ${sharing.perSocket} on a socket`,
      'sharedEachMs',
      'ms',
    ],
    [`p50 at ${PER_SECOND.toLocaleString('en')} events a second, for ${paced / PER_SECOND} s`, 'p50Ms', 'ms'],
    ['p95', 'p95Ms', 'ms'],
    ['p99', 'p99Ms', 'ms'],
  ];
  return {
    title: 'Streams',
    head: ['', ...STEADY_SERVERS.map((name) => LABELS[name])],
    rows: rows.map(([label, measure, unit]) => [
      label,
      ...STEADY_SERVERS.map((name) => {
        const value = results.get(name)?.[measure];
        return value === undefined ? '–' : `${rounded(value)} ${unit}`.trim();
      }),
    ]),
  };
}

function goalsOf(results: Results, { sockets }: Size): Goal[] {
  const all = sockets.toLocaleString('en');
  const of = (measure: Measure, name: StreamServer = 'gateway'): number => results.get(name)?.[measure] ?? Number.NaN;
  const overBare = (measure: Measure): number => of(measure) / of(measure, 'bare');
  return [
    atMost('memory of a subscriber, over bare ws', overBare('socketKb'), 2.2),
    atMost('memory of a further subscription', of('furtherKb'), 4, 'KB'),
    atMost(`one event to ${all}, over bare ws`, overBare('oneToAllMs'), 2),
    atMost(`${all} events, one each, over bare ws`, overBare('oneEachMs'), 1.8),
    atMost(`p99 at ${PER_SECOND.toLocaleString('en')} events a second, over bare ws`, overBare('p99Ms'), 2),
  ];
}

/** Node raises its soft limit to the hard limit. Only the shell can raise the hard one. */
export function assertFiles(count: number): void {
  const limit =
    process.platform === 'win32' ? 'unlimited' : execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit !== 'unlimited' && Number(limit) < count)
    throw new Error(
      `a process may open ${limit} files here, and ${count} are needed: raise it with ulimit -n ${count}`,
    );
}

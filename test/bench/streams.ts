/**
 * Ten thousand readers of one process: what each costs in memory, how soon they are connected, and how soon they are told. Beside the gateway
 * stands what people would otherwise use, and a bare WebSocket server, which is the limit.
 */
import { execFileSync } from 'node:child_process';
import { withChildren, type Child } from './children.js';
import { inTurn, optionsOf } from './options.js';
import { installPeers, versionsOf } from './peers.js';
import { atMost, median, percentile, publish, rounded, type Goal, type Table } from './report.js';
import { connect, deliver, deliverAtRate, memoryOf, startReaders, startServer, subscribe, warmUp, type Station, type StreamServer } from './stations.js';

const SERVERS: readonly StreamServer[] = ['gateway', 'stock', 'bare'];
const LABELS: Readonly<Record<StreamServer, string>> = {
  gateway: '**gateway**',
  stock: 'graphql-ws + graphql-subscriptions',
  bare: 'bare ws, text ready (limit)',
};
const KB = 1024;
const PER_SECOND = 1000;
/** Beside the sockets a process has some files open. */
const SPARE_FILES = 200;

type Size = { readonly sockets: number; readonly sharing: { readonly sockets: number; readonly perSocket: number }; readonly paced: number };
const FULL: Size = { sockets: 10_000, sharing: { sockets: 1000, perSocket: 20 }, paced: 3000 };
const QUICK: Size = { sockets: 1000, sharing: { sockets: 100, perSocket: 20 }, paced: 500 };

/** What is measured of a server, by name. */
type Measures = Record<'socketKb' | 'furtherKb' | 'connectPerSecond' | 'oneToAllMs' | 'oneEachMs' | 'sharedEachMs' | 'p99Ms', number>;
type Results = Record<StreamServer, Measures>;

export async function run(args: string[]): Promise<void> {
  const { quick, rounds } = optionsOf(args, { rounds: 5 });
  const size = quick ? QUICK : FULL;
  assertFiles(size.sockets + SPARE_FILES);
  installPeers();
  const each = await eachItsOwn(size, rounds);
  const all = await allTheSame(size, rounds);
  const sharing = await manyOnASocket(size, rounds);
  const of = (name: StreamServer): Measures => ({ ...each[name], oneToAllMs: all[name], ...sharing[name] });
  const results: Results = { gateway: of('gateway'), stock: of('stock'), bare: of('bare') };
  publish({
    name: 'streams',
    about:
      `${size.sockets.toLocaleString('en')} readers over WebSocket on one process, events of 600 bytes; memory is resident memory after a collection of garbage; ` +
      `times are from publishing (the commit, on the gateway) to the last delivery, ${inTurn(rounds)}.`,
    versions: versionsOf('graphql-ws', 'graphql-subscriptions', 'ws', 'graphql'),
    tables: [tableOf(results, size)],
    goals: goalsOf(results, size),
    details: { size, results },
  });
}

/** Every reader follows a task of its own. */
async function eachItsOwn({ sockets, paced }: Size, rounds: number): Promise<Record<StreamServer, Pick<Measures, 'socketKb' | 'connectPerSecond' | 'oneEachMs' | 'p99Ms'>>> {
  return atAll(sockets, async (stations, ids) => {
    const arrivals = await inSeries(stations, async (station) => {
      const before = await memoryOf(station);
      const ms = (await connect(station, sockets)) + (await subscribe(station, ids(station), 1));
      return { socketKb: ((await memoryOf(station)) - before) / KB / sockets, connectPerSecond: (sockets / ms) * 1000 };
    });
    const each = await repeated(stations, rounds, (station) => deliver(station, 'publishEach', sockets, sockets));
    const p99s = await repeated(stations, Math.min(rounds, 3), async (station) => percentile(await deliverAtRate(station, PER_SECOND, paced), 0.99));
    return forAll((name) => ({ ...arrivals[name], oneEachMs: median(each[name]), p99Ms: median(p99s[name]) }));
  });
}

/** All readers follow the same task. */
async function allTheSame({ sockets }: Size, rounds: number): Promise<Record<StreamServer, number>> {
  return atAll(sockets, async (stations, ids) => {
    await inSeries(stations, async (station) => {
      await connect(station, sockets);
      await subscribe(station, ids(station).slice(0, 1), 1);
    });
    const one = await repeated(stations, rounds, (station) => deliver(station, 'publishOne', 1, sockets));
    return forAll((name) => median(one[name]));
  });
}

/** Fewer sockets with many subscriptions each, every one to a task of its own. */
async function manyOnASocket({ sharing }: Size, rounds: number): Promise<Record<StreamServer, Pick<Measures, 'furtherKb' | 'sharedEachMs'>>> {
  const { sockets, perSocket } = sharing;
  const total = sockets * perSocket;
  return atAll(total, async (stations, ids) => {
    const furtherKb = await inSeries(stations, async (station) => {
      await connect(station, sockets);
      await subscribe(station, ids(station), 1);
      const before = await memoryOf(station);
      await subscribe(station, ids(station), perSocket - 1);
      return ((await memoryOf(station)) - before) / KB / (total - sockets);
    });
    const each = await repeated(stations, Math.min(rounds, 3), (station) => deliver(station, 'publishEach', total, total));
    return forAll((name) => ({ furtherKb: furtherKb[name], sharedEachMs: median(each[name]) }));
  });
}

/** Fresh processes for all servers, ready to be measured in turn. */
async function atAll<T>(subscribers: number, measure: (stations: readonly Station[], ids: (station: Station) => readonly string[]) => Promise<T>): Promise<T> {
  const using = async (servers: Record<StreamServer, Child>, readers: Record<StreamServer, Child>): Promise<T> => {
    const stations = SERVERS.map((name): Station => ({ name, server: servers[name], client: readers[name] }));
    const known = await inSeries(stations, async (station) => {
      const ids: string[] = await station.server.call('prepare', subscribers, 120_000);
      await warmUp(station, ids);
      return ids;
    });
    return measure(stations, ({ name }) => known[name]);
  };
  return withChildren(forAll(startServer), (servers) => withChildren(forAll(startReaders), (readers) => using(servers, readers)));
}

async function inSeries<T>(stations: readonly Station[], measure: (station: Station) => Promise<T>): Promise<Record<StreamServer, T>> {
  const results = new Map<StreamServer, T>();
  for (const station of stations) results.set(station.name, await measure(station));
  return forAll((name) => results.get(name) as T);
}

async function repeated(stations: readonly Station[], rounds: number, measure: (station: Station) => Promise<number>): Promise<Record<StreamServer, number[]>> {
  const results = forAll((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const station of stations) results[station.name].push(await measure(station));
  }
  return results;
}

function forAll<T>(of: (name: StreamServer) => T): Record<StreamServer, T> {
  return { gateway: of('gateway'), stock: of('stock'), bare: of('bare') };
}

function tableOf(results: Results, { sockets, sharing, paced }: Size): Table {
  const all = sockets.toLocaleString('en');
  const rows: [string, keyof Measures, string][] = [
    ['memory of a subscriber', 'socketKb', 'KB'],
    ['memory of a further subscription on the same socket', 'furtherKb', 'KB'],
    ['connected and subscribed a second', 'connectPerSecond', ''],
    [`one event to ${all}`, 'oneToAllMs', 'ms'],
    [`${all} events, one each`, 'oneEachMs', 'ms'],
    [`${(sharing.sockets * sharing.perSocket).toLocaleString('en')} events, one each, ${sharing.perSocket} on a socket`, 'sharedEachMs', 'ms'],
    [`p99 at ${PER_SECOND.toLocaleString('en')} events a second, for ${paced / PER_SECOND} s`, 'p99Ms', 'ms'],
  ];
  return {
    title: 'Streams',
    head: ['', ...SERVERS.map((name) => LABELS[name])],
    rows: rows.map(([label, measure, unit]) => [label, ...SERVERS.map((name) => (name === 'bare' && measure === 'furtherKb' ? '–' : `${rounded(results[name][measure])} ${unit}`.trim()))]),
  };
}

function goalsOf({ gateway, bare }: Results, { sockets }: Size): Goal[] {
  const all = sockets.toLocaleString('en');
  return [
    atMost('memory of a subscriber, over bare ws', gateway.socketKb / bare.socketKb, 2),
    atMost('memory of a further subscription', gateway.furtherKb, 4, 'KB'),
    atMost(`one event to ${all}, over bare ws`, gateway.oneToAllMs / bare.oneToAllMs, 2),
    atMost(`${all} events, one each, over bare ws`, gateway.oneEachMs / bare.oneEachMs, 1.8),
    atMost(`p99 at ${PER_SECOND.toLocaleString('en')} events a second, over bare ws`, gateway.p99Ms / bare.p99Ms, 2),
  ];
}

/** Node raises its own limit as far as it may; further only the shell can. */
export function assertFiles(count: number): void {
  const limit = process.platform === 'win32' ? 'unlimited' : execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit !== 'unlimited' && Number(limit) < count) throw new Error(`a process may open ${limit} files here, and ${count} are needed: raise it with ulimit -n ${count}`);
}

/**
 * Measures requests a second, latency and CPU of a small query and of a long list, on the gateway and on its
 * alternatives. The rows are first in memory, where only the frameworks differ, and then in one PostgreSQL.
 */
import { isDeepStrictEqual } from 'node:util';
import { startPostgres } from '../../support/programs/postgres.js';
import { BUNDLED, PEERS, startChild, withChildren, type Child } from '../children.js';
import { LIST, LISTS, ONE, TASK_COUNT, hashOf, taskId } from '../fixture.js';
import type { Load, Loaded } from './http-load.js';
import { inTurn, optionsOf, type Options } from '../options.js';
import { installPeers, versionsOf } from '../peers.js';
import { atLeast, median, percentile, publish, rounded, type Goal, type Table } from '../report.js';
import { seedFinishedTasks } from '../seed.js';

const CONNECTIONS = 50;
export const SHAPES = [
  { name: 'one task', document: ONE, variables: (index: number) => ({ id: taskId(index) }) },
  { name: 'list of 50', document: LIST, variables: () => ({}) },
  // No two concurrent requests are equal. Their average length is the length of the other lists.
  { name: 'lists that differ', document: LISTS, variables: (index: number) => ({ first: 1 + (index % 100) }) },
] as const;
const FORMS = ['persisted', 'plain'] as const;

const OURS = 'gateway';
const LIMIT = 'bare';
const BASE = 'apollo';
const LABELS: Readonly<Record<string, string>> = {
  bare: 'node:http, ready answer (limit)',
  gateway: '**gateway**',
  'mercurius-jit': 'Mercurius with JIT',
  mercurius: 'Mercurius',
  yoga: 'GraphQL Yoga',
  apollo: 'Apollo Server + Express 5',
};

type Server = { readonly name: string; readonly child: Child };
/** The figures of one server and one kind of request, over all rounds. */
type Cell = { rps: number; p99Ms: number; cpuUs: number };
type Cells = Map<string, Cell>;

export async function run(args: string[]): Promise<void> {
  const options = optionsOf(args, { rounds: 3 });
  installPeers();
  const inMemory = await compare(Object.keys(LABELS), [], options);
  const postgres = await startPostgres();
  let inPostgres: Cells;
  try {
    const databaseUrl = await postgres.createDatabase();
    await seedFinishedTasks(databaseUrl);
    inPostgres = await compare(
      Object.keys(LABELS).filter((name) => name !== LIMIT),
      [databaseUrl],
      options,
    );
  } finally {
    await postgres.stop();
  }
  publish({
    name: 'http',
    about:
      `Requests a second as a multiple of ${LABELS[BASE]}'s, p99 and server CPU a request; ${CONNECTIONS} ` +
      `connections, ${inTurn(options.rounds)}.`,
    versions: versionsOf(
      'graphql',
      '@apollo/server',
      'express',
      '@as-integrations/express5',
      'graphql-yoga',
      'mercurius',
      'graphql-jit',
      'fastify',
      'pg',
    ),
    tables: [tableOf('Rows in memory: the frameworks alone', inMemory), tableOf('Rows in one PostgreSQL', inPostgres)],
    goals: goalsOf(inMemory, inPostgres),
    details: { inMemory: Object.fromEntries(inMemory), inPostgres: Object.fromEntries(inPostgres) },
  });
}

async function compare(names: readonly string[], args: string[], { quick, rounds }: Options): Promise<Cells> {
  const start = (name: string): Promise<Child> =>
    name === OURS
      ? startChild(`${BUNDLED}/http-gateway.js`, { args })
      : startChild(`${PEERS}/http.mjs`, { args: [name, ...args] });
  return withChildren(
    { load: startChild('http/http-load.js'), ...Object.fromEntries(names.map((name) => [name, start(name)])) },
    async ({ load, ...started }) => {
      const servers = Object.entries<Child>(started).map(([name, child]): Server => ({ name, child }));
      const cells: Cells = new Map();
      for (const shape of SHAPES) {
        for (const [index, form] of FORMS.entries()) {
          const bodies = bodiesOf(shape, form);
          await agree(servers, shape);
          const ms = quick ? 300 : 900;
          // The compiler learns the shape of a request; the second form of a shape needs little more.
          const warmUpMs = quick ? 300 : index === 0 ? 1500 : 500;
          const measured = new Map(servers.map(({ name }): [string, Cell[]] => [name, []]));
          for (const { child } of servers) await loaded(load, child, bodies, warmUpMs);
          for (let round = 0; round < rounds; round += 1) {
            for (const { name, child } of servers) measured.get(name)?.push(await loaded(load, child, bodies, ms));
          }
          for (const [name, each] of measured) {
            const middle = (of: (cell: Cell) => number): number => median(each.map(of));
            cells.set(keyOf(name, shape.name, form), {
              rps: middle((cell) => cell.rps),
              p99Ms: middle((cell) => cell.p99Ms),
              cpuUs: middle((cell) => cell.cpuUs),
            });
          }
        }
      }
      return cells;
    },
  );
}

/** @param form `both` also makes the server store the hash */
export function bodiesOf(
  { document, variables }: (typeof SHAPES)[number],
  form: (typeof FORMS)[number] | 'both',
): string[] {
  const hash = { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(document) } } };
  const operation = { plain: { query: document }, persisted: hash, both: { query: document, ...hash } }[form];
  return Array.from({ length: 100 }, (_, index) =>
    JSON.stringify({ ...operation, variables: variables((index * 7) % TASK_COUNT) }),
  );
}

/** Every server must give the same response before it is compared. Each has then seen the document of the hash. */
async function agree(servers: readonly Server[], { document, variables }: (typeof SHAPES)[number]): Promise<void> {
  const body = JSON.stringify({
    query: document,
    variables: variables(49),
    extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(document) } },
  });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  let expected: { name: string; data: unknown } | null = null;
  for (const { name, child } of servers) {
    if (name === LIMIT) continue;
    const response = await fetch(child.ready.url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const { data } = JSON.parse(text);
    if (data === undefined || data === null) throw new Error(`${name} answered ${text}`);
    expected ??= { name, data };
    if (!isDeepStrictEqual(data, expected.data))
      throw new Error(`${name} answers otherwise than ${expected.name}: ${text}`);
  }
  const limit = servers.find(({ name }) => name === LIMIT);
  await limit?.child.call('answerWith', JSON.stringify({ data: expected?.data }));
}

export async function loaded(load: Child, server: Child, bodies: string[], ms: number): Promise<Cell> {
  const before: number = await server.call('cpuUs');
  const { count, seconds, latenciesMs }: Loaded = await load.call('load', {
    url: server.ready.url,
    bodies,
    connections: CONNECTIONS,
    ms,
  } satisfies Load);
  const after: number = await server.call('cpuUs');
  return { rps: count / seconds, p99Ms: percentile(latenciesMs, 0.99), cpuUs: (after - before) / count };
}

function keyOf(server: string, shape: string, form: string): string {
  return `${server}, ${shape}, ${form}`;
}

function tableOf(title: string, cells: Cells): Table {
  const columns = SHAPES.flatMap(({ name }) => FORMS.map((form) => ({ shape: name, form })));
  const rows = Object.entries(LABELS).flatMap(([server, label]) => {
    const found = columns.map(({ shape, form }) => ({
      cell: cells.get(keyOf(server, shape, form)),
      base: cells.get(keyOf(BASE, shape, form)),
    }));
    if (found[0]?.cell === undefined) return [];
    return [
      [
        label,
        ...found.map(({ cell, base }) =>
          cell === undefined || base === undefined
            ? '–'
            : `${rounded(cell.rps / base.rps)} × · ${rounded(cell.p99Ms)} ms · ${Math.round(cell.cpuUs)} µs`,
        ),
      ],
    ];
  });
  return { title, head: ['', ...columns.map(({ shape, form }) => `${shape}, ${form}`)], rows };
}

function goalsOf(inMemory: Cells, inPostgres: Cells): Goal[] {
  // A client that sends documents and a client that sends hashes must both be fast, so the worse of the two counts.
  const ratio = (cells: Cells, shape: string, other: string): number =>
    Math.min(
      ...FORMS.map(
        (form) =>
          (cells.get(keyOf(OURS, shape, form))?.rps ?? Number.NaN) /
          (cells.get(keyOf(other, shape, form))?.rps ?? Number.NaN),
      ),
    );
  const peers = Object.keys(LABELS).filter((name) => name !== OURS && name !== LIMIT);
  return [
    ...SHAPES.map(({ name }) =>
      atLeast(`${name} in memory, over Apollo Server + Express`, ratio(inMemory, name, BASE), 3.5),
    ),
    atLeast('list of 50 in memory, over Mercurius with JIT', ratio(inMemory, 'list of 50', 'mercurius-jit'), 0.9),
    atLeast('one task in memory, over Mercurius with JIT', ratio(inMemory, 'one task', 'mercurius-jit'), 0.6),
    ...SHAPES.map(({ name }) =>
      atLeast(
        `${name} in PostgreSQL, over the best peer`,
        Math.min(...peers.map((peer) => ratio(inPostgres, name, peer))),
        1,
      ),
    ),
  ];
}

/**
 * The server over a small schema of its own: a log of texts that a mutation appends to and a subscription follows, resumable by cursor.
 * Whatever a test starts is closed after it.
 */
import { afterEach } from '@jest/globals';
import { GraphQLError, buildSchema, type GraphQLSchema } from 'graphql';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Caller } from '../../../src/server/security/caller.js';
import { createServer, type Server, type ServerOptions } from '../../../src/server/server.js';
import { createTelemetry, type Telemetry } from '../../../src/runtime/telemetry.js';
import { deferred } from './deferred.js';

export const SECRET = 'the password is hunter2';

const SDL = `
  type Query {
    hello(name: String = "world"): String!
    list(first: Int): [Item!]!
    items(first: Int = 10): ItemConnection!
    item: Item!
    color(of: Color): String
    "Needs a number that a nullable variable may lack."
    square(of: Int!): Int
    whoAmI: String!
    boom: String
    refused: String
    uncoded: String
    slow: String
  }
  enum Color { RED GREEN }
  type Item { name: String! item: Item! list(first: Int = 5): [Item!]! }
  type ItemConnection { nodes: [Item!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Mutation { append(text: String!): Int! boom: String! }
  type Event { sequence: Int! cursor: String! text: String! boom: String slow: String }
  type Subscription {
    "Ends with the text END."
    follow(after: String): Event!
    refused: Event!
    boom: Event!
    "Fails at its second event."
    breaks: Event!
    "Opens when the test says so."
    slow: Event!
    "As many and as large as the reader takes."
    flood(kilobytes: Int!): Event!
  }
`;

export type Event = { readonly sequence: number; readonly cursor: string; readonly text: string };

export type TestLog = {
  readonly events: Event[];
  append(...texts: string[]): void;
  /** Streams of the log that are not let go of. */
  readonly following: () => number;
  /** Events taken by all floods together. */
  flooded: number;
};

export function createTestLog(): TestLog & { follow(after: number): AsyncIterableIterator<Event> } {
  const events: Event[] = [];
  const wakeUps = new Set<() => void>();
  let following = 0;
  return {
    events,
    flooded: 0,
    following: () => following,
    append(...texts) {
      for (const text of texts) events.push({ sequence: events.length + 1, cursor: `c${events.length + 1}`, text });
      for (const wake of wakeUps) wake();
    },
    follow(after) {
      let position = after;
      let over = false;
      let wake: () => void = () => {};
      const woken = () => wake();
      wakeUps.add(woken);
      following += 1;
      const letGo = () => {
        if (!over) following -= 1;
        over = true;
        wakeUps.delete(woken);
        wake();
      };
      return {
        async next() {
          while (!over) {
            const event = events[position];
            if (event !== undefined) {
              position += 1;
              return { done: false, value: event };
            }
            if (events[position - 1]?.text === 'END') letGo();
            else await new Promise<void>((resolve) => (wake = resolve));
          }
          return { done: true, value: undefined };
        },
        async return() {
          letGo();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

type Context = { readonly caller: Caller; readonly resumeAfter: string | null };

function schemaOver(log: ReturnType<typeof createTestLog>, releaseSlow: Promise<unknown>): GraphQLSchema {
  const schema = buildSchema(SDL);
  const item = {
    name: 'item',
    item: () => item,
    list: ({ first }: { first: number }) => Array.from({ length: first }, () => item),
  };
  const resolvers: Record<
    string,
    Record<
      string,
      {
        resolve?: (source: any, args: any, context: Context) => unknown;
        subscribe?: (source: any, args: any, context: Context) => unknown;
      }
    >
  > = {
    Query: {
      hello: { resolve: (_source, { name }) => `hello ${name}` },
      list: { resolve: (_source, { first }) => Array.from({ length: first ?? 1 }, () => item) },
      items: {
        resolve: (_source, { first }) => ({
          nodes: Array.from({ length: first }, () => item),
          pageInfo: { hasNextPage: false },
        }),
      },
      item: { resolve: () => item },
      square: { resolve: (_source, { of }) => of * of },
      whoAmI: { resolve: (_source, _args, { caller }) => JSON.stringify(caller) },
      boom: {
        resolve: () => {
          throw new Error(SECRET);
        },
      },
      refused: {
        resolve: () => {
          throw new GraphQLError('not today', { extensions: { code: 'NOT_TODAY' } });
        },
      },
      uncoded: {
        resolve: () => {
          throw new GraphQLError(SECRET);
        },
      },
      slow: { resolve: () => releaseSlow.then(() => 'done') },
    },
    Mutation: {
      append: {
        resolve: (_source, { text }) => {
          log.append(text);
          return log.events.length;
        },
      },
      boom: {
        resolve: () => {
          throw new Error(SECRET);
        },
      },
    },
    Event: {
      boom: {
        resolve: () => {
          throw new Error(SECRET);
        },
      },
      slow: { resolve: () => releaseSlow.then(() => 'done') },
    },
    Subscription: {
      follow: {
        subscribe: (_source, { after }, { resumeAfter }) => log.follow(positionOf(resumeAfter ?? after ?? null)),
      },
      refused: {
        subscribe: () => {
          throw new GraphQLError('not today', { extensions: { code: 'NOT_TODAY' } });
        },
      },
      boom: {
        subscribe: () => {
          throw new Error(SECRET);
        },
      },
      breaks: {
        subscribe: async function* () {
          yield { sequence: 1, cursor: 'c1', text: 'one' };
          throw new Error(SECRET);
        },
      },
      slow: { subscribe: () => releaseSlow.then(() => log.follow(0)) },
      flood: { subscribe: (_source, { kilobytes }) => flood(log, kilobytes) },
    },
  };
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined || !('getFields' in type)) throw new Error(typeName);
    for (const [name, { resolve, subscribe }] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field === undefined || !('resolve' in field)) throw new Error(name);
      if (resolve !== undefined) field.resolve = resolve;
      if (subscribe !== undefined) field.subscribe = subscribe;
      if (typeName !== 'Subscription') continue;
      field.resolve = (event: unknown) => event;
      field.extensions = { readsSourceOnly: true };
    }
  }
  return schema;
}

function positionOf(cursor: string | null): number {
  if (cursor === null) return 0;
  const position = Number(/^c(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(position))
    throw new GraphQLError('This cursor is none of ours.', { extensions: { code: 'BAD_CURSOR' } });
  return position;
}

async function* flood(log: TestLog, kilobytes: number): AsyncGenerator<Event> {
  const text = 'x'.repeat(kilobytes * 1024);
  for (let sequence = 1; ; sequence += 1) {
    log.flooded += 1;
    yield { sequence, cursor: `c${sequence}`, text };
    // A turn of the loop: a source that is always ready must still let sockets be written.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export type TestServer = {
  readonly url: string;
  readonly server: Server;
  readonly log: TestLog;
  readonly telemetry: Telemetry;
  /** Lines of the log so far. */
  readonly lines: Record<string, unknown>[];
  readonly metric: (name: string, labels?: Record<string, string>) => Promise<number>;
  /** Lets everything go on that is `slow`. */
  readonly finishSlow: () => void;
};

const running = new Set<Server>();
afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
  running.clear();
});

export async function startServer(
  overrides: Partial<Omit<ServerOptions, 'schema' | 'contextOf' | 'telemetry'>> & {
    log?: ReturnType<typeof createTestLog>;
  } = {},
): Promise<TestServer> {
  const { log = createTestLog(), ...options } = overrides;
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const { promise: released, resolve: finishSlow } = deferred();
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    explorer: true,
    corsOrigins: [],
    auth: { mode: 'none' },
    persisted: { mode: 'off', documents: new Map() },
    drainMs: 0,
    ready: async () => ({ ready: true, reasons: [] }),
    clock: systemClock,
    ...options,
    schema: schemaOver(log, released),
    contextOf: (caller, { resumeAfter }): Context => ({ caller, resumeAfter }),
    telemetry,
  });
  running.add(server);
  return {
    url: server.url,
    server: {
      ...server,
      // A test that starts a thousand servers must not keep them all.
      close: () => server.close().finally(() => running.delete(server)),
    },
    log,
    telemetry,
    lines,
    finishSlow,
    async metric(name, labels = {}) {
      const found = (await telemetry.registry.getMetricsAsJSON()).find((metric) => metric.name === name);
      const values = found?.values ?? [];
      return values
        .filter((value) =>
          Object.entries(labels).every(([label, wanted]) => String(Object(value.labels)[label]) === wanted),
        )
        .reduce((sum, { value }) => sum + value, 0);
    },
  };
}

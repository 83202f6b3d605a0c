/**
 * A small schema over a log of texts: a mutation appends to the log, a subscription follows it and resumes by cursor.
 */
import { GraphQLError, buildSchema, type GraphQLSchema } from 'graphql';
import type { Caller } from '../../../src/server/security/caller.js';
import { flood, type createTestLog } from './server-log.js';

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
    "Names the place at which it begins."
    begins: Event!
    refused: Event!
    boom: Event!
    "Fails at its second event."
    breaks: Event!
    "Opens when the test releases it."
    slow: Event!
    "As many events as the reader takes, of the given size."
    flood(kilobytes: Int!): Event!
  }
`;

export type ServerContext = { readonly caller: Caller; readonly resumeAfter: string | null };

export function schemaOver(log: ReturnType<typeof createTestLog>, releaseSlow: Promise<unknown>): GraphQLSchema {
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
        resolve?: (source: any, args: any, context: ServerContext) => unknown;
        subscribe?: (source: any, args: any, context: ServerContext) => unknown;
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
      begins: { subscribe: () => Object.assign(log.follow(0), { cursor: 'c0' }) },
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
    throw new GraphQLError('This cursor is not valid.', { extensions: { code: 'BAD_CURSOR' } });
  return position;
}

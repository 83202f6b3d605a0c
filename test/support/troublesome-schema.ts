/** A schema in which every way of answering a field occurs: at once or later, well or badly, where null may stand and where not. */
import {
  GraphQLError,
  GraphQLScalarType,
  buildSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';

const FIELDS = `
  text: String
  present: String!
  number: Int
  color: Color
  broken: Int!
  brokenLater: Int!
  missing: String!
  missingLater: String!
  wrong: Int
  wrongColor: Color
  error: String
  returned: String!
  moody: Moody
  method(n: Int = 2): String
  promised: String
  echo(text: String, color: Color = RED, numbers: [Int!], input: Input, required: Int! = 7): String
  child: Node
  childLater: Node!
  other: Thing
  same: One!
  sameLater: One
  impostor: Node
  list: [Node]
  strict: [Node!]
  strictLater: [One!]!
  items: [Int!]
  lateItems: [Int]
  noList: [Int]
  fragile: Fragile
  fragiles: [Fragile!]
  throws: String
  throwsNow: Int!
  throwsChild: Node
  counted: String
  countedNumber: Int
  countedLater: String
  countedMethod: String
  countedChild: Fragile
  checked(n: Int!, m: Int = 1): String
  thenable: String
  lateError: String
  symbol: String
  notFinite: Int
  huge: Int
  boxed: String
  set: [Int]
  generated: [Int!]
  brokenIterator: [Int]
  lists: [[Int!]]
  lateLists: [[Int]!]
  slow: Slow
  slowAndBad: Slow
  void: Void
  lateVoid: Void!
  vague: Vague
  untyped: Node
  unknown: Node
  notAnObject: Node
  number42: Node
  typeItself: Node
  lateUnknown: Thing
  strangers: [Thing]
`;

const SDL = `
  type Query { node: Node one: One! nodes: [Node!]! things: [Thing] fragile: Fragile two: Two boom: Int later: Node }
  type Mutation { one: One two: Two boom: Int! }
  enum Color { RED GREEN }
  input Input { n: Int = 5, text: String, nested: Input, list: [String], needed: Boolean! }
  scalar Moody
  scalar Slow
  scalar Void
  type Vague { text: String }
  interface Node { ${FIELDS} }
  type One implements Node { ${FIELDS} ofOne: Int! }
  type Two implements Node { ${FIELDS} ofTwo: Int }
  union Thing = One | Two
  type Fragile { text: String! broken: Int! brokenLater: Int! inner: Fragile! strict: [Int!]! node: Node! }
`;

class One {}
class Two {}
const later = async <T>(value: T): Promise<T> => value;
const fails = (message: string) => () => {
  throw new Error(message);
};

/** A function that has a `then`, and fails when that is called. */
const thenable: unknown = Object.setPrototypeOf(() => 'never called', Promise.prototype);
/** An object whose type resolves to `type`. */
const typed = (type: unknown): object => ({ type, text: 'of a strange type' });

/** What every object has; what a field does not find here is undefined. */
const PROPERTIES: Readonly<Record<string, unknown>> = {
  text: 'a "text"',
  present: 'here',
  number: 4,
  color: 'the green one',
  missing: null,
  wrong: 'no number',
  wrongColor: 'BLUE',
  error: new Error('as a value'),
  returned: new GraphQLError('returned', { extensions: { code: 'RETURNED' } }),
  items: [1, 2, 3],
  noList: 'no list',
  ofOne: 1,
  ofTwo: 2,
  moody: 'fine',
  symbol: Symbol('a symbol'),
  notFinite: NaN,
  huge: 2n ** 80n,
  boxed: { valueOf: () => 'in a box' },
  slow: 'slow',
  slowAndBad: 'bad',
  void: 'nothing',
  lateVoid: later('nothing'),
  vague: { text: 'vague' },
  untyped: {},
  unknown: typed('Nowhere'),
  notAnObject: typed('Thing'),
  number42: typed(42),
  lateUnknown: later({ __typename: 'Nowhere' }),
  strangers: [{}, { __typename: 'Fragile' }, later({ __typename: 'Node' })],
};

/** Getters that throw, and others that count how often they are read. */
function withGetters(object: object): object {
  let reads = 0;
  const count = () => `read ${(reads += 1)}`;
  const getters: Record<string, () => unknown> = {
    throws: fails('a getter'),
    throwsNow: fails('a getter of a number'),
    throwsChild: fails('a getter of a child'),
    counted: count,
    countedNumber: () => (reads += 1),
    countedLater: () => later(count()),
    countedMethod: () => {
      count();
      return () => `called after ${count()}`;
    },
    countedChild: () => ({ text: count(), strict: [] }),
    checked: count,
  };
  for (const [name, get] of Object.entries(getters)) Object.defineProperty(object, name, { get });
  return object;
}

function* generate(): Generator<number> {
  yield 1;
  yield 2;
}
function* breakDown(): Generator<number> {
  yield 1;
  throw new Error('an iterator');
}

const node = (n: number): object =>
  withGetters(
    Object.assign(n % 2 === 0 ? new One() : new Two(), PROPERTIES, {
      n,
      moody: n % 3 === 0 ? 'fine' : 'not fine',
      promised: later(`promised ${n}`),
      method: ({ n: of }: { n: number }) => `method ${of}`,
      set: new Set([1, 2]),
      generated: generate(),
      brokenIterator: breakDown(),
      lateError: later(new Error('late, as a value')),
      lists: [[1], null, new Set([2, 3])],
      lateLists: later([later([1, later(2)]), new Set([later(null)])]),
      thenable,
    }),
  );

const RESOLVERS: Readonly<Record<string, (source: unknown, args: unknown) => unknown>> = {
  broken: fails('broken'),
  brokenLater: async () => fails('broken later')(),
  missingLater: () => later(null),
  boom: fails('boom'),
  echo: (_source, args) => JSON.stringify(args),
  child: () => node(1),
  childLater: () => later(node(2)),
  other: () => node(3),
  same: () => new One(),
  sameLater: () => later(node(4)),
  typeItself: () => TYPE_ITSELF,
  impostor: () => ({ __typename: 'Fragile' }),
  list: () => [node(1), null, later(node(2)), new Error('an item'), later(null)],
  strict: () => [node(0), node(1)],
  strictLater: () => [later(node(0)), later(node(2))],
  lateItems: () => [later(1), 2, Promise.reject(new Error('a late item'))],
  fragile: () => ({ text: 't', strict: [1] }),
  fragiles: () => [later({ text: 't', strict: [1] }), later({ text: null, strict: [null] })],
  inner: () => later({ text: 't', strict: [2, null] }),
  node: () => node(2),
  one: () => node(4),
  two: () => later(node(1)),
  nodes: () => [later(node(1)), later(node(2)), later(node(3))],
  things: () => [node(2), null, node(3)],
  later: () => later(node(5)),
};

export function createTroublesomeSchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isObjectType(type))
      for (const field of Object.values(type.getFields())) {
        const resolve = RESOLVERS[field.name];
        if (resolve !== undefined) field.resolve = resolve;
      }
    // What a resolver gives is not what a client reads.
    if (isEnumType(type) && type.name === 'Color')
      Object.assign(
        type,
        new (Object(type).constructor)({
          name: 'Color',
          values: { RED: { value: 'the red one' }, GREEN: { value: 'the green one' } },
        }),
      );
    if (type instanceof GraphQLScalarType && type.name === 'Slow')
      type.serialize = (value) => (value === 'bad' ? Promise.reject(new Error('slow and bad')) : later(value));
    if (type instanceof GraphQLScalarType && type.name === 'Void') type.serialize = () => undefined;
    if (type instanceof GraphQLScalarType && type.name === 'Moody')
      type.serialize = (value) => {
        if (value !== 'fine') throw new Error('bad mood');
        return value;
      };
  }
  const one = schema.getType('One');
  if (isObjectType(one)) one.isTypeOf = (value) => value instanceof One;
  const two = schema.getType('Two');
  if (isObjectType(two)) two.isTypeOf = (value) => later(value instanceof Two);
  const vague = schema.getType('Vague');
  if (isObjectType(vague)) Object.assign(vague, { isTypeOf: () => undefined });
  const nodeType = schema.getType('Node');
  if (isInterfaceType(nodeType))
    Object.assign(nodeType, {
      resolveType: (value: unknown) => (isTyped(value) ? value.type : value === TYPE_ITSELF ? one : typeNameOf(value)),
    });
  return schema;
}

const TYPE_ITSELF = {};

function isTyped(value: unknown): value is { readonly type: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function typeNameOf(value: unknown): string | Promise<string> | undefined {
  if (value instanceof One) return 'One';
  if (value instanceof Two) return later('Two');
  return value !== null && typeof value === 'object' && '__typename' in value ? String(value.__typename) : undefined;
}

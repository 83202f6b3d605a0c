/** A schema in which every way of answering a field occurs: at once or later, well or badly, where null may stand and where not. */
import { GraphQLError, GraphQLScalarType, buildSchema, isEnumType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

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
`;

const SDL = `
  type Query { node: Node one: One! nodes: [Node!]! things: [Thing] fragile: Fragile two: Two boom: Int later: Node }
  type Mutation { one: One two: Two boom: Int! }
  enum Color { RED GREEN }
  input Input { n: Int = 5, text: String, nested: Input, list: [String], needed: Boolean! }
  scalar Moody
  interface Node { ${FIELDS} }
  type One implements Node { ${FIELDS} ofOne: Int! }
  type Two implements Node { ${FIELDS} ofTwo: Int }
  union Thing = One | Two
  type Fragile { text: String! broken: Int! brokenLater: Int! inner: Fragile! strict: [Int!]! node: Node! }
`;

class One {}
class Two {}
const later = async <T>(value: T): Promise<T> => value;
const fails = (message: string) => () => { throw new Error(message); };

/** What every object has; what a field does not find here is undefined. */
const PROPERTIES: Readonly<Record<string, unknown>> = {
  text: 'a "text"', present: 'here', number: 4, color: 'the green one', missing: null, wrong: 'no number', wrongColor: 'BLUE', error: new Error('as a value'),
  returned: new GraphQLError('returned', { extensions: { code: 'RETURNED' } }), items: [1, 2, 3], noList: 'no list', ofOne: 1, ofTwo: 2, moody: 'fine',
};
const node = (n: number): object => Object.assign(n % 2 === 0 ? new One() : new Two(), PROPERTIES, { n, moody: n % 3 === 0 ? 'fine' : 'not fine', promised: later(`promised ${n}`), method: ({ n: of }: { n: number }) => `method ${of}` });

const RESOLVERS: Readonly<Record<string, (source: unknown, args: unknown) => unknown>> = {
  broken: fails('broken'), brokenLater: async () => fails('broken later')(), missingLater: () => later(null), boom: fails('boom'),
  echo: (_source, args) => JSON.stringify(args), child: () => node(1), childLater: () => later(node(2)), other: () => node(3), same: () => new One(), sameLater: () => later(node(4)),
  impostor: () => ({ __typename: 'Fragile' }), list: () => [node(1), null, later(node(2)), new Error('an item'), later(null)], strict: () => [node(0), node(1)],
  strictLater: () => [later(node(0)), later(node(2))], lateItems: () => [later(1), 2, Promise.reject(new Error('a late item'))], fragile: () => ({ text: 't', strict: [1] }),
  fragiles: () => [later({ text: 't', strict: [1] }), later({ text: null, strict: [null] })], inner: () => later({ text: 't', strict: [2, null] }),
  node: () => node(2), one: () => node(4), two: () => later(node(1)), nodes: () => [later(node(1)), later(node(2)), later(node(3))], things: () => [node(2), null, node(3)], later: () => later(node(5)),
};

export function createTroublesomeSchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isObjectType(type)) for (const field of Object.values(type.getFields())) {
      const resolve = RESOLVERS[field.name];
      if (resolve !== undefined) field.resolve = resolve;
    }
    if (isInterfaceType(type)) type.resolveType = typeNameOf;
    // What a resolver gives is not what a client reads.
    if (isEnumType(type) && type.name === 'Color') Object.assign(type, new (Object(type).constructor)({ name: 'Color', values: { RED: { value: 'the red one' }, GREEN: { value: 'the green one' } } }));
    if (type instanceof GraphQLScalarType && type.name === 'Moody') type.serialize = (value) => { if (value !== 'fine') throw new Error('bad mood'); return value; };
  }
  const one = schema.getType('One');
  if (isObjectType(one)) one.isTypeOf = (value) => value instanceof One;
  const two = schema.getType('Two');
  if (isObjectType(two)) two.isTypeOf = (value) => later(value instanceof Two);
  return schema;
}

function typeNameOf(value: unknown): string | Promise<string> | undefined {
  if (value instanceof One) return 'One';
  if (value instanceof Two) return later('Two');
  return value !== null && typeof value === 'object' && '__typename' in value ? String(value.__typename) : undefined;
}

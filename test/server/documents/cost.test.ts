/** The cost of operations: lists, inputs, complex fields, aliases, introspection and variables. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { costOf } from '../../../src/server/documents/cost.js';
import { fragmentsOf } from '../../../src/server/security/limits.js';
import { fragmentBomb } from '../../support/fixtures/fragment-bomb.js';

const schema = buildSchema(`
  interface Node { name: String! children(first: Int = 3): [Node!]! }
  type Leaf implements Node { name: String! children(first: Int = 3): [Node!]! tags: [String!]! }
  type Connection { edges: [Edge!]! nodes: [Node!]! pageInfo: PageInfo! }
  type Edge { node: Node! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Query { node: Node page(first: Int = 20): Connection! list(first: Int): [Node!]! }
`);

function costs(text: string, variables: Record<string, unknown> = {}, of = schema) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  return costOf(of, operation, fragmentsOf(document), variables);
}

describe('costOf', () => {
  test.each([
    ['{ node { name } }', 2],
    ['{ list { name } }', 2],
    ['{ list(first: 7) { name } }', 14],
    ['{ page(first: 10) { nodes { name } } }', 1 + 10 * 2],
    ['{ page(first: 10) { nodes { name } pageInfo { hasNextPage endCursor } } }', 1 + 10 * 2 + 3],
    ['{ page(first: 10) { edges { node { name } } } }', 1 + 10 * 3],
    ['{ page { nodes { name } } }', 1 + 20 * 2],
    ['{ page(first: 10) { nodes { children(first: 10) { name } } } }', 1 + 10 * (1 + 10 * 2)],
    ['{ page(first: 10) { ...P } } fragment P on Connection { nodes { ... on Leaf { name tags } } }', 1 + 10 * 3],
    ['{ __schema { types { name } } }', 15 * 3],
    [
      '{ __schema { ...S } __typename } fragment S on __Schema { types { ...T } } fragment T on __Type { name kind }',
      15 * 4 + 1,
    ],
    [`{ node { ${'a'.repeat(50)}: name } }`, 2],
    [`{ node { ${'a'.repeat(51)}: name } }`, 3],
    [`{ page(first: 10) { nodes { ${'a'.repeat(150)}: name } } }`, 1 + 10 * (2 + 10)],
    [`{ __type(name: "Leaf") { ${'a'.repeat(150)}: name } }`, 15 * (2 + 10)],
    ['{ list(first: -5) { name } }', 2],
  ])('the cost of %s is %d', (text, cost) => {
    expect(costs(text)).toEqual({ cost, variable: false });
  });

  test('`first` comes from the variables, their defaults, and the schema', () => {
    const text = 'query($n: Int = 5) { page(first: $n) { nodes { name } } }';
    expect(costs(text, { n: 50 })).toEqual({ cost: 101, variable: true });
    expect(costs(text)).toEqual({ cost: 11, variable: true });
    expect(costs(text, { n: null })).toEqual({ cost: 41, variable: true });
    expect(costs('query($n: Int) { page(first: $n) { nodes { name } } }')).toEqual({ cost: 41, variable: true });
  });
});

describe('costOf for a list with an element for each input', () => {
  const batch = buildSchema(`
    type Query { task: Task }
    type Mutation { start(inputs: [Int!]!): Started }
    type Started { results: [Result!]! batch: Page errors: [Result!]! }
    type Result { task: Task name: String! notes: [Result!]! }
    type Task { name: String! costly: Task page(first: Int = 20): Page tags: [String!]! }
    type Page { nodes: [Task!]! total: Int }
  `);
  for (const [type, name, extensions] of [
    ['Started', 'results', { perInput: true }],
    ['Task', 'costly', { complexity: 20 }],
  ] as const) {
    const parent = batch.getType(type);
    const field = parent !== undefined && 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (field !== undefined) field.extensions = extensions;
  }

  test.each([
    ['plain fields count once', '{ results { name task { name tags } notes { name } } }', 1 + (1 + 1 + 3 + 2)],
    [
      'complex fields count once for each input',
      '{ results { name task { costly { name } } } }',
      1 + 1 + 1 + 1 + 3 * (20 + 1),
    ],
    [
      'paged fields count once for each input',
      '{ results { task { page(first: 10) { nodes { name } total } } } }',
      1 + 1 + 1 + 3 * (1 + 10 * 2 + 1),
    ],
    [
      'nested complex and paged fields are multiplied once',
      '{ results { task { costly { page(first: 10) { nodes { name } } } } } }',
      1 + 1 + 1 + 3 * (20 + 1 + 10 * 2),
    ],
    [
      'fields in fragments count like fields without',
      '{ ...S } fragment S on Started { results { ...R } } fragment R on Result { task { costly { name } } }',
      1 + 1 + 1 + 3 * (20 + 1),
    ],
    [
      'fields beside the list are not multiplied',
      '{ batch { nodes { costly { name } } } errors { task { costly { name } } } }',
      1 + (1 + 1 + 21) + (1 + 1 + 21),
    ],
  ])('%s', (_title, text, cost) => {
    const [selection, ...fragments] = text.split(' fragment ');
    const rest = fragments.map((fragment) => ` fragment ${fragment}`).join('');
    expect(costs(`mutation { start(inputs: [1, 2, 3]) ${selection} }${rest}`, {}, batch)).toEqual({
      cost,
      variable: false,
    });
    expect(costs(`mutation($i: [Int!]!) { start(inputs: $i) ${selection} }${rest}`, { i: [1, 2, 3] }, batch)).toEqual({
      cost,
      variable: true,
    });
  });

  test('a single input, an empty list and a missing list count as one, and a default by its length', () => {
    const text = '{ results { task { costly { name } } } }';
    const of = (inputs: number) => 3 + inputs * 21;
    expect(costs(`mutation { start(inputs: 1) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation { start(inputs: []) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]!) { start(inputs: $i) ${text} }`, { i: 1 }, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]!) { start(inputs: $i) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]! = [1, 2]) { start(inputs: $i) ${text} }`, {}, batch).cost).toBe(of(2));
  });
});

describe('costOf for a field with a complexity', () => {
  const complex = buildSchema(`
    type Query { costly: Costly page(first: Int): Page }
    type Page { nodes: [Costly!]! }
    type Costly { name: String! leaf: String! list: [Costly!]! leaves: [String!]! }
  `);
  for (const [type, name] of [
    ['Query', 'costly'],
    ['Costly', 'leaf'],
    ['Costly', 'list'],
    ['Costly', 'leaves'],
  ] as const) {
    const parent = complex.getType(type);
    const field = parent !== undefined && 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (field !== undefined) field.extensions = { complexity: 20 };
  }

  test.each([
    ['{ costly { name } }', 20 + 1],
    ['{ costly { leaf list { name } } }', 20 + 20 + (20 + 1)],
    ['{ page(first: 10) { nodes { leaf } } }', 1 + 10 * (1 + 20)],
    ['{ page(first: 10) { nodes { leaves } } }', 1 + 10 * (1 + 20)],
    ['{ page(first: 10) { nodes { list { name } } } }', 1 + 10 * (1 + 20 + 1)],
  ])('the field counts as its complexity says: %s is %d', (text, cost) => {
    expect(costs(text, {}, complex).cost).toBe(cost);
  });
});

test('costOf counts a list that an argument sizes once for each value of the argument', () => {
  const sized = buildSchema(`
    type Query { records(ids: [ID!]!): [Item]! }
    type Item { name: String! }
  `);
  const field = sized.getQueryType()?.getFields()['records'];
  if (field !== undefined) field.extensions = { sizedBy: 'ids', complexity: 20 };
  expect(costs('{ records(ids: ["a", "b", "c"]) { name } }', {}, sized)).toEqual({ cost: 3 * 21, variable: false });
  const text = 'query($ids: [ID!]!) { records(ids: $ids) { name } }';
  expect(costs(text, { ids: ['a', 'b'] }, sized)).toEqual({ cost: 2 * 21, variable: true });
  expect(costs(text, { ids: [] }, sized).cost).toBe(21);
});

test('costOf measures fragments that spread each other in time linear in their number', () => {
  expect(costs(fragmentBomb(200)).cost).toBeGreaterThan(1e50);
});

/**
 * The executor gives the results of graphql-js for random and rare documents: the same data, and the same errors in
 * order.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  execute,
  getOperationAST,
  isObjectType,
  parse,
  validate,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { createDocuments } from '../../../src/server/documents/documents.js';
import { createExecutor, type Executor } from '../../../src/server/execution/executor.js';
import { DEFAULT_LIMITS, type Variables } from '../../../src/server/security/limits.js';
import { sha256 } from '../../../src/server/documents/persisted.js';
import {
  aFailure,
  aTask,
  aTransition,
  contextWith,
  fakeTasks,
  ENGAGEMENT_INPUT,
} from '../../support/fakes/fake-tasks.js';
import { INHERITED_NAMES, inheritedNaming, randomDocument } from '../../support/fixtures/random-document.js';
import { createTroublesomeSchema } from '../../support/fixtures/troublesome-schema.js';

const anyTape = fc.uint8Array({ minLength: 100, maxLength: 400 });
const anyShift = fc.nat(INHERITED_NAMES.length - 1);

const troublesome = createTroublesomeSchema();
const gateway = createSchema();

const failed = aTask({
  id: 'task-two',
  input: ENGAGEMENT_INPUT,
  status: 'FAILED',
  failure: aFailure(),
  details: { reasonCode: 'InternalError' },
});
const items = [aTask(), failed].map((item) => ({ cursor: `cursor of ${item.id}`, item }));
const gatewayContext = () =>
  contextWith(
    fakeTasks({
      find: failed,
      list: { items, hasNextPage: true, hasPreviousPage: false },
      count: 2,
      transitions: { items: [{ cursor: 'cursor-1', item: aTransition() }], hasNextPage: false, hasPreviousPage: false },
    }),
  );

function asRead(result: ExecutionResult): unknown {
  return JSON.parse(JSON.stringify(result));
}

async function both(
  schema: GraphQLSchema,
  executor: Executor,
  text: string,
  variables: Variables,
  contextValue: object,
  rootValue?: unknown,
): Promise<readonly [actual: unknown, expected: unknown]> {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  const checked = { kind: 'document', ast: document, text, hash: sha256(text), costOf: () => 0 } as const;
  const expected = await execute({
    schema,
    document,
    rootValue,
    contextValue,
    variableValues: variables,
    options: { maxCoercionErrors: 5 },
  });
  return [asRead(await executor.execute(checked, operation, { rootValue, contextValue, variables })), asRead(expected)];
}

describe.each([
  ['a schema that makes every kind of trouble', troublesome, () => ({})],
  ["the gateway's schema", gateway, gatewayContext],
] as const)('createExecutor over %s', (_name, schema, contextOf) => {
  test.each(schema === gateway ? (['query'] as const) : (['query', 'mutation'] as const))(
    'each random %s has the result of graphql-js, with several variables',
    async (root) => {
      const executor = createExecutor(schema);
      await fc.assert(
        fc.asyncProperty(anyTape, fc.option(anyShift), async (tape, shift) => {
          const naming = shift === null ? undefined : inheritedNaming(shift);
          const { text, variables } = randomDocument(schema, tape, root, naming);
          fc.pre(validate(schema, parse(text)).length === 0);
          for (let round = 0; round < 3; round += 1) {
            const [actual, expected] = await both(schema, executor, text, variables(), contextOf());
            expect({ text, result: actual }).toEqual({ text, result: expected });
          }
        }),
        { numRuns: schema === gateway ? 100 : 300, endOnFailure: true },
      );
    },
  );
});

describe('createExecutor for rare documents', () => {
  const executor = createExecutor(troublesome);

  test.each([
    ['with the prototype as an alias', '{ node { __proto__: text } }'],
    ['with introspection', '{ __schema { queryType { name } } __typename node { text } }'],
    ['with several mutations, which run in order', 'mutation { two { text } one { text } boom }'],
    [
      'with one response name in several fragments',
      '{ node { child { text } ...A } } fragment A on Node { child { number ...B } child { present } } fragment B on One { text ofOne }',
    ],
    [
      'with conditions as literals',
      '{ node { text @include(if: false) number @skip(if: false) ... @skip(if: true) { present } } }',
    ],
  ])('a document %s has the result of graphql-js', async (_kind, text) => {
    const [actual, expected] = await both(troublesome, executor, text, {}, {});
    expect(actual).toEqual(expected);
  });

  test.each([
    [
      'a null argument of a leaf without a resolver',
      'query($n: Int = 1) { node { present checked(n: $n) } }',
      { n: null },
    ],
    ['a getter that throws', '{ node { present throws throwsChild { text } } }', {}],
    ['a getter of a non-null field', '{ nodes { throwsNow } later { present } }', {}],
    [
      'members that count their reads',
      '{ node { counted countedNumber countedLater countedMethod countedChild { text } again: counted } }',
      {},
    ],
    [
      'values of an unresolvable type',
      '{ node { untyped { text } unknown { text } notAnObject { text } number42 { text } typeItself { text } impostor { text } strangers { __typename } } }',
      {},
    ],
    [
      'a null condition in a list',
      'query($b: Boolean = true) { nodes { present } node { list { text @include(if: $b) } strict { number @skip(if: $b) } } }',
      { b: null },
    ],
    [
      'one response name under two conditions',
      'query($a: Boolean = true, $b: Boolean = false) { node { child @include(if: $a) { text } child @include(if: $b) { number } } }',
      { a: false, b: true },
    ],
    [
      'two conditions on one field, one null',
      'query($a: Boolean!, $b: Boolean = true) { node { text @skip(if: $a) @include(if: $b) present } }',
      { a: true, b: null },
    ],
  ])('a document with %s has the result of graphql-js', async (_kind, text, variables) => {
    const [actual, expected] = await both(troublesome, executor, text, variables, {});
    expect(actual).toEqual(expected);
  });

  test('a document with a condition is answered by the variables of each request', async () => {
    const text = 'query($tell: Boolean = false) { node { present text @include(if: $tell) } }';
    for (const tell of [true, false, undefined, true]) {
      const [actual] = await both(troublesome, executor, text, tell === undefined ? {} : { tell }, {});
      expect(actual).toEqual({ data: { node: { present: 'here', ...(tell === true ? { text: 'a "text"' } : {}) } } });
    }
  });

  test('a document with program text in a string gets the string', async () => {
    const text = '{ node { echo(text: "__MAGIC_DATE__${globalThis}`\\u0022); process.exit(1); //") } }';
    const [actual, expected] = await both(troublesome, executor, text, {}, {});
    expect(actual).toEqual(expected);
  });
});

test('createDocuments throws for no document', () => {
  const documents = createDocuments(gateway, { limits: DEFAULT_LIMITS, introspection: true });
  const odd = [
    '__proto__',
    '...',
    '...F0',
    'fragment F0 on Query { ...F0 }',
    '@skip',
    '@include(if: $if0)',
    '@include(if: null)',
    '@skip(if: 1)',
    '{',
    '}',
    '$if0',
    'subscription',
    'mutation',
    'null',
    '"x"',
    '__schema',
    'type X',
  ];
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 100, maxLength: 200 }),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...odd), fc.boolean()), { maxLength: 4 }),
      (tape, isSubscription, changes) => {
        const { text } = randomDocument(gateway, tape);
        const words = (isSubscription ? text.replace('query', 'subscription') : text).split(' ');
        for (const [at, word, replaces] of changes) words.splice(at % words.length, replaces ? 1 : 0, word);
        const changed = words.join(' ');
        const checked = documents.check({ kind: 'source', text: changed, hash: changed, accept: () => {} });
        expect(checked.kind).toMatch(/^(document|request-error)$/);
      },
    ),
    { numRuns: 300 },
  );
});

describe('createExecutor for variables with many mistakes', () => {
  test.each([
    ['that is compiled', 'query($n: [Int!]) { node { echo(numbers: $n) } }'],
    ['with introspection', 'query($n: [Int!]) { node { echo(numbers: $n) } __schema { queryType { name } } }'],
  ])('a document %s reports the first five mistakes', async (_kind, text) => {
    const [actual] = await both(troublesome, createExecutor(troublesome), text, { n: Array(100).fill('x') }, {});
    expect(actual).toEqual({
      errors: [
        ...[0, 1, 2, 3, 4].map((index) => ({
          message: expect.stringContaining(`at "n[${index}]"`),
          locations: expect.anything(),
        })),
        { message: expect.stringContaining('Too many errors') },
      ],
    });
  });
});

describe('createExecutor for events of subscriptions', () => {
  test.each([
    'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after) { cursor sequence previousStatus status isTerminal observedAt message reasonCode } }',
    'subscription($id: ID!) { other: taskTransitions(id: $id) { ...T task { __typename id tags { key value } } } } fragment T on TaskTransition { task { failure { message } ... on ExternalTask { targetIdentifier } } }',
    'subscription($id: ID!, $all: Boolean = false) { taskTransitions(id: $id, from: BEGINNING) { cursor status @skip(if: $all) task { transitions(first: 1) { nodes { cursor } } } } }',
  ])('an event has the result of graphql-js: %s', async (text) => {
    const executor = createExecutor(gateway);
    for (const [rootValue, variables] of [
      [aTransition(), { id: 'task-one' }],
      [aTransition({ task: failed }), { id: 'task-two', all: true }],
      // Missing variables are refused before the first event; the executor must refuse them too.
      [aTransition(), {}],
    ] as const) {
      const [actual, expected] = await both(gateway, executor, text, variables, gatewayContext(), rootValue);
      expect(actual).toEqual(expected);
    }
  });
});

test('each execution passes equal arguments and info to a resolver', async () => {
  const seen: unknown[] = [];
  const schema = createTroublesomeSchema();
  const type = schema.getType('Two');
  const field = isObjectType(type) ? type.getFields()['echo'] : undefined;
  if (field === undefined) throw new Error('no field');
  field.resolve = (_source, args, _context, info) => void seen.push([args, info]);
  await both(
    schema,
    createExecutor(schema),
    'query Q($t: String) { nodes { ...F } } fragment F on Node { said: echo(text: $t) said: echo(text: $t) }',
    { t: 'x' },
    {},
  );
  expect(seen).toHaveLength(4);
  expect(seen.slice(2)).toEqual(seen.slice(0, 2));
});

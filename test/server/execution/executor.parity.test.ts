/** Every rule on every transport: what one refuses, all refuse, in the same words. */
import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { sha256 } from '../../../src/server/documents/persisted.js';
import { ASK } from '../../support/clients/ask.js';
import type { Answer, Params } from '../../support/clients/requests.js';
import { SECRET } from '../../support/harness/server-schema.js';
import { startServer } from '../../support/harness/server.js';

type Options = Parameters<typeof startServer>[0];
type Rule = {
  readonly rule: string;
  readonly params: Params;
  readonly answer: unknown;
  readonly options?: Options;
  readonly notBy?: readonly string[];
};

const refusedWith = (code: string, more: Record<string, unknown> = {}) => ({
  errors: [{ extensions: { code, ...more } }],
});
const invalid = (message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
});
const nullCondition = {
  message: 'Argument "if" of non-null type "Boolean!" must not be null.',
  extensions: { code: 'BAD_USER_INPUT' },
};
const registered = new Map([[sha256('{ hello }'), '{ hello }']]);
const only: Options = { persisted: { mode: 'only', documents: registered } };
const deep = (depth: number) => `{ ${'item { '.repeat(depth - 1)} name ${'} '.repeat(depth - 1)} }`;

const RULES: readonly Rule[] = [
  {
    rule: 'answers a good query',
    params: { query: 'query Hi($name: String) { hello(name: $name) }', variables: { name: 'x' }, operationName: 'Hi' },
    answer: { data: { hello: 'hello x' } },
  },
  { rule: 'refuses what is no GraphQL', params: { query: '{' }, answer: refusedWith('GRAPHQL_PARSE_FAILED') },
  {
    rule: 'refuses unknown fields',
    params: { query: '{ nothing }' },
    answer: {
      errors: [
        { message: 'Cannot query field "nothing" on type "Query".', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ],
    },
  },
  {
    rule: 'suggests no field',
    params: { query: '{ helo }' },
    answer: { errors: [{ message: 'Cannot query field "helo" on type "Query".' }] },
  },
  {
    rule: 'suggests no argument',
    params: { query: '{ hello(nam: "x") }' },
    answer: { errors: [{ message: 'Unknown argument "nam" on field "Query.hello".' }] },
  },
  {
    rule: 'suggests no enum value',
    params: { query: 'query($c: Color) { color(of: $c) }', variables: { c: 'RE' } },
    answer: {
      errors: [
        {
          message: 'Variable "$c" got invalid value "RE"; Value "RE" does not exist in "Color" enum.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    },
  },
  {
    rule: 'suggests no value in a document',
    params: { query: '{ color(of: RE) }' },
    answer: {
      errors: [
        { message: 'Value "RE" does not exist in "Color" enum.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ],
    },
  },
  {
    rule: 'suggests no subfields',
    params: { query: '{ item }' },
    answer: { errors: [{ message: 'Field "item" of type "Item!" must have a selection of subfields.' }] },
  },
  {
    rule: 'shows little of a long variable that does not fit',
    params: { query: 'query($c: Color) { color(of: $c) }', variables: { c: 'x'.repeat(5_000) } },
    answer: {
      errors: [
        {
          message: expect.stringMatching(
            /^Variable "\$c" got invalid value "x{1,250} … x{1,250}" does not exist in "Color" enum\.$/,
          ),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    },
  },
  {
    rule: 'shows little of a long value that does not fit',
    params: { query: `{ square(of: "${'x'.repeat(5_000)}") }` },
    answer: {
      errors: [
        {
          message: expect.stringMatching(/^Int cannot represent non-integer value: "x{1,250} … x{1,250}"$/),
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    },
  },
  {
    rule: 'refuses variables that do not fit',
    params: { query: 'query($of: Int!) { square(of: $of) }', variables: { of: 'x' } },
    answer: refusedWith('BAD_USER_INPUT'),
  },
  {
    rule: 'refuses a null that a default made valid',
    params: { query: 'query($of: Int = 1) { square(of: $of) }', variables: { of: null } },
    answer: refusedWith('BAD_USER_INPUT'),
  },
  {
    rule: 'reports a condition at the root that is null',
    params: { query: 'query($b: Boolean = true) { hello @include(if: $b) }', variables: { b: null } },
    answer: { data: null, errors: [nullCondition] },
  },
  {
    rule: 'reports a condition below a field that is null, at the field',
    params: { query: 'query($b: Boolean = true) { item { name @skip(if: $b) } }', variables: { b: null } },
    answer: { data: null, errors: [{ ...nullCondition, path: ['item'] }] },
  },
  {
    rule: 'reports a condition of a fragment that is null',
    params: {
      query: 'query($b: Boolean = false) { ...F @skip(if: $b) } fragment F on Query { hello }',
      variables: { b: null },
    },
    answer: { data: null, errors: [nullCondition] },
  },
  {
    rule: 'takes the default of a condition that is not given',
    params: { query: 'query($b: Boolean = false) { hello item { name @include(if: $b) } }' },
    answer: { data: { hello: 'hello world', item: {} } },
  },
  {
    rule: 'reports a condition of a mutation that is null',
    params: { query: 'mutation($b: Boolean = true) { append(text: "x") @include(if: $b) }', variables: { b: null } },
    answer: { data: null, errors: [nullCondition] },
    notBy: ['GET'],
  },
  {
    rule: 'reports a condition in an event that is null',
    params: {
      query: 'subscription($b: Boolean = true) { flood(kilobytes: 0) { sequence boom @include(if: $b) } }',
      variables: { b: null },
    },
    answer: { data: null, errors: [{ ...nullCondition, path: ['flood'] }] },
    notBy: ['POST', 'GET'],
  },
  {
    rule: 'refuses a condition of a subscription that depends on a variable',
    params: { query: 'subscription($b: Boolean!) { boom @include(if: $b) { text } }', variables: { b: true } },
    answer: invalid(/^A condition at the root of a subscription must not depend on a variable, got "\$b"/),
  },
  {
    rule: 'refuses a condition of a fragment of a subscription that depends on a variable',
    params: {
      query: 'subscription($b: Boolean = true) { ...F @skip(if: $b) } fragment F on Subscription { boom { text } }',
    },
    answer: invalid(/must not depend on a variable, got "\$b"/),
  },
  {
    rule: 'refuses a condition of a subscription that names no value',
    params: { query: 'subscription { boom @include { text } }' },
    answer: invalid(/^Argument "if" of required type "Boolean!" was not provided\.$/),
  },
  {
    rule: 'refuses a condition of a subscription that is of a wrong type',
    params: { query: 'subscription { boom @skip(if: "yes") { text } }' },
    answer: invalid(/^Argument "if" has invalid value "yes"\.$/),
  },
  {
    rule: 'refuses a subscription whose conditions leave nothing',
    params: {
      query:
        'subscription { ...F boom @include(if: false) { text } } fragment F on Subscription { ... @skip(if: true) { boom { text } } }',
    },
    answer: invalid(/^A subscription must select one field at its root/),
  },
  {
    rule: 'follows a subscription whose conditions leave one field',
    params: {
      query: 'subscription { boom @skip(if: true) { text } flood(kilobytes: 0) @include(if: true) { sequence } }',
    },
    answer: { data: { flood: { sequence: 1 } } },
    notBy: ['POST', 'GET'],
  },
  {
    rule: 'refuses an unknown operation name',
    params: { query: 'query A { hello }', operationName: 'B' },
    answer: refusedWith('OPERATION_RESOLUTION_FAILURE'),
  },
  {
    rule: 'refuses several operations without a name',
    params: { query: 'query A { hello } query B { hello }' },
    answer: refusedWith('OPERATION_RESOLUTION_FAILURE'),
  },
  {
    rule: 'limits tokens',
    params: { query: `{ ${'hello '.repeat(1000)} }` },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'tokens', maximum: 1000 }),
  },
  {
    rule: 'limits depth',
    params: { query: deep(13) },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'depth', maximum: 12, actual: 13 }),
  },
  { rule: 'allows depth up to the limit', params: { query: deep(12) }, answer: { data: {} } },
  {
    rule: 'limits aliases',
    params: { query: `{ item { ${Array.from({ length: 16 }, (_, n) => `a${n}: name`).join(' ')} } }` },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'aliases', maximum: 15, actual: 16 }),
  },
  {
    rule: 'limits fields at the root',
    params: { query: `{ ${'hello '.repeat(11)} }` },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'rootFields', maximum: 10, actual: 11 }),
  },
  {
    rule: 'limits directives',
    params: { query: `{ item { ${'... @include(if: true) { name } '.repeat(51)} } }` },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'directives', maximum: 50, actual: 51 }),
  },
  {
    rule: 'limits cost by first',
    params: { query: '{ list(first: 100) { list(first: 100) { name } } }' },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'cost', maximum: 5000 }),
  },
  {
    rule: 'limits cost by variables',
    params: { query: 'query($n: Int) { list(first: $n) { name } }', variables: { n: 1_000_000 } },
    answer: refusedWith('LIMIT_EXCEEDED', { limit: 'cost' }),
  },
  {
    rule: 'masks errors of resolvers',
    params: { query: '{ boom hello }' },
    answer: {
      data: { boom: null, hello: 'hello world' },
      errors: [{ message: 'Internal error', path: ['boom'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    },
  },
  {
    rule: 'masks GraphQLErrors without a code',
    params: { query: '{ uncoded }' },
    answer: { errors: [{ message: 'Internal error' }] },
  },
  {
    rule: 'passes errors that were meant for the client',
    params: { query: '{ refused }' },
    answer: {
      data: { refused: null },
      errors: [{ message: 'not today', path: ['refused'], extensions: { code: 'NOT_TODAY' } }],
    },
  },
  {
    rule: 'masks errors of mutations',
    params: { query: 'mutation { boom }' },
    answer: { errors: [{ message: 'Internal error' }] },
    notBy: ['GET'],
  },
  {
    rule: 'masks errors on subscribing',
    params: { query: 'subscription { boom { text } }' },
    answer: { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    notBy: ['POST', 'GET'],
  },
  {
    rule: 'passes errors on subscribing that were meant for the client',
    params: { query: 'subscription { refused { text } }' },
    answer: { errors: [{ message: 'not today', extensions: { code: 'NOT_TODAY' } }] },
    notBy: ['POST', 'GET'],
  },
  {
    rule: 'masks errors in events',
    params: { query: 'subscription { flood(kilobytes: 0) { sequence boom } }' },
    answer: { data: { flood: { sequence: 1, boom: null } }, errors: [{ message: 'Internal error' }] },
    notBy: ['POST', 'GET'],
  },
  {
    rule: 'answers the standard introspection query where introspection is on',
    params: {
      query: getIntrospectionQuery({
        descriptions: true,
        oneOf: true,
        specifiedByUrl: true,
        inputValueDeprecation: true,
        schemaDescription: true,
        directiveIsRepeatable: true,
      }),
    },
    answer: { data: { __schema: {} } },
  },
  {
    rule: 'refuses circles in introspection',
    params: {
      query: '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    },
    answer: refusedWith('GRAPHQL_VALIDATION_FAILED'),
  },
  {
    rule: 'refuses introspection where it is off',
    params: { query: getIntrospectionQuery() },
    answer: refusedWith('INTROSPECTION_DISABLED'),
    options: { explorer: false },
  },
  {
    rule: 'refuses __type where introspection is off',
    params: { query: '{ ...F } fragment F on Query { __type(name: "Item") { name } }' },
    answer: refusedWith('INTROSPECTION_DISABLED'),
    options: { explorer: false },
  },
  {
    rule: 'answers __typename where introspection is off',
    params: { query: '{ __typename }' },
    answer: { data: { __typename: 'Query' } },
    options: { explorer: false },
  },
  {
    rule: 'does not know a hash that nobody sent',
    params: { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ hello }') } } },
    answer: { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
  },
  {
    rule: 'refuses a hash that is not of the text',
    params: { query: '{ hello }', extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ item }') } } },
    answer: { errors: [{ message: 'provided sha does not match query' }] },
  },
  {
    rule: 'runs a registered operation by its id',
    params: { extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ hello }') } } },
    answer: { data: { hello: 'hello world' } },
    options: only,
  },
  {
    rule: 'runs a registered operation by its text',
    params: { query: '{ hello }' },
    answer: { data: { hello: 'hello world' } },
    options: only,
  },
  {
    rule: 'runs nothing but registered operations',
    params: { query: '{ hello  }' },
    answer: refusedWith('QUERY_NOT_IN_SAFELIST'),
    options: only,
  },
  {
    rule: 'runs nothing but registered operations, also not by hash',
    params: {
      query: '{ item { name } }',
      extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ item { name } }') } },
    },
    answer: refusedWith('QUERY_NOT_IN_SAFELIST'),
    options: only,
  },
  {
    rule: 'tells an id that is not registered from one that may yet be sent',
    params: { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
    answer: refusedWith('PERSISTED_QUERY_NOT_IN_LIST'),
    options: only,
  },
  {
    rule: 'refuses a resume point that is none',
    params: { query: 'subscription { follow { text } }', extensions: { resume: { after: 7 } } },
    answer: refusedWith('BAD_USER_INPUT'),
    notBy: ['POST', 'GET'],
  },
];

describe.each(RULES)('$rule', ({ params, answer, options, notBy = [] }) => {
  test.each(Object.keys(ASK).filter((transport) => !notBy.includes(transport)))('over %s', async (transport) => {
    const { url } = await startServer(options);
    const answered: Answer | undefined = await ASK[transport]?.(url, params);
    expect(answered).toMatchObject(Object(answer));
    const text = JSON.stringify(answered);
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/Did you mean|stacktrace|node_modules|\.js:\d/);
  });
});

describe('what every transport shares', () => {
  test.each(Object.keys(ASK))(
    'a text that was sent over %s with its hash can be asked for by hash over any other',
    async (transport) => {
      const { url } = await startServer();
      const query = 'query Later { hello }';
      const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
      await ASK[transport]?.(url, { query, extensions });
      for (const ask of Object.values(ASK))
        expect(await ask(url, { extensions })).toEqual({ data: { hello: 'hello world' } });
    },
  );

  test('each operation is counted and logged once, with its transport', async () => {
    const { url, metric, lines } = await startServer();
    for (const ask of Object.values(ASK)) await ask(url, { query: 'query Hi { hello }' });
    for (const transport of ['http', 'websocket', 'sse', 'multipart']) {
      expect(await metric('gateway_operations_total', { transport, type: 'query', outcome: 'ok' })).toBe(
        transport === 'http' ? 2 : 1,
      );
    }
    expect(lines.filter((line) => line['msg'] === 'operation' && line['name'] === 'Hi')).toHaveLength(5);
  });
});

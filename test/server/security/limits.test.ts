import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Kind, buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { costOf } from '../../../src/server/documents/cost.js';
import { createLimitLog } from '../../../src/server/security/limit-log.js';
import {
  DEFAULT_LIMITS,
  SETTING_OF,
  documentExceeds,
  fragmentsOf,
  limitExceeded,
} from '../../../src/server/security/limits.js';
import { requestErrorOf } from '../../../src/server/security/request-error.js';
import { createDocumentValidator } from '../../../src/server/documents/documents.js';
import { MINUTE } from '../../../src/runtime/clock.js';
import { parseConfig } from '../../../src/config/config.js';
import { SETTINGS } from '../../../src/config/settings.js';
import { createSchema } from '../../../src/graphql/schema.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { createRateLimit } from '../../../src/server/security/rate-limit.js';
import { jsonTypeFor, parseAccept, prefersHtml, streamingFor } from '../../../src/server/http/negotiation.js';
import { bytesLeftByEach } from '../../support/checks/heap.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

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
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error('no operation');
  return costOf(of, operation, fragmentsOf(document), variables);
}

describe('cost', () => {
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
  ])('of %s is %d', (text, cost) => {
    expect(costs(text)).toEqual({ cost, variable: false });
  });

  test('takes `first` from the variables, their defaults, and the schema', () => {
    const text = 'query($n: Int = 5) { page(first: $n) { nodes { name } } }';
    expect(costs(text, { n: 50 })).toEqual({ cost: 101, variable: true });
    expect(costs(text)).toEqual({ cost: 11, variable: true });
    expect(costs(text, { n: null })).toEqual({ cost: 41, variable: true });
    expect(costs('query($n: Int) { page(first: $n) { nodes { name } } }')).toEqual({ cost: 41, variable: true });
  });
});

describe('a list with an element for each input', () => {
  const batch = buildSchema(`
    type Query { task: Task }
    type Mutation { start(inputs: [Int!]!): Started }
    type Started { results: [Result!]! batch: Page errors: [Result!]! }
    type Result { task: Task name: String! notes: [Result!]! }
    type Task { name: String! dear: Task page(first: Int = 20): Page tags: [String!]! }
    type Page { nodes: [Task!]! total: Int }
  `);
  for (const [type, name, extensions] of [
    ['Started', 'results', { perInput: true }],
    ['Task', 'dear', { complexity: 20 }],
  ] as const) {
    const parent = batch.getType(type);
    const field = parent !== undefined && 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (field !== undefined) field.extensions = extensions;
  }

  test.each([
    ['tells its plain values once', '{ results { name task { name tags } notes { name } } }', 1 + (1 + 1 + 3 + 2)],
    [
      'counts what is complex in it as often as there are inputs',
      '{ results { name task { dear { name } } } }',
      1 + 1 + 1 + 1 + 3 * (20 + 1),
    ],
    [
      'counts what is paged in it as often as there are inputs',
      '{ results { task { page(first: 10) { nodes { name } total } } } }',
      1 + 1 + 1 + 3 * (1 + 10 * 2 + 1),
    ],
    [
      'multiplies once, however deep that is',
      '{ results { task { dear { page(first: 10) { nodes { name } } } } } }',
      1 + 1 + 1 + 3 * (20 + 1 + 10 * 2),
    ],
    [
      'counts in a fragment as without',
      '{ ...S } fragment S on Started { results { ...R } } fragment R on Result { task { dear { name } } }',
      1 + 1 + 1 + 3 * (20 + 1),
    ],
    [
      'multiplies nothing beside it',
      '{ batch { nodes { dear { name } } } errors { task { dear { name } } } }',
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

  test('has one for an input that is no list, for none at all, and for each of a default', () => {
    const text = '{ results { task { dear { name } } } }';
    const of = (inputs: number) => 3 + inputs * 21;
    expect(costs(`mutation { start(inputs: 1) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation { start(inputs: []) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]!) { start(inputs: $i) ${text} }`, { i: 1 }, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]!) { start(inputs: $i) ${text} }`, {}, batch).cost).toBe(of(1));
    expect(costs(`mutation($i: [Int!]! = [1, 2]) { start(inputs: $i) ${text} }`, {}, batch).cost).toBe(of(2));
  });
});

/** Each fragment spreads the next one twice: 2^n selections from n lines. */
const bomb = (lines: number) =>
  `{ node { ...F0 } } ${Array.from({ length: lines }, (_, n) => `fragment F${n} on Node { children { ...F${n + 1} } b: children { ...F${n + 1} } }`).join(' ')} fragment F${lines} on Node { name }`;

describe('a field that the schema calls complex', () => {
  const complex = buildSchema(`
    type Query { dear: Dear page(first: Int): Page }
    type Page { nodes: [Dear!]! }
    type Dear { name: String! leaf: String! list: [Dear!]! }
  `);
  for (const [type, name] of [
    ['Query', 'dear'],
    ['Dear', 'leaf'],
    ['Dear', 'list'],
  ] as const) {
    const parent = complex.getType(type);
    const field = parent !== undefined && 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (field !== undefined) field.extensions = { complexity: 20 };
  }

  test.each([
    ['{ dear { name } }', 20 + 1],
    ['{ dear { leaf list { name } } }', 20 + 20 + (20 + 1)],
    ['{ page(first: 10) { nodes { leaf } } }', 1 + 10 * (1 + 20)],
    ['{ page(first: 10) { nodes { list { name } } } }', 1 + 10 * (1 + 20 + 1)],
  ])('counts as often as it says: %s is %d', (text, cost) => {
    expect(costs(text, {}, complex).cost).toBe(cost);
  });
});

describe('fragments that spread each other', () => {
  test('are measured in time linear in their number', () => {
    const document = parse(bomb(200));
    expect(documentExceeds(document, DEFAULT_LIMITS).map((error) => error.extensions['limit'])).toEqual([
      'depth',
      'aliases',
    ]);
    expect(costs(bomb(200)).cost).toBeGreaterThan(1e50);
  });

  test('count at the root as often as they are spread', () => {
    const document = parse(
      '{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { node { name } list { name } page { pageInfo { endCursor } } }',
    );
    expect(documentExceeds(document, DEFAULT_LIMITS).map((error) => error.extensions)).toMatchObject([
      { limit: 'rootFields', actual: 12 },
    ]);
  });
});

describe('what asks for the schema', () => {
  const asking = (depth: number) =>
    parse(`{ __schema { ${'ofType { '.repeat(depth - 2)} name ${'} '.repeat(depth - 2)} } }`);
  const crossed = (depth: number) => documentExceeds(asking(depth), DEFAULT_LIMITS).map((error) => error.extensions);

  test('may be 20 fields deep, and no deeper', () => {
    expect(crossed(20)).toEqual([]);
    expect(crossed(21)).toMatchObject([{ limit: 'depth', maximum: 12, actual: 21 }]);
  });
});

describe('a rate limit', () => {
  test('allows a burst, then what flows in, and says how long to wait', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 2, burst: 3 }, clock);
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0, 500]);
    expect(limit.take('b')).toBe(0);
    await clock.advance(500);
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 500]);
    await clock.advance(3600_000);
    expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0, 500]);
  });

  test('takes several at once or none of them, and of more than the burst no more than that', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 2, burst: 3 }, clock);
    expect([limit.take('a', 2), limit.take('a', 2), limit.take('a')]).toEqual([0, 500, 0]);
    expect(limit.take('a', 10)).toBe(1500);
    await clock.advance(1500);
    expect([limit.take('a', 10), limit.take('a')]).toEqual([0, 500]);
  });

  test('keeps nothing of a subject that has been quiet long enough to be full again', async () => {
    const clock = createManualClock();
    const limit = createRateLimit({ perSecond: 1000, burst: 1 }, clock);
    const comeOnce = (subject: string): Promise<void> => {
      limit.take(subject);
      return clock.advance(1);
    };
    expect(await bytesLeftByEach((round) => comeOnce(`subject ${round}`))).toBeLessThan(20);
  });
});

describe('an Accept header', () => {
  test.each([
    [undefined, null, 'application/json'],
    ['*/*', null, 'application/json'],
    ['application/graphql-response+json, application/json', null, 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.5, application/json', null, 'application/json'],
    ['application/json;q=0, application/graphql-response+json', null, 'application/graphql-response+json'],
    ['text/event-stream', { transport: 'sse', only: true }, null],
    ['text/event-stream, application/json', { transport: 'sse', only: false }, 'application/json'],
    ['multipart/mixed;subscriptionSpec="1.0"', { transport: 'multipart', only: true }, null],
    [
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json',
      { transport: 'multipart', only: false },
      'application/graphql-response+json',
    ],
    ['multipart/mixed;subscriptionSpec=1.0;q=0.1, text/event-stream;q=0.2', { transport: 'sse', only: true }, null],
    ['multipart/mixed;deferSpec=20220824, application/json', null, 'application/json'],
    ['image/png', null, null],
  ])('%s', (header, streaming, json) => {
    const ranges = parseAccept(header);
    expect(streamingFor(ranges)).toEqual(streaming);
    expect(jsonTypeFor(ranges)?.replace('; charset=utf-8', '') ?? null).toBe(json);
  });

  test('that is longer than those of clients leaves nothing behind', async () => {
    const left = await bytesLeftByEach((round) => parseAccept(`${'a,'.repeat(7000)}${round}`), 50);
    expect(left).toBeLessThan(50_000);
  });

  test('of a browser prefers the page', () => {
    expect(prefersHtml(parseAccept('text/html,application/xhtml+xml,*/*;q=0.8'))).toBe(true);
    expect(prefersHtml(parseAccept('application/json, text/html'))).toBe(false);
    expect(prefersHtml(parseAccept('*/*'))).toBe(false);
  });
});

describe('the log of limits', () => {
  test('names the setting of each limit, once a minute, also after the clock was set back', async () => {
    const { log, lines, clock } = openLimitLog();
    for (let times = 0; times < 3; times += 1) log.met('mutations', 'alice');
    log.refused(requestErrorOf([limitExceeded('cost', 5000, 6000), limitExceeded('jsonDepth', 64)]), 'bob');
    expect(lines).toEqual([
      {
        subject: 'alice',
        limit: 'mutations',
        message:
          'A caller has met the limit "mutations". LIMIT_MUTATIONS_PER_SECOND and LIMIT_MUTATIONS_BURST would raise it.',
      },
      { subject: 'bob', limit: 'cost', message: 'A caller has met the limit "cost". LIMIT_COST would raise it.' },
    ]);
    await clock.advance(MINUTE - 1);
    log.met('mutations', 'alice');
    expect(lines).toHaveLength(2);
    await clock.advance(1);
    log.met('mutations', 'alice');
    expect(lines).toHaveLength(3);
  });

  test('names only settings that there are, and every one of a limit', () => {
    const named = Object.values(SETTING_OF).flatMap((text) => text.split(' and '));
    expect(named.toSorted()).toEqual(
      Object.keys(SETTINGS)
        .filter((name) => name.startsWith('LIMIT_'))
        .toSorted(),
    );
  });
});

describe('the settings of limits', () => {
  const limitsWith = (env: Record<string, string>) => {
    const parsed = parseConfig(env);
    if (parsed.type !== 'ok') throw new Error(parsed.problems.join(' '));
    return parsed.config.limits;
  };

  test('have the defaults of the server', () => {
    expect(DEFAULT_LIMITS).toMatchObject(limitsWith({}));
  });

  test('leave, at their least, every published operation as it is', () => {
    const least = limitsWith({
      LIMIT_COST: '1500',
      LIMIT_TOKENS: '200',
      LIMIT_DEPTH: '8',
      LIMIT_ALIASES: '0',
      LIMIT_ROOT_FIELDS: '1',
      LIMIT_DIRECTIVES: '1',
      LIMIT_BODY_BYTES: '16384',
    });
    const published: { operations: { name: string; body: string }[] } = JSON.parse(
      readFileSync('schema/operations/manifest.json', 'utf8'),
    );
    const ofGateway = createSchema();
    const mistakesIn = createDocumentValidator(ofGateway, { limits: { ...DEFAULT_LIMITS, ...least }, introspection: false });
    for (const { name, body } of published.operations) {
      expect([name, mistakesIn(body)]).toEqual([name, []]);
      expect(costs(body, { first: 20 }, ofGateway).cost).toBeLessThan(least.cost);
      expect(body.length).toBeLessThan(least.bodyBytes / 4);
    }
    expect(published.operations.length).toBeGreaterThan(10);
  });
});

function openLimitLog() {
  const clock = createManualClock();
  const lines: object[] = [];
  const silent = createTelemetry({ level: 'silent' });
  const warn = (fields: object, message: string) => void lines.push({ ...fields, message });
  const telemetry = { ...silent, log: Object.assign(Object.create(silent.log), { warn }) };
  return { clock, lines, log: createLimitLog({ clock, telemetry }) };
}

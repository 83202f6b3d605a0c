/**
 * Answers of AWS that are broken on purpose, in their JSON or in the HTTP that carries them. Some contain every member
 * of the model, and are otherwise intact.
 */
import type { Random } from '../../support/fakes/random.js';
import { completed } from './upstream-model.js';

/** The bytes that are written to the connection, and its fate after them. */
export type Wire = {
  /** Names the fault in the report of a failure. */
  readonly about: string;
  /** Everything from the status line on, or only the body of an answer with the right headers. */
  readonly head: 'raw' | { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  readonly body: string | Buffer;
  readonly after: 'end' | 'reset' | 'hang' | 'drip' | 'repeat';
};

const JSON_HEAD = { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' } } as const;

/** @param body the true answer to the operation, a JSON object */
export function breakAnswer(operation: string, body: string, status: number, random: Random): Wire {
  if (status === 200 && random.chance(0.25)) return breakWhole(operation, body, random);
  return random.chance(0.75) ? breakJson(body, status, random) : breakHttp(body, random);
}

/** Adds members of the model that the simulator never sends, most of the time broken like the others. */
function breakWhole(operation: string, body: string, random: Random): Wire {
  const rate = random.pick([0, 0.02, 0.1, 0.3]);
  const whole = mutated(completed(operation, body, random), rate, random);
  const about = `whole, and mutated at ${rate}`;
  return { about, head: JSON_HEAD, body: JSON.stringify(whole) ?? 'null', after: 'end' };
}

function breakJson(body: string, status: number, random: Random): Wire {
  const [about, broken] = random.pick(JSON_BREAKERS)(body, random);
  return { about, head: { ...JSON_HEAD, status }, body: broken, after: 'end' };
}

type JsonBreaker = (body: string, random: Random) => readonly [string, string];

/** Values that are never a valid id, time or status. */
const ODD: readonly unknown[] = [
  null,
  true,
  7,
  -1,
  1e308,
  0.5,
  '',
  'null',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\u0085\u2028\u202e',
  '\u001b[2J',
  '<html>',
  '__proto__',
  '2026-02-30T00:00:00Z',
  'x'.repeat(300),
  'x'.repeat(6000),
  [],
  {},
  [[[]]],
  [null],
  { x: { y: 1 } },
];

function whole(low: number, high: number, random: Random): number {
  return Math.floor(random.between(low, high));
}

/** Replaces, removes or repeats some parts of the value, at any depth. */
function mutated(value: unknown, rate: number, random: Random): unknown {
  if (random.chance(rate)) return random.pick(ODD);
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => {
      const changed = mutated(item, rate, random);
      return random.chance(rate) ? Array(whole(0, 20, random)).fill(changed) : [changed];
    });
    return random.chance(rate) ? [...items, random.pick(ODD), ...items] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(() => !random.chance(rate));
  return Object.fromEntries(members.map(([name, member]) => [name, mutated(member, rate, random)]));
}

/** Adds members at the end of the outermost object. */
function extended(body: string, members: string): string {
  const inner = body.trim().slice(1, -1).trim();
  return `{${[inner, members].filter((part) => part !== '').join(',')}}`;
}

/** Repeats the elements of the first list. */
function repeated(body: string, count: number): string {
  const parsed: unknown = JSON.parse(body);
  const [name, list] = Object.entries(parsed ?? {}).find(([, member]) => Array.isArray(member)) ?? [
    'TaskSummaries',
    [{}],
  ];
  const items = Array.isArray(list) && list.length > 0 ? list : [{}];
  const texts = items.slice(0, 50).map((item) => JSON.stringify(item));
  return extended(
    body,
    `"${name}":[${Array.from({ length: count }, (_, index) => texts[index % texts.length]).join(',')}]`,
  );
}

const TEXTS = ['x', ' ', '\\u0000', '\\ud800', 'ü'] as const;

const JSON_BREAKERS: readonly JsonBreaker[] = [
  ...Array<JsonBreaker>(10).fill((body, random) => {
    const rate = random.pick([0.02, 0.1, 0.3]);
    return [`mutated at ${rate}`, JSON.stringify(mutated(JSON.parse(body), rate, random)) ?? 'null'];
  }),
  (body, random) => {
    const depth = Math.floor(10 ** random.between(1, 5.3));
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"x":', '}'],
    ] as const);
    return [`${depth} levels deep`, extended(body, `"Message":${open.repeat(depth)}1${close.repeat(depth)}`)];
  },
  (body, random) => {
    const count = random.pick([2, 1001, 5000, 100_000]);
    return [`its elements ${count} times`, repeated(body, count)];
  },
  (body, random) => {
    const count = random.pick([1001, 20_000, 100_000]);
    return [`${count} empty tasks`, extended(body, `"TaskSummaries":[${Array(count).fill('{}').join(',')}]`)];
  },
  (body, random) => {
    const count = whole(1000, 100_000, random);
    return [`${count} members`, extended(body, Array.from({ length: count }, (_, index) => `"${index}":0`).join(','))];
  },
  (body, random) => [
    'another NextToken',
    extended(
      body,
      `"NextToken":${JSON.stringify(random.pick(['again', String(random.next()), 'x'.repeat(3000), 7, {}]))}`,
    ),
  ],
  (body, random) => {
    const length = Math.floor(10 ** random.between(4, 6.7));
    return [
      `a text of ${length}`,
      extended(body, `"${random.pick(['TaskId', 'Message', 'Id', 'x'])}":"${random.pick(TEXTS).repeat(length)}"`),
    ];
  },
  (body, random) => {
    const name = random.pick([
      '__proto__',
      'constructor',
      'then',
      '$metadata',
      '$response',
      '__type',
      'toJSON',
      'message',
      'name',
      'stack',
    ]);
    return [
      `a member ${name}`,
      extended(
        body,
        `"__type":"x","${name}":${JSON.stringify(random.pick(ODD))},"${name}":{"name":5,"headers":7,"TaskId":"x"}`,
      ),
    ];
  },
  (_, random) => ['another JSON value', JSON.stringify(random.pick(ODD))],
];

function breakHttp(body: string, random: Random): Wire {
  return random.pick(HTTP_BREAKERS)(body, random);
}

function raw(about: string, lines: readonly string[], body: string, after: Wire['after'] = 'end'): Wire {
  return {
    about,
    head: 'raw',
    body: `${['HTTP/1.1 200 OK', 'content-type: application/x-amz-json-1.0', ...lines].join('\r\n')}\r\n\r\n${body}`,
    after,
  };
}

function part(body: string, random: Random): string {
  return body.slice(0, whole(0, body.length, random));
}

function noise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => whole(0, 256, random)));
}

const PAGE = '<html><body>Bad gateway</body></html>';

const HTTP_BREAKERS: readonly ((body: string, random: Random) => Wire)[] = [
  () => ({ about: 'a reset', head: 'raw', body: '', after: 'reset' }),
  () => ({ about: 'an end without an answer', head: 'raw', body: '', after: 'end' }),
  (body, random) =>
    raw('half an answer', [`content-length: ${body.length}`], part(body, random), random.pick(['end', 'reset'])),
  (body, random) => raw('too small a content-length', [`content-length: ${whole(0, body.length, random)}`], body),
  (body) => raw('too large a content-length', [`content-length: ${body.length + 1000}`], body),
  (body, random) =>
    raw(
      'an invalid content-length',
      [`content-length: ${random.pick(['-1', 'x', '1e3', '99999999999999999999'])}`],
      body,
    ),
  (body) =>
    raw('two lengths', ['content-length: 5', 'transfer-encoding: chunked'], `5\r\n${body.slice(0, 5)}\r\n0\r\n\r\n`),
  (body, random) =>
    raw(
      'a broken chunk',
      ['transfer-encoding: chunked'],
      `${random.pick(['zz', '-1', 'fffffffffffffffff', '5'])}\r\n${body}`,
    ),
  (body) => raw('a body to the end of the connection', ['connection: close'], body),
  (body) => raw('a false encoding', ['content-encoding: gzip', `content-length: ${Buffer.byteLength(body)}`], body),
  (body, random) =>
    raw(
      'large headers',
      Array.from({ length: whole(1, 3000, random) }, (_, n) => `x-${n}: ${'y'.repeat(whole(1, 400, random))}`),
      body,
    ),
  (body) => raw('a header with a wrong character', ['x-y: \u0001\u0002', `content-length: ${body.length}`], body),
  (_, random) =>
    raw('an odd type of error', [`x-amzn-errortype: ${'E'.repeat(whole(1, 8000, random))}`, 'content-length: 2'], '{}'),
  (_, random) => ({ about: 'no HTTP', head: 'raw', body: noise(whole(1, 2000, random), random), after: 'end' }),
  (_, random) => ({
    about: 'noise',
    head: { ...JSON_HEAD, status: random.pick([200, 500]) },
    body: noise(whole(0, 5000, random), random),
    after: 'end',
  }),
  (_, random) => ({
    about: 'a page',
    head: {
      status: random.pick([200, 203, 301, 403, 404, 418, 429, 502, 503, 599]),
      headers: { 'content-type': 'text/html', location: '/' },
    },
    body: PAGE,
    after: 'end',
  }),
  (_, random) => {
    const headers = { 'retry-after': random.pick(['-1', '1e400', 'soon', 'x'.repeat(5000)]) };
    const error = {
      __type: random.pick(['', 'Teapot', 'x'.repeat(5000), 'a#b#c', 5, {}]),
      Message: random.pick(ODD),
      message: random.pick(ODD),
      Reason: random.pick(ODD),
      ErrorList: random.pick(ODD),
    };
    return {
      about: 'an odd error',
      head: { status: random.pick([400, 500]), headers },
      body: JSON.stringify(error),
      after: 'end',
    };
  },
  (body) => ({
    about: 'many interim answers',
    head: 'raw',
    body: 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(500) + body,
    after: 'end',
  }),
  (body, random) =>
    random.chance(0.8)
      ? raw('another half', ['content-length: 9999'], part(body, random))
      : raw('a hanging answer', ['content-length: 9999'], part(body, random), 'hang'),
  (body, random) => ({
    about: random.chance(0.2) ? 'a dripping answer' : 'a slow answer',
    head: JSON_HEAD,
    body: body.slice(0, 20),
    after: random.chance(0.2) ? 'drip' : 'end',
  }),
  (_, random) => ({
    about: 'an answer without end',
    head: JSON_HEAD,
    body: random.pick([' ', '[', 'x', '{"a":']).repeat(65_536),
    after: random.chance(0.3) ? 'repeat' : 'reset',
  }),
];

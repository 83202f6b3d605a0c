/**
 * Random values, documents and bytes. Most are well formed with one fault, because input with many faults is refused at
 * the first check.
 */
import type { Random } from '../../support/fakes/random.js';

/** Names that objects inherit, and other names with a meaning. */
const NAMES = [
  'id',
  'type',
  'payload',
  'query',
  'variables',
  'extensions',
  'operationName',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a',
  '',
  'persistedQuery',
  'resume',
  'headers',
  'authorization',
];
const TEXTS = [
  '',
  'a',
  'null',
  '\u0000',
  '\ud800',
  '\ud800\udc00',
  '\u2028',
  '\r\n',
  '"',
  '\\',
  '%00',
  '{{{[[[',
  '__proto__',
  '🙂',
  '-1',
  '1e999',
  'O1000001',
];
const NUMBERS = [0, -0, 1, -1, 2 ** 31, 2 ** 53, 1e308, 5e-324, 0.1];

const DOCUMENTS = [
  '{ __typename }',
  '{ partnerCentral { upstream catalogs waitingFor queuedCount inProgressCount } }',
  '{ tasks(first: 5) { totalCount nodes { id status message failure { message recovery } } pageInfo { hasNextPage endCursor } } }',
  'query Q($id: ID!) { task(id: $id) { id status transitions(first: 3) { nodes { sequence status } } } }',
  'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL, visibility: FULL } }) { task { id status } userErrors { code message field } } }',
  'mutation M($input: StartOpportunityFromEngagementTaskInput!) { startOpportunityFromEngagementTask(input: $input) { task { id } userErrors { message } } }',
  'subscription S($id: ID!) { taskTransitions(id: $id, from: BEGINNING) { sequence status cursor } }',
  'subscription { taskFeed { cursor status } }',
  '{ opportunities(catalog: SANDBOX, first: 2) { nodes { id } } }',
  '{ opportunity(catalog: SANDBOX, id: "O1000001") { id customer { account { companyName } } } }',
  '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
  'query A { a: __typename } query B { b: __typename }',
  'query V($constructor: Int = 100) { tasks(first: $constructor) { nodes { id } } }',
  'fragment F on Query { __typename } { ...F ...F }',
];
const TOKENS = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ':',
  '!',
  '$',
  '@',
  '...',
  '"',
  '"""',
  '#',
  ',',
  '&',
  '|',
  '=',
  ' on ',
  ' fragment ',
  '__typename',
  'first: 100',
  '@include(if: true)',
  '@skip',
  '$a',
  'null',
  '1e999',
  '\u0000',
  '\ufeff',
  '{a{a{a{a',
];

/** @param budget the number of values that may still be made; it bounds the whole value */
function jsonValue(random: Random, budget = 30): unknown {
  const state = { left: budget };
  const value = (depth: number): unknown => {
    state.left -= 1;
    const branch = state.left > 0 && depth < 10 && random.chance(0.6);
    if (branch && random.chance(0.5))
      return Array.from({ length: Math.floor(random.between(0, 5)) }, () => value(depth + 1));
    if (branch)
      return Object.fromEntries(
        Array.from({ length: Math.floor(random.between(0, 5)) }, () => [random.pick(NAMES), value(depth + 1)]),
      );
    return random.pick([null, true, false, random.pick(TEXTS), random.pick(NUMBERS)]);
  };
  return value(0);
}

/** Returns the text of a value that is nested `levels` deep. */
export function deepJson(random: Random, levels: number): string {
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
  ] as const);
  return `${open.repeat(levels)}${open.startsWith('{') || open.endsWith(':') ? '1' : ''}${random.chance(0.9) ? close.repeat(levels) : ''}`;
}

/** Returns the text of a value with many members. */
export function wideJson(random: Random, members: number): string {
  if (random.chance(0.5)) return `[${'1,'.repeat(members)}1]`;
  return `{${Array.from({ length: Math.min(members, 20_000) }, (_, index) => `"k${index}":${index}`).join(',')}}`;
}

/** Returns any JSON as text, sometimes deep, wide, or invalid. */
export function jsonText(random: Random): string {
  const kind = random.next();
  if (kind < 0.05) return deepJson(random, Math.floor(random.between(40, 90)));
  if (kind < 0.08) return deepJson(random, Math.floor(random.between(1000, 30_000)));
  if (kind < 0.1) return wideJson(random, Math.floor(random.between(1000, 60_000)));
  return JSON.stringify(jsonValue(random)) ?? 'null';
}

export function documentText(random: Random): string {
  let text = random.pick(DOCUMENTS);
  for (let edits = random.chance(0.5) ? 0 : Math.floor(random.between(1, 4)); edits > 0; edits -= 1)
    text = edited(random, text, random.pick(TOKENS));
  if (random.chance(0.01)) text = `{${'a'.repeat(Math.floor(random.between(1, 100_000)))}}`;
  if (random.chance(0.01)) text = `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: __typename`).join(' ')} }`;
  return text;
}

/** Returns the text of an operation as JSON: `query` and its possible neighbours. */
export function operationText(random: Random): string {
  const members = [`"query":${JSON.stringify(documentText(random))}`];
  if (random.chance(0.5))
    members.push(
      `"variables":${random.chance(0.5) ? jsonText(random) : JSON.stringify({ id: random.pick(TEXTS), input: jsonValue(random), constructor: 100 })}`,
    );
  if (random.chance(0.2))
    members.push(
      `"extensions":${random.chance(0.5) ? jsonText(random) : JSON.stringify({ persistedQuery: { version: 1, sha256Hash: random.pick(TEXTS) }, resume: { after: random.pick(TEXTS) } })}`,
    );
  if (random.chance(0.2)) members.push(`"operationName":${JSON.stringify(random.pick([...NAMES, null]))}`);
  if (random.chance(0.1)) members.push(`${JSON.stringify(random.pick(NAMES))}:${jsonText(random)}`);
  if (random.chance(0.1)) members.splice(0, 1);
  return `{${members.join(',')}}`;
}

/** Replaces, removes or repeats one character or one stretch of a text. */
export function edited(random: Random, text: string, insert: string): string {
  const at = Math.floor(random.between(0, text.length + 1));
  const length = Math.floor(random.between(0, Math.min(20, text.length - at + 1)));
  switch (random.pick(['insert', 'replace', 'remove', 'repeat'] as const)) {
    case 'insert':
      return text.slice(0, at) + insert + text.slice(at);
    case 'replace':
      return text.slice(0, at) + insert + text.slice(at + length);
    case 'remove':
      return text.slice(0, at) + text.slice(at + length);
    case 'repeat':
      return text.slice(0, at) + text.slice(at, at + length).repeat(3) + text.slice(at + length);
  }
}

/** Changes a few bytes. */
export function flipped(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = Math.floor(random.between(1, 4)); flips > 0 && copy.length > 0; flips -= 1) {
    copy[Math.floor(random.between(0, copy.length))] = Math.floor(random.between(0, 256));
  }
  return copy;
}

/** Cuts the bytes into several pieces, as they may arrive. */
export function pieces(random: Random, bytes: Buffer): Buffer[] {
  if (random.chance(0.7)) return [bytes];
  const first = Math.floor(random.between(0, bytes.length));
  const second = Math.floor(random.between(first, bytes.length));
  return [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)].filter(
    (piece) => piece.length > 0,
  );
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  JsonTooDeepError,
  MAX_JSON_DEPTH,
  isTooDeep,
  parseBoundedJson,
} from '../../../src/runtime/json/bounded-json.js';

function nested(depth: number, open = '[', close = ']'): string {
  return open.repeat(depth) + close.repeat(depth);
}

describe('parseBoundedJson', () => {
  test('a text of the greatest depth is parsed, and one level more is refused', () => {
    expect(parseBoundedJson(nested(MAX_JSON_DEPTH))).toEqual(JSON.parse(nested(MAX_JSON_DEPTH)));
    expect(() => parseBoundedJson(nested(MAX_JSON_DEPTH + 1))).toThrow(JsonTooDeepError);
    expect(() => parseBoundedJson(`{"a":`.repeat(MAX_JSON_DEPTH + 1) + '1' + '}'.repeat(MAX_JSON_DEPTH + 1))).toThrow(
      'limit 64 levels',
    );
  });

  test('a text of a hundred thousand levels is refused without an overflow of the stack', () => {
    expect(() => parseBoundedJson(nested(100_000))).toThrow(JsonTooDeepError);
    expect(() => parseBoundedJson('['.repeat(1_000_000))).toThrow(JsonTooDeepError);
  });

  test('brackets inside strings do not count, even beside escaped signs', () => {
    const text = JSON.stringify({ a: `${'['.repeat(1000)}\\"${'{'.repeat(1000)}`, '[[[{{{\\': '\\' });
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
  });

  test('siblings do not count as depth', () => {
    const text = JSON.stringify(Array.from({ length: 1000 }, () => [{}]));
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
  });

  test('a text that is not JSON is a SyntaxError', () => {
    for (const text of ['', '{', '"', '"\\', '[1,]', '{"a":1}}', ']]]]'])
      expect(() => parseBoundedJson(text)).toThrow(SyntaxError);
  });

  test('every value of JSON with fewer levels parses to the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('the measured depth is the depth of the value', () => {
    const depthOf = (value: unknown): number =>
      typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf));
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: MAX_JSON_DEPTH + 8 }), (inner, around) => {
        const text = '['.repeat(around) + inner + ']'.repeat(around);
        expect(isTooDeep(text)).toBe(depthOf(JSON.parse(text)) > MAX_JSON_DEPTH);
      }),
    );
  });
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseExactJson, stringifyExactJson } from '../../../src/runtime/json/exact-json.js';

const roundTrip = (text: string) => stringifyExactJson(parseExactJson(text));

test.each([
  ['more digits than a number holds', '{"a":12345678901234567890,"b":[-0.1234567890123456789]}'],
  ['another way to write a number', '[1.0,1e2,-0,1E+400,0.10]'],
  ['digits in texts and names', '{"12345678901234567890":"1.0","x":"a\\"1.0\\\\"}'],
  ['names of inherited members', '{"__proto__":1.0,"constructor":{"a":2.50}}'],
  ['lone surrogates and control characters', '"\\ud800\\u0000\\u2028"'.replace('\\u2028', '\u2028')],
  ['a number alone', '1.10'],
])('%s survive a round trip', (_case, text) => {
  expect(roundTrip(text)).toBe(text);
});

test('numbers that JavaScript holds stay numbers', () => {
  expect(parseExactJson('{"a":[1,-2.5,0]}')).toEqual({ a: [1, -2.5, 0] });
});

test('every JSON value survives a round trip', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const minimal = JSON.stringify(JSON.parse(text));
      expect(roundTrip(minimal)).toBe(minimal);
    }),
  );
});

test.each(['{', '{"a":01}', '[1.]', '"', 'NaN', ''])('%j is not JSON', (text) => {
  expect(() => parseExactJson(text)).toThrow(SyntaxError);
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withMember, withMemberEdited } from '../../../src/server/websocket/message-text.js';

/** Objects as a client may write them: spaces between everything, and names that are escaped. */
const written = fc
  .tuple(
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('id', 'payload', '__proto__')), fc.jsonValue({ maxDepth: 3 }), {
      minKeys: 1,
    }),
    fc.constantFrom(0, 1, '\t'),
  )
  .map(([value, space]) => {
    const text = JSON.stringify(value, null, space);
    // A negative zero is written as 0.
    return { value: JSON.parse(text), text };
  });

describe('a member that is added to a text', () => {
  test('is what JSON.parse then finds, and all others stay as they were', () => {
    fc.assert(
      fc.property(written, fc.jsonValue(), ({ value, text }, added) => {
        expect(JSON.parse(withMember(text, 'id', JSON.stringify(added)))).toEqual({
          ...value,
          id: JSON.parse(JSON.stringify(added)),
        });
      }),
    );
  });

  test('leaves every other character alone, so that numbers keep their digits', () => {
    expect(withMember('{ "id" : "a", "n": 1e999 } ', 'id', '"1"')).toBe('{ "id" : "a", "n": 1e999 ,"id":"1"}');
  });
});

describe('a member that is edited in a text', () => {
  test('gets the new value, and all others stay as they were', () => {
    fc.assert(
      fc.property(written, fc.jsonValue({ maxDepth: 3 }), fc.jsonValue(), ({ value, text }, before, after) => {
        const whole = withMember(text, 'payload', JSON.stringify(before));
        const seen: unknown[] = [];
        const edited = withMemberEdited(whole, 'payload', (json) => {
          seen.push(JSON.parse(json));
          return JSON.stringify(after);
        });
        expect(seen).toEqual([JSON.parse(JSON.stringify(before))]);
        expect(JSON.parse(edited)).toEqual({ ...value, payload: JSON.parse(JSON.stringify(after)) });
      }),
    );
  });

  test('is the last of several, under a name however it is escaped', () => {
    const text = '{"payload":{"a":"}"},"p\\u0061yload":[1,"\\"]"],"z":"payload"}';
    expect(withMemberEdited(text, 'payload', () => '7')).toBe('{"payload":{"a":"}"},"p\\u0061yload":7,"z":"payload"}');
  });

  test('is not there in a text without it', () => {
    expect(withMemberEdited('{"a":{"payload":1}}', 'payload', () => '7')).toBe('{"a":{"payload":1}}');
  });
});

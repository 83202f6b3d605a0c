/** Edits of a message in its text, compared with edits of the parsed value. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withMember, withMemberEdited } from '../../../src/server/websocket/message-text.js';

/** JSON objects in the forms that a client may send: with spaces, and with escaped names. */
const written = fc
  .tuple(
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('id', 'payload', '__proto__')), fc.jsonValue({ maxDepth: 3 }), {
      minKeys: 1,
    }),
    fc.constantFrom(0, 1, '\t'),
  )
  .map(([value, space]) => {
    const text = JSON.stringify(value, null, space);
    // The text is parsed again, because JSON.stringify writes a negative zero as 0.
    return { value: JSON.parse(text), text };
  });

describe('withMember', () => {
  test('JSON.parse finds the added member, and all other members are unchanged', () => {
    fc.assert(
      fc.property(written, fc.jsonValue(), ({ value, text }, added) => {
        expect(JSON.parse(withMember(text, 'id', JSON.stringify(added)))).toEqual({
          ...value,
          id: JSON.parse(JSON.stringify(added)),
        });
      }),
    );
  });

  test('adding a member changes no other character, so that numbers keep their digits', () => {
    expect(withMember('{ "id" : "a", "n": 1e999 } ', 'id', '"1"')).toBe('{ "id" : "a", "n": 1e999 ,"id":"1"}');
  });
});

describe('withMemberEdited', () => {
  test('the edited member gets the new value, and all other members are unchanged', () => {
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

  test('the last of several members of one name is edited, also if its name is escaped', () => {
    const text = '{"payload":{"a":"}"},"p\\u0061yload":[1,"\\"]"],"z":"payload"}';
    expect(withMemberEdited(text, 'payload', () => '7')).toBe('{"payload":{"a":"}"},"p\\u0061yload":7,"z":"payload"}');
  });

  test('a text without the member is unchanged', () => {
    expect(withMemberEdited('{"a":{"payload":1}}', 'payload', () => '7')).toBe('{"a":{"payload":1}}');
  });
});

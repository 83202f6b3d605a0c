/** The verdict on a token for each state of the issuer's keys. */
import { describe, expect, test } from '@jest/globals';
import { verdictOn, type KeyState, type KeyVerdict } from '../../../../src/server/security/issuer/key-verdict.js';

const NAMES = ['isKnown', 'isFresh', 'isReadSince', 'hasFailed', 'mayRead'] as const;

/** Patterns of `1` and `0` in the order of NAMES, with `-` for either. The first matching row counts. */
const TABLE: readonly (readonly [pattern: string, verdict: KeyVerdict, reason: string])[] = [
  ['11---', 'use', 'a fresh key is used without a read'],
  ['----1', 'read', 'an unknown or old key causes a read if one is allowed'],
  ['-0--0', 'unreadable', 'without fresh keys the token is not refused'],
  ['011-0', 'unpublished', 'a token is refused if a read after its arrival did not find the key'],
  ['01010', 'unreadable', 'a failed read does not refuse the token'],
  ['01000', 'not-read-yet', 'a key that may be newer than the latest read is not refused yet'],
];

const all = Array.from({ length: 2 ** NAMES.length }, (_, bits) => bits.toString(2).padStart(NAMES.length, '0'));
const fits = (bits: string, pattern: string) =>
  Array.from(pattern).every((wanted, index) => wanted === '-' || wanted === bits[index]);

function stateOf(bits: string): KeyState {
  const is = (name: (typeof NAMES)[number]) => bits[NAMES.indexOf(name)] === '1';
  return {
    isKnown: is('isKnown'),
    isFresh: is('isFresh'),
    isReadSince: is('isReadSince'),
    hasFailed: is('hasFailed'),
    mayRead: is('mayRead'),
  };
}

describe('verdictOn', () => {
  test.each(TABLE)('the state %s gives "%s": %s', (pattern, verdict) => {
    const row = TABLE.findIndex((each) => each[0] === pattern);
    const states = all.filter((bits) => TABLE.findIndex((each) => fits(bits, each[0])) === row);
    expect(states.length).toBeGreaterThan(0);
    for (const bits of states) expect([bits, verdictOn(stateOf(bits))]).toEqual([bits, verdict]);
  });

  test('the table has a row for every state', () => {
    expect(all.filter((bits) => !TABLE.some(([pattern]) => fits(bits, pattern)))).toEqual([]);
  });

  test('a token is refused only if a read after its arrival did not find its key', () => {
    const refusing = all.map(stateOf).filter((state) => verdictOn(state) === 'unpublished');
    for (const state of refusing)
      expect(state).toMatchObject({ isKnown: false, isFresh: true, isReadSince: true, mayRead: false });
  });
});

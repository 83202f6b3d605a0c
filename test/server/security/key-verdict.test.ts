/** The states in which a token may find the issuer's keys: each of them, and what is said to the token. */
import { describe, expect, test } from '@jest/globals';
import { verdictOn, type KeyFacts, type KeyVerdict } from '../../../src/server/security/key-verdict.js';

const NAMES = ['isKnown', 'isFresh', 'isReadSince', 'hasFailed', 'mayRead'] as const;

/** `1` and `0` in the order of NAMES, `-` for either. The first row that fits counts. */
const TABLE: readonly (readonly [pattern: string, verdict: KeyVerdict, reason: string])[] = [
  ['11---', 'use', 'a key that was read lately is used, without asking the issuer'],
  ['----1', 'read', 'a key that is unknown or old is looked for where the issuer may be asked'],
  ['-0--0', 'unreadable', 'without keys of late nothing is said against the token'],
  ['011-0', 'unpublished', 'a token whose key the issuer does not publish after the token came is refused'],
  ['01010', 'unreadable', 'a failed read says nothing against the token'],
  ['01000', 'not-read-yet', 'a key that may have been published since the latest read is not refused yet'],
];

const all = Array.from({ length: 2 ** NAMES.length }, (_, bits) => bits.toString(2).padStart(NAMES.length, '0'));
const fits = (bits: string, pattern: string) =>
  Array.from(pattern).every((wanted, index) => wanted === '-' || wanted === bits[index]);

function factsOf(bits: string): KeyFacts {
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
  test.each(TABLE)('%s is "%s": %s', (pattern, verdict) => {
    const row = TABLE.findIndex((each) => each[0] === pattern);
    const states = all.filter((bits) => TABLE.findIndex((each) => fits(bits, each[0])) === row);
    expect(states.length).toBeGreaterThan(0);
    for (const bits of states) expect([bits, verdictOn(factsOf(bits))]).toEqual([bits, verdict]);
  });

  test('has a row for every state', () => {
    expect(all.filter((bits) => !TABLE.some(([pattern]) => fits(bits, pattern)))).toEqual([]);
  });

  test('refuses a token only where a read after it came has not brought its key', () => {
    const refusing = all.map(factsOf).filter((facts) => verdictOn(facts) === 'unpublished');
    for (const facts of refusing)
      expect(facts).toMatchObject({ isKnown: false, isFresh: true, isReadSince: true, mayRead: false });
  });
});

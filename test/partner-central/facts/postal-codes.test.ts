import { describe, expect, test } from '@jest/globals';
import { postalCodeRuleOf } from '../../../src/partner-central/facts/postal-codes.js';

const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
const CODES = LETTERS.flatMap((first) => LETTERS.map((second) => `${first}${second}`));

function ruleOf(country: string) {
  const rule = postalCodeRuleOf(country);
  return rule?.type === 'format' ? rule : null;
}

describe('postalCodeRuleOf', () => {
  test('the table has the 208 entries of AWS, of which two are for GB', () => {
    const rules = CODES.map((code) => postalCodeRuleOf(code)?.type);
    expect(rules.filter((type) => type === 'none')).toHaveLength(59);
    expect(rules.filter((type) => type === 'format')).toHaveLength(148);
  });

  test.each([
    ['DE', '10115', '1011', 'D-10115'],
    ['US', '98101', '9810', '98101-12'],
    ['US', '98101-1234', '981011234', 'ABCDE'],
    ['CA', 'K1A 0B1', 'K1A-0B1', '90210'],
    ['CA', 'k1a0b1', 'KK1 0B1', ''],
    ['JP', '100-0001', '100-001', '1000 001'],
    ['SE', 'SE-11122', 'SE 11122', 'DK-11122'],
    ['SE', '111 22', '1112 2', '1112'],
    ['LT', 'LT-01100', 'LT01100', 'LV-01100'],
    ['NL', '3011 AD', '3011', '3011 A'],
    ['PF', '98713', '98813', '9871'],
    ['BL', '97133', '97134', '9713'],
    ['VC', 'VC0100', 'VC100', '0100'],
    ['BM', 'HM 11', 'HM 1', 'HM'],
    ['BM', 'HM GX', 'HM G1', 'HMGX'],
  ])('the form of %s fits %s, and neither %j nor %j', (country, right, wrong, worse) => {
    const rule = ruleOf(country);
    expect([right, ` ${right} `, wrong, worse].map((code) => rule?.fits(code))).toEqual([true, true, false, false]);
    expect(rule?.isEnforced).toBe(true);
  });

  test('an entry that is an example is compared by its shape, and not enforced', () => {
    expect(CODES.filter((code) => ruleOf(code)?.isEnforced === false)).toEqual([
      'BN',
      'GB',
      'IE',
      'SM',
      'SV',
      'SZ',
      'VA',
    ]);
    for (const [country, ...real] of [
      ['GB', 'SW1A 1AA', 'M2 5DB', 'DT36GB'],
      ['IE', 'D02 X285', 'A65F4E2'],
      ['SV', '1101', '2201'],
      ['SM', '47890'],
      ['VA', '00120', '120'],
      ['BN', 'BE1318'],
      ['SZ', 'H100'],
    ] as const) {
      for (const code of real) expect([country, code, ruleOf(country)?.fits(code)]).toEqual([country, code, true]);
    }
  });

  test('a country without postal codes, and one that AWS does not list, have no form', () => {
    for (const country of ['AE', 'HK', 'QA', 'BO']) expect(postalCodeRuleOf(country)).toEqual({ type: 'none' });
    for (const country of ['AR', '', 'us', 'constructor']) expect(postalCodeRuleOf(country)).toBeNull();
  });
});

/** The patterns and bounds of texts in the service model (API version 2022-07-26). A pattern covers the whole text. */
import { DATE as DATE_RULE, patternError, type TextRule } from '../../partner-central/identifiers.js';
import type { TextCheck } from './members.js';

/** A text of `min` to `max` characters. A character outside the basic plane counts once, as in AWS's patterns. */
export function length(min: number, max: number): TextCheck {
  return (value) => {
    const count = Array.from(value).length;
    if (count >= min && count <= max) return null;
    return count > max
      ? `The text is too long (limit ${max} characters, got ${count}).`
      : `The text is too short (at least ${min} characters, got ${count}).`;
  };
}

export function matching(rule: TextRule): TextCheck {
  return (value) => patternError(rule, value);
}

export const DATE = matching(DATE_RULE);

export const AMOUNT = matching({
  noun: 'an amount',
  pattern: /^(0|([1-9][0-9]{0,30}))(\.[0-9]{0,2})?$/u,
  expected: 'digits without separators and at most two decimals, for example 1250.50',
});

/** The model allows an empty amount of the expected spend. */
export const AMOUNT_OR_EMPTY: TextCheck = (value) => (value === '' ? null : AMOUNT(value));

export const EMAIL = matching({
  noun: 'an e-mail address',
  pattern:
    /^(?=.{0,80}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u,
  expected: 'an address in small letters of at most 80 characters, for example jane@example.com',
});

export const PHONE = matching({
  noun: 'a phone number',
  pattern: /^\+[1-9]\d{1,14}$/u,
  expected: 'a plus sign and 2 to 15 digits, for example +12065550100',
});

export const ESTIMATION_URL = matching({
  noun: 'the address of an estimate',
  pattern: /^https:\/\/(calculator\.aws|pricing\.calculator\.aws\.eu)\/#\/estimate\?id=[a-f0-9]{32,64}$/u,
  expected: 'the link that the AWS Pricing Calculator shares, for example https://calculator.aws/#/estimate?id=…',
});

export const DUNS = matching({
  noun: 'a D-U-N-S number',
  pattern: /^[0-9]{9}$/u,
  expected: '9 digits, for example 150483782',
});

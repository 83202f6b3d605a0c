/** The rules about the postal code of the customer, whose form depends on the country. */
import { postalCodeRuleOf, type PostalCodeRule } from '../../../partner-central/facts/postal-codes.js';
import { FIELD_LIST, POSTAL_CODE_LIST } from '../evidence.js';
import { failed, passed, unknown, type Rule, type Verdict } from '../rule.js';
import { isNationalSecurity, type Facts } from './facts.js';

const FIELD = 'Customer.Account.Address.PostalCode';

export const POSTAL_CODE_RULES: readonly Rule<Facts>[] = [
  { rule: 'POSTAL_CODE_PRESENT', field: FIELD, ...FIELD_LIST, check: postalCodePresent },
  { rule: 'POSTAL_CODE_FORMAT', field: FIELD, ...POSTAL_CODE_LIST, check: postalCodeFormat },
];

function addressOf({ opportunity }: Facts) {
  const { postalCode = null, countryCode = null } = opportunity.customer?.account?.address ?? {};
  return { postalCode, countryCode, codes: countryCode === null ? null : postalCodeRuleOf(countryCode) };
}

function postalCodePresent(facts: Facts): Verdict {
  const { postalCode, countryCode, codes } = addressOf(facts);
  if (postalCode !== null) return passed('The postal code is there.');
  if (codes?.type === 'none') return passed('The country has no postal codes, so none is needed.');
  if (isNationalSecurity(facts.opportunity))
    return unknown('The postal code is missing, or AWS hides it, as it does for national security.');
  if (countryCode === null)
    return unknown('The postal code is missing, and the country is not known. Some countries have no postal codes.');
  if (codes === null)
    return unknown('The postal code is missing. AWS asks for it unless the country has no postal codes. Give it.');
  return failed(`The postal code is missing. Give it in the form ${formOf(codes)}.`);
}

function postalCodeFormat(facts: Facts): Verdict {
  const { postalCode, codes } = addressOf(facts);
  if (postalCode === null) return passed('There is no postal code to check.');
  if (codes === null) return passed("AWS's list has no form of postal codes for the country.");
  if (codes.type === 'none')
    return unknown('The country has no postal codes, and AWS may not take a value. Leave it out.');
  if (codes.fits(postalCode)) return passed('The postal code has the form that AWS asks for in the country.');
  const wrong = 'The postal code has another form than AWS asks for in the country';
  if (isNationalSecurity(facts.opportunity))
    return unknown(`${wrong}, or AWS hides it, as it does for national security.`);
  if (codes.isEnforced) return failed(`${wrong}: ${formOf(codes)}.`);
  return unknown(`${wrong}. AWS's list has an example only: ${codes.format}.`);
}

function formOf({ format }: Extract<PostalCodeRule, { type: 'format' }>): string {
  return `${format} (${/[0-8N]/.test(format) ? 'N' : '9'} is a digit${format.includes('A') ? ', A is a letter' : ''})`;
}

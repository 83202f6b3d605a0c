/**
 * The rules about the customer. AWS does not require the company, website, country and state of an opportunity of
 * national security, and hides them in its answers.
 */
import { US_STATES } from '../../../partner-central/facts/us-states.js';
import { FIELD_LIST, REFUSED_SUBMISSIONS, model } from '../evidence.js';
import { failed, passed, unknown, type Rule, type Verdict } from '../rule.js';
import { isNationalSecurity, required, type Facts } from './facts.js';

const GOVERNMENT = 'Government';

export const CUSTOMER_RULES: readonly Rule<Facts>[] = [
  required({
    rule: 'COMPANY_NAME_PRESENT',
    field: 'Customer.Account.CompanyName',
    source: FIELD_LIST,
    value: (o) => o.customer?.account?.companyName,
    advice: 'Give the full name of the company.',
    exception: nationalSecurity,
  }),
  required({
    rule: 'INDUSTRY_PRESENT',
    field: 'Customer.Account.Industry',
    source: FIELD_LIST,
    value: (o) => o.customer?.account?.industry,
    advice: 'Choose one.',
  }),
  required({
    rule: 'OTHER_INDUSTRY_PRESENT',
    field: 'Customer.Account.OtherIndustry',
    source: FIELD_LIST,
    value: (o) => o.customer?.account?.otherIndustry,
    advice: 'Describe the industry, because the industry is Other.',
    exception: ({ opportunity }) =>
      opportunity.customer?.account?.industry === 'Other' ? null : passed('It is needed only for the industry Other.'),
  }),
  {
    rule: 'NATIONAL_SECURITY_INDUSTRY',
    field: 'NationalSecurity',
    ...model('GetOpportunityResponse.NationalSecurity'),
    check: nationalSecurityIndustry,
  },
  required({
    rule: 'WEBSITE_URL_PRESENT',
    field: 'Customer.Account.WebsiteUrl',
    source: model('Account.WebsiteUrl'),
    value: (o) => o.customer?.account?.websiteUrl,
    advice: 'Give its address.',
    exception: nationalSecurity,
  }),
  required({
    rule: 'COUNTRY_CODE_PRESENT',
    field: 'Customer.Account.Address.CountryCode',
    source: FIELD_LIST,
    value: (o) => o.customer?.account?.address?.countryCode,
    advice: 'Choose it.',
    exception: nationalSecurity,
  }),
  {
    rule: 'STATE_OR_REGION_VALID',
    field: 'Customer.Account.Address.StateOrRegion',
    ...REFUSED_SUBMISSIONS,
    check: stateOrRegionValid,
  },
];

function nationalSecurity({ opportunity }: Facts): Verdict | null {
  return isNationalSecurity(opportunity)
    ? passed('AWS does not ask for it in an opportunity of national security.')
    : null;
}

function nationalSecurityIndustry({ opportunity }: Facts): Verdict {
  if (!isNationalSecurity(opportunity)) return passed('The opportunity is not marked as national security.');
  const industry = opportunity.customer?.account?.industry ?? null;
  if (industry === GOVERNMENT) return passed(`The industry is ${GOVERNMENT}, as national security requires.`);
  if (industry === null) return unknown(`The industry is not known. National security requires ${GOVERNMENT}.`);
  return failed(
    `The opportunity is one of national security, and the industry is not ${GOVERNMENT}. AWS takes the two only together.`,
  );
}

function stateOrRegionValid(facts: Facts): Verdict {
  const { countryCode = null, stateOrRegion = null } = facts.opportunity.customer?.account?.address ?? {};
  const exception = nationalSecurity(facts);
  if (exception !== null) return exception;
  if (countryCode === null)
    return unknown('The customer has no country, on which it depends whether a state is needed. Give the country.');
  if (countryCode !== 'US') return passed('AWS asks for a state only where the country is US.');
  if (stateOrRegion === null)
    return failed(
      'The state of the customer is missing. For the country US give its full name, for example California.',
    );
  if (US_STATES.has(stateOrRegion)) return passed("The state of the customer is one of AWS's names of states.");
  return failed(
    "The state of the customer is not one of AWS's names of states. Give its full name in AWS's spelling, for example " +
      'California or Dist. of Columbia.',
  );
}

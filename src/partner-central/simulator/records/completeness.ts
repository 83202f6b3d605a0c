/**
 * Checks an opportunity before its submission, by the rules that AWS documents or was seen to enforce, and by no other.
 * The messages have AWS's form: a code, the member and the objection for each violation, joined by semicolons.
 */
import { postalCodeRuleOf } from '../../facts/postal-codes.js';
import { US_STATES } from '../../facts/us-states.js';
import { dateOf } from '../seed/opportunities.js';
import type { Opportunity } from './opportunity-members.js';

export type Submission = { readonly involvement: string; readonly visibility: string | undefined };

type Code = 'ACTION_NOT_PERMITTED' | 'BUSINESS_VALIDATION_EXCEPTION' | 'REQUIRED_FIELD_MISSING' | 'INVALID_VALUE';
type Violation = { readonly code: Code; readonly member: string; readonly objection: string };

const CO_SELL = 'Co-Sell';
const NO_SUPPORT = 'Do not need support from AWS Sales Rep';
const MIN_PROBLEM_LENGTH = 20;
const MAX_MONTHS = 144;
const ESTIMATION_URL = /^https:\/\/(calculator\.aws|pricing\.calculator\.aws\.eu)\/#\/estimate\?id=[a-f0-9]{32,64}$/;

/** All violations in one message, as AWS reports them; undefined for a complete opportunity. */
export function violationsOf(opportunity: Opportunity, submission: Submission, now: number): string | undefined {
  const found = [
    ...missingMembers(opportunity, submission),
    ...stateViolations(opportunity, now),
    ...projectViolations(opportunity),
    ...spendViolations(opportunity),
    ...customerViolations(opportunity),
  ];
  if (found.length === 0) return undefined;
  return found.map(({ code, member, objection }) => `${code} ${member}:${objection}`).join(';');
}

/** AWS's message when the involvement excludes the visibility. */
export function visibilityViolation({ involvement, visibility }: Submission): string | undefined {
  if (involvement !== CO_SELL || visibility !== 'Limited') return undefined;
  return (
    'BUSINESS_VALIDATION_EXCEPTION primaryNeedsFromAws:Cannot set visibility to limited on a Co-Sell opportunity;' +
    'ACTION_NOT_PERMITTED:You cannot perform Submit action. Opportunity cannot be submitted or updated to Limited ' +
    'Visibility'
  );
}

function missingMembers(opportunity: Opportunity, { involvement }: Submission): Violation[] {
  const { Customer, Project, LifeCycle, Marketing } = opportunity;
  const account = Customer?.Account;
  const address = account?.Address;
  const isOpen = opportunity.NationalSecurity !== 'Yes';
  const codes = postalCodeRuleOf(address?.CountryCode ?? '');
  const needed: readonly (readonly [member: string, value: unknown, isNeeded?: boolean])[] = [
    ['primaryNeedsFromAws', opportunity.PrimaryNeedsFromAws],
    ['customer.account.companyName', account?.CompanyName, isOpen],
    ['customer.account.industry', account?.Industry],
    ['customer.account.otherIndustry', account?.OtherIndustry, account?.Industry === 'Other'],
    ['customer.account.websiteUrl', account?.WebsiteUrl, isOpen],
    ['customer.account.address.countryCode', address?.CountryCode, isOpen],
    ['customer.account.address.postalCode', address?.PostalCode, isOpen && codes?.type === 'format'],
    ['customer.account.address.stateOrRegion', address?.StateOrRegion, isOpen && address?.CountryCode === 'US'],
    ['project.title', Project?.Title],
    ['project.customerBusinessProblem', Project?.CustomerBusinessProblem],
    ['project.customerUseCase', Project?.CustomerUseCase],
    ['project.deliveryModels', Project?.DeliveryModels],
    ['project.expectedCustomerSpend', Project?.ExpectedCustomerSpend],
    ['project.salesActivities', Project?.SalesActivities, involvement === CO_SELL],
    ['project.otherCompetitorNames', Project?.OtherCompetitorNames, Project?.CompetitorName === '*Other'],
    [
      'project.relatedOpportunityIdentifier',
      Project?.RelatedOpportunityIdentifier,
      opportunity.OpportunityType === 'Flat Renewal',
    ],
    ['marketing.source', Marketing?.Source],
    ['marketing.awsFundingUsed', Marketing?.AwsFundingUsed, Marketing?.Source === 'Marketing Activity'],
    ['lifeCycle.targetCloseDate', LifeCycle?.TargetCloseDate],
    ['lifeCycle.closedLostReason', LifeCycle?.ClosedLostReason, LifeCycle?.Stage === 'Closed Lost'],
  ];
  return needed
    .filter(([, value, isNeeded = true]) => isNeeded && isMissing(value))
    .map(([member]) => ({ code: 'REQUIRED_FIELD_MISSING', member, objection: `${member} is required` }));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function stateViolations({ LifeCycle }: Opportunity, now: number): Violation[] {
  const date = LifeCycle?.TargetCloseDate;
  return [
    ...when(LifeCycle?.ReviewStatus === undefined, {
      code: 'ACTION_NOT_PERMITTED',
      member: 'lifeCycle.reviewStatus',
      objection: 'You cannot perform Submit action',
    }),
    ...when(LifeCycle?.Stage === 'Closed Lost', {
      code: 'ACTION_NOT_PERMITTED',
      member: 'lifeCycle.stage',
      objection: 'You cannot perform Submit action',
    }),
    ...when(date !== undefined && date <= dateOf(now), {
      code: 'BUSINESS_VALIDATION_EXCEPTION',
      member: 'lifeCycle.targetCloseDate',
      objection: 'Target Close Date should be a future date',
    }),
  ];
}

function projectViolations({ Project, RelatedEntityIdentifiers: related, ...opportunity }: Opportunity): Violation[] {
  const offers = ['Solutions', 'AwsMarketplaceSolutions', 'AwsMarketplaceProducts'];
  const isOffered = offers.some((type) => !isMissing(related[type] ?? []));
  const problem = Project?.CustomerBusinessProblem ?? '';
  const needs = opportunity.PrimaryNeedsFromAws ?? [];
  const excludes = needs.some((need) => need.startsWith(CO_SELL)) || opportunity.NationalSecurity === 'Yes';
  const duration = Project?.ExpectedContractDuration;
  return [
    ...when(!isOffered && isMissing(Project?.OtherSolutionDescription), {
      code: 'BUSINESS_VALIDATION_EXCEPTION',
      member: 'relatedEntityIdentifiers.solutions',
      objection: 'Associate atleast one solution',
    }),
    ...when(problem !== '' && problem.length < MIN_PROBLEM_LENGTH, {
      code: 'INVALID_VALUE',
      member: 'project.customerBusinessProblem',
      objection: `project.customerBusinessProblem must have at least ${MIN_PROBLEM_LENGTH} characters`,
    }),
    ...when(needs.includes(NO_SUPPORT) && excludes, {
      code: 'BUSINESS_VALIDATION_EXCEPTION',
      member: 'primaryNeedsFromAws',
      objection: `Cannot select other values along with ${NO_SUPPORT}`,
    }),
    ...when(duration !== undefined && !isDuration(duration.Value), {
      code: 'INVALID_VALUE',
      member: 'project.expectedContractDuration.value',
      objection: `project.expectedContractDuration.value must be from 1 to ${MAX_MONTHS}`,
    }),
  ];
}

function isDuration(value: string | undefined): boolean {
  return /^[0-9]{1,9}$/.test(value ?? '') && Number(value) >= 1 && Number(value) <= MAX_MONTHS;
}

/** Only the entry for AWS has known rules about frequency and amount. */
function spendViolations({ Project }: Opportunity): Violation[] {
  const member = 'project.expectedCustomerSpend';
  return (Project?.ExpectedCustomerSpend ?? []).flatMap((spend): Violation[] => {
    const { Amount, CurrencyCode, Frequency, TargetCompany, EstimationUrl } = spend;
    const isOfAws = TargetCompany === 'AWS';
    const isEuropean = Project?.AwsPartition === 'aws-eusc';
    return [
      ...when(isOfAws && Frequency !== 'Monthly', {
        code: 'INVALID_VALUE',
        member: `${member}.frequency`,
        objection: 'Frequency should be Monthly',
      }),
      ...when(isOfAws && !(Number(Amount ?? 0) > 0), {
        code: 'INVALID_VALUE',
        member: `${member}.amount`,
        objection: 'Amount should be greater than 0',
      }),
      ...when(!['USD', 'EUR'].includes(CurrencyCode), {
        code: 'INVALID_VALUE',
        member: `${member}.currencyCode`,
        objection: 'Currency should be USD or EUR',
      }),
      ...when(isEuropean && CurrencyCode === 'USD', {
        code: 'INVALID_VALUE',
        member: `${member}.currencyCode`,
        objection: 'ESC cloud partition requires EUR currency',
      }),
      ...when(EstimationUrl !== undefined && !ESTIMATION_URL.test(EstimationUrl), {
        code: 'INVALID_VALUE',
        member: `${member}.estimationUrl`,
        objection: 'EstimationUrl is not valid',
      }),
    ];
  });
}

function customerViolations({ Customer, NationalSecurity }: Opportunity): Violation[] {
  const { CountryCode = '', PostalCode = '', StateOrRegion = '' } = Customer?.Account?.Address ?? {};
  if (NationalSecurity === 'Yes') {
    return when(Customer?.Account?.Industry !== 'Government', {
      code: 'BUSINESS_VALIDATION_EXCEPTION',
      member: 'nationalSecurity',
      objection: 'National Security can be Yes only for the industry Government',
    });
  }
  const codes = postalCodeRuleOf(CountryCode);
  const isWrongCode = codes?.type === 'format' && codes.isEnforced && PostalCode !== '' && !codes.fits(PostalCode);
  const country = nameOf(CountryCode);
  return [
    ...when(CountryCode === 'US' && StateOrRegion !== '' && !US_STATES.has(StateOrRegion), {
      code: 'INVALID_VALUE',
      member: 'customer.account.address.stateOrRegion',
      objection: 'customer.account.address.stateOrRegion is not a valid value',
    }),
    ...when(isWrongCode, {
      code: 'BUSINESS_VALIDATION_EXCEPTION',
      member: 'customer.account.address.postalCode',
      objection:
        `The postal code is invalid for country ${country}, ${country} postal code must be in ` +
        `${codes?.type === 'format' ? codes.format : 'another'} format.`,
    }),
  ];
}

const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

function nameOf(countryCode: string): string {
  return COUNTRY_NAMES.of(countryCode === '' ? 'ZZ' : countryCode) ?? countryCode;
}

function when(condition: boolean, violation: Violation): Violation[] {
  return condition ? [violation] : [];
}

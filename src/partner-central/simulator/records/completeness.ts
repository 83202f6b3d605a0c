/**
 * Checks an opportunity before its submission. The messages are AWS's, as observed when an opportunity was submitted.
 */
import { dateOf } from '../seed/opportunities.js';
import type { Opportunity } from './opportunity-members.js';

/** The first violation; undefined for a complete opportunity. */
export function firstViolation(opportunity: Opportunity, now: number): string | undefined {
  const { Customer, Project, LifeCycle, Marketing, RelatedEntityIdentifiers: related } = opportunity;
  const account = Customer?.Account;
  const required: readonly (readonly [field: string, value: unknown])[] = [
    ['partnerOpportunityIdentifier', opportunity.PartnerOpportunityIdentifier],
    ['primaryNeedsFromAws', opportunity.PrimaryNeedsFromAws],
    ['customer.account.companyName', account?.CompanyName],
    ['customer.account.industry', account?.Industry],
    ['customer.account.websiteUrl', account?.WebsiteUrl],
    ['customer.account.address.countryCode', account?.Address?.CountryCode],
    ['customer.account.address.postalCode', account?.Address?.PostalCode],
    [
      'customer.account.address.stateOrRegion',
      account?.Address?.CountryCode === 'US' ? account.Address.StateOrRegion : 'any',
    ],
    ['project.title', Project?.Title],
    ['project.customerBusinessProblem', Project?.CustomerBusinessProblem],
    ['project.customerUseCase', Project?.CustomerUseCase],
    ['project.deliveryModels', Project?.DeliveryModels],
    ['project.expectedCustomerSpend', Project?.ExpectedCustomerSpend],
    ['project.salesActivities', Project?.SalesActivities],
    ['marketing.source', Marketing?.Source],
    ['lifeCycle.targetCloseDate', LifeCycle?.TargetCloseDate],
  ];
  const missing = required.find(
    ([, value]) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0),
  );
  if (missing !== undefined) return `${missing[0]} is required`;
  if ((LifeCycle?.TargetCloseDate ?? '') <= dateOf(now)) return 'lifeCycle.targetCloseDate must be in the future';
  if (LifeCycle?.ReviewStatus === undefined) return 'lifeCycle.reviewStatus must be Pending Submission';
  const offered = ['Solutions', 'AwsMarketplaceSolutions', 'AwsMarketplaceProducts'].some(
    (type) => (related[type] ?? []).length > 0,
  );
  if (!offered && (Project?.OtherSolutionDescription ?? '') === '') return 'at least one solution must be associated';
  return undefined;
}

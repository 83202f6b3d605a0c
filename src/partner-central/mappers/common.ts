/** What answers about opportunities, engagements and invitations have in common, in the gateway's words. */
import type {
  Account as SdkAccount,
  AccountSummary as SdkAccountSummary,
  Contact as SdkContact,
  EngagementCustomer as SdkEngagementCustomer,
  EngagementCustomerProjectDetails as SdkEngagementProject,
  ExpectedCustomerSpend as SdkExpectedCustomerSpend,
  LeadInvitationCustomer as SdkLeadInvitationCustomer,
  LeadInvitationInteraction as SdkLeadInvitationInteraction,
} from '@aws-sdk/client-partnercentral-selling';
import { identifierOf } from '../task-operations.js';
import type {
  Account,
  Address,
  Company,
  Contact,
  EngagementCustomer,
  EngagementProject,
  ExpectedCustomerSpend,
  LeadOccasion,
  ProspectiveCustomer,
} from '../model/record-types.js';
import { idOf, listOf, present } from './nullable.js';

/** A summary lacks some of the members of the whole: they are null then. */
type RawAccount = SdkAccountSummary & Partial<Pick<SdkAccount, 'AwsAccountId' | 'Duns'>>;
type RawAddress = {
  readonly [Member in 'City' | 'PostalCode' | 'StateOrRegion' | 'CountryCode' | 'StreetAddress']?: string | undefined;
};
type RawCompany = { readonly [Member in 'CompanyName' | 'Industry' | 'WebsiteUrl']?: string | undefined };
type RawProspect = Omit<SdkLeadInvitationCustomer, 'CountryCode'>;
type RawOccasion = Omit<SdkLeadInvitationInteraction, 'ContactBusinessTitle'>;

/** AWS's id may be an ARN, and be left out beside one. */
export function recordIdOf(raw: {
  readonly Id?: string | undefined;
  readonly Arn?: string | undefined;
}): string | null {
  const either = idOf(raw.Id) ?? idOf(raw.Arn);
  return either === null ? null : identifierOf(either);
}

export function accountOf(raw: RawAccount | undefined): Account | null {
  if (raw === undefined) return null;
  return {
    companyName: present(raw.CompanyName),
    industry: present(raw.Industry),
    otherIndustry: present(raw.OtherIndustry),
    websiteUrl: present(raw.WebsiteUrl),
    address: addressOf(raw.Address),
    awsAccountId: present(raw.AwsAccountId),
    duns: present(raw.Duns),
  };
}

export function addressOf(raw: RawAddress | undefined): Address | null {
  if (raw === undefined) return null;
  return {
    city: present(raw.City),
    postalCode: present(raw.PostalCode),
    stateOrRegion: present(raw.StateOrRegion),
    countryCode: present(raw.CountryCode),
    streetAddress: present(raw.StreetAddress),
  };
}

export function contactOf(raw: SdkContact): Contact {
  return {
    email: present(raw.Email),
    firstName: present(raw.FirstName),
    lastName: present(raw.LastName),
    businessTitle: present(raw.BusinessTitle),
    phone: present(raw.Phone),
  };
}

export function expectedSpendOf(
  raw: readonly SdkExpectedCustomerSpend[] | undefined,
): readonly ExpectedCustomerSpend[] {
  return listOf(raw).map((spend) => ({
    amount: present(spend.Amount),
    currencyCode: present(spend.CurrencyCode),
    frequency: present(spend.Frequency),
    targetCompany: present(spend.TargetCompany),
    estimationUrl: present(spend.EstimationUrl),
  }));
}

export function engagementCustomerOf(raw: SdkEngagementCustomer | undefined): EngagementCustomer | null {
  return raw === undefined ? null : { ...companyOf(raw), countryCode: present(raw.CountryCode) };
}

export function prospectOf(raw: RawProspect): ProspectiveCustomer {
  return { ...companyOf(raw), awsMaturity: present(raw.AwsMaturity), marketSegment: present(raw.MarketSegment) };
}

export function occasionOf(raw: RawOccasion): LeadOccasion {
  return {
    sourceType: present(raw.SourceType),
    sourceId: present(raw.SourceId),
    sourceName: present(raw.SourceName),
    useCase: present(raw.Usecase),
  };
}

function companyOf(raw: RawCompany): Company {
  return {
    companyName: present(raw.CompanyName),
    industry: present(raw.Industry),
    websiteUrl: present(raw.WebsiteUrl),
  };
}

export function engagementProjectOf(
  raw: Pick<SdkEngagementProject, 'Title' | 'BusinessProblem' | 'TargetCompletionDate'>,
): EngagementProject {
  return {
    title: present(raw.Title),
    businessProblem: present(raw.BusinessProblem),
    targetCompletionDate: present(raw.TargetCompletionDate),
  };
}

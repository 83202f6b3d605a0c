/** Maps the parts that opportunities, engagements and invitations share. */
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
import { identifierOf } from '../identifiers.js';
import type {
  Account,
  Address,
  Company,
  Contact,
  EngagementCustomer,
  EngagementProject,
  ExpectedCustomerSpend,
  LeadOccasion,
  LifeCycle,
  ProspectiveCustomer,
} from '../model/record-types.js';
import { idOf, listOf, textOf, timeOf } from './nullable.js';

/** A summary lacks some members of the whole account; they are null. */
type RawAccount = SdkAccountSummary & Partial<Pick<SdkAccount, 'AwsAccountId' | 'Duns'>>;
type RawAddress = {
  readonly [Member in 'City' | 'PostalCode' | 'StateOrRegion' | 'CountryCode' | 'StreetAddress']?: string | undefined;
};
type RawCompany = { readonly [Member in 'CompanyName' | 'Industry' | 'WebsiteUrl']?: string | undefined };
type RawProspect = Omit<SdkLeadInvitationCustomer, 'CountryCode'>;
type RawOccasion = Omit<SdkLeadInvitationInteraction, 'ContactBusinessTitle'>;

/** The id from `Id` or from the ARN, because AWS sends an ARN in `Id` or omits it. */
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
    companyName: textOf(raw.CompanyName),
    industry: textOf(raw.Industry),
    otherIndustry: textOf(raw.OtherIndustry),
    websiteUrl: textOf(raw.WebsiteUrl),
    address: addressOf(raw.Address),
    awsAccountId: textOf(raw.AwsAccountId),
    duns: textOf(raw.Duns),
  };
}

export function addressOf(raw: RawAddress | undefined): Address | null {
  if (raw === undefined) return null;
  return {
    city: textOf(raw.City),
    postalCode: textOf(raw.PostalCode),
    stateOrRegion: textOf(raw.StateOrRegion),
    countryCode: textOf(raw.CountryCode),
    streetAddress: textOf(raw.StreetAddress),
  };
}

export function contactOf(raw: SdkContact): Contact {
  return {
    email: textOf(raw.Email),
    firstName: textOf(raw.FirstName),
    lastName: textOf(raw.LastName),
    businessTitle: textOf(raw.BusinessTitle),
    phone: textOf(raw.Phone),
  };
}

export function expectedSpendOf(
  raw: readonly SdkExpectedCustomerSpend[] | undefined,
): readonly ExpectedCustomerSpend[] {
  return listOf(raw).map((spend) => ({
    amount: textOf(spend.Amount),
    currencyCode: textOf(spend.CurrencyCode),
    frequency: textOf(spend.Frequency),
    targetCompany: textOf(spend.TargetCompany),
    estimationUrl: textOf(spend.EstimationUrl),
  }));
}

type RawNextSteps = { readonly Value: string | undefined; readonly Time: Date | undefined };

export function nextStepsHistoryOf(raw: readonly RawNextSteps[] | undefined): LifeCycle['nextStepsHistory'] {
  return listOf(raw).flatMap((step) => {
    const value = textOf(step.Value);
    return value === null ? [] : { value, time: timeOf(step.Time) };
  });
}

export function engagementCustomerOf(raw: SdkEngagementCustomer | undefined): EngagementCustomer | null {
  return raw === undefined ? null : { ...companyOf(raw), countryCode: textOf(raw.CountryCode) };
}

export function prospectOf(raw: RawProspect): ProspectiveCustomer {
  return { ...companyOf(raw), awsMaturity: textOf(raw.AwsMaturity), marketSegment: textOf(raw.MarketSegment) };
}

export function occasionOf(raw: RawOccasion): LeadOccasion {
  return {
    sourceType: textOf(raw.SourceType),
    sourceId: textOf(raw.SourceId),
    sourceName: textOf(raw.SourceName),
    useCase: textOf(raw.Usecase),
  };
}

function companyOf(raw: RawCompany): Company {
  return {
    companyName: textOf(raw.CompanyName),
    industry: textOf(raw.Industry),
    websiteUrl: textOf(raw.WebsiteUrl),
  };
}

export function engagementProjectOf(
  raw: Pick<SdkEngagementProject, 'Title' | 'BusinessProblem' | 'TargetCompletionDate'>,
): EngagementProject {
  return {
    title: textOf(raw.Title),
    businessProblem: textOf(raw.BusinessProblem),
    targetCompletionDate: textOf(raw.TargetCompletionDate),
  };
}

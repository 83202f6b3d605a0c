/** Maps AWS's findings about a prospect. Never fails: a missing member is null or an empty list. */
import type {
  EnrichmentContext as SdkEnrichmentContext,
  InvitationProspectingResultAws as SdkProspect,
  ProspectingInsights as SdkInsights,
  ProspectingResult as SdkProspectingResult,
  ProspectingResultCustomer as SdkCustomer,
} from '@aws-sdk/client-partnercentral-selling';
import type {
  EnrichmentContext,
  Prospect,
  ProspectCustomer,
  ProspectInsights,
  ProspectingResult,
} from '../model/prospecting-types.js';
import { textOf, textsOf, timeOf } from './nullable.js';

export function prospectingResultOf(raw: SdkProspectingResult | undefined): ProspectingResult | null {
  const aws = raw?.Aws;
  if (aws === undefined) return null;
  return {
    ...prospectOf(aws),
    startedAt: timeOf(aws.StartTime),
    endedAt: timeOf(aws.EndTime),
    taskId: textOf(aws.TaskId),
    taskArn: textOf(aws.TaskArn),
    taskName: textOf(aws.TaskName),
  };
}

export function enrichmentContextOf(raw: SdkEnrichmentContext | undefined): EnrichmentContext | null {
  if (raw === undefined) return null;
  const { ProspectingResultAws: prospect, LeadInsights: insights } = raw;
  return {
    prospect: prospect === undefined ? null : prospectOf(prospect),
    leadReadinessScore: textOf(insights?.LeadReadinessScore),
  };
}

function prospectOf({ Customer: customer, Insights: insights }: SdkProspect): Prospect {
  return {
    customer: customer === undefined ? null : customerOf(customer),
    insights: insights === undefined ? null : insightsOf(insights),
  };
}

function customerOf(raw: SdkCustomer): ProspectCustomer {
  return {
    accountName: textOf(raw.AccountName),
    geo: textOf(raw.Geo),
    region: textOf(raw.Region),
    subRegion: textOf(raw.SubRegion),
    countryCode: textOf(raw.Country),
    industry: textOf(raw.Industry),
    subIndustry: textOf(raw.SubIndustry),
    segment: textOf(raw.Segment),
    companySize: textOf(raw.CompanySize),
    eligiblePrograms: textsOf(raw.EligiblePrograms),
    publicProfileSummary: textOf(raw.PublicProfileSummary),
  };
}

function insightsOf(raw: SdkInsights): ProspectInsights {
  return {
    marketplaceEngagementScore: textOf(raw.MarketplaceEngagementScore),
    solutionScore: textOf(raw.SolutionScore),
    solutionCategory: textOf(raw.SolutionCategory),
    solutionSubCategory: textOf(raw.SolutionSubCategory),
  };
}

/** Maps AWS's side of an opportunity. Never fails: a missing member is null or an empty list. */
import type {
  AwsOpportunityInsights as SdkInsights,
  AwsOpportunityLifeCycle as SdkLifeCycle,
  AwsProductDetails as SdkProductDetails,
  AwsProductInsights as SdkProductInsights,
  AwsSoftwareRevenue as SdkSoftwareRevenue,
  AwsTeamMember as SdkTeamMember,
  GetAwsOpportunitySummaryResponse,
  Recommendation as SdkRecommendation,
} from '@aws-sdk/client-partnercentral-selling';
import { isRecord } from '../../runtime/guards.js';
import { INVOLVEMENT, VISIBILITY, enumValueOf } from '../model/enum-mapping.js';
import type {
  AwsOpportunity,
  AwsProductSpend,
  AwsRecommendation,
  AwsSpendInsight,
  AwsTeamMember,
} from '../model/related-types.js';
import { INVOLVEMENT_TYPES, VISIBILITIES, type Catalog } from '../model/task-kind.js';
import { contactOf, expectedSpendOf, nextStepsHistoryOf } from './common.js';
import { countOf, listOf, textOf, textsOf } from './nullable.js';

/** @param opportunityId the partner's opportunity that was requested */
export function awsOpportunityOf(
  raw: GetAwsOpportunitySummaryResponse,
  catalog: Catalog,
  opportunityId: string,
): AwsOpportunity {
  const { RelatedEntityIds: related } = raw;
  return {
    catalog,
    opportunityId,
    origin: textOf(raw.Origin),
    involvementType: enumValueOf(INVOLVEMENT_TYPES, INVOLVEMENT, raw.InvolvementType),
    rawInvolvementType: textOf(raw.InvolvementType),
    involvementTypeChangeReason: textOf(raw.InvolvementTypeChangeReason),
    visibility: enumValueOf(VISIBILITIES, VISIBILITY, raw.Visibility),
    rawVisibility: textOf(raw.Visibility),
    ...lifeCycleOf(raw.LifeCycle),
    team: listOf(raw.OpportunityTeam).map(teamMemberOf),
    ...insightsOf(raw.Insights),
    cosellMotion: textOf(raw.CosellMotion),
    softwareRevenue: softwareRevenueOf(raw.SoftwareRevenue),
    customerContacts: listOf(raw.Customer?.Contacts).map(contactOf),
    expectedCustomerSpend: expectedSpendOf(raw.Project?.ExpectedCustomerSpend),
    awsPartition: textOf(raw.Project?.AwsPartition),
    relatedEntities: {
      solutions: textsOf(related?.Solutions),
      awsProducts: textsOf(related?.AwsProducts),
      awsMarketplaceSolutions: textsOf(related?.AwsMarketplaceSolutions),
      awsMarketplaceProducts: textsOf(related?.AwsMarketplaceProducts),
    },
  };
}

function lifeCycleOf(raw: SdkLifeCycle | undefined) {
  return {
    stage: textOf(raw?.Stage),
    closedLostReason: textOf(raw?.ClosedLostReason),
    targetCloseDate: textOf(raw?.TargetCloseDate),
    nextSteps: textOf(raw?.NextSteps),
    nextStepsHistory: nextStepsHistoryOf(raw?.NextStepsHistory),
  };
}

function teamMemberOf(raw: SdkTeamMember): AwsTeamMember {
  return {
    email: textOf(raw.Email),
    firstName: textOf(raw.FirstName),
    lastName: textOf(raw.LastName),
    businessTitle: textOf(raw.BusinessTitle),
  };
}

function insightsOf(raw: SdkInsights | undefined) {
  const spend = raw?.AwsProductsSpendInsightsBySource;
  return {
    nextBestActions: textOf(raw?.NextBestActions),
    engagementScore: textOf(raw?.EngagementScore),
    qualityScore: countOf(raw?.OpportunityQuality?.Score),
    qualityTrend: textOf(raw?.OpportunityQuality?.Trend),
    recommendations: listOf(raw?.Recommendations).flatMap((item) => recommendationOf(item) ?? []),
    spendInsights:
      spend === undefined ? null : { partner: spendInsightOf(spend.Partner), aws: spendInsightOf(spend.AWS) },
  };
}

/** Null for a recommendation without a type or a text, because it recommends nothing. */
function recommendationOf(raw: SdkRecommendation): AwsRecommendation | null {
  const [type, details] = [textOf(raw.Type), textOf(raw.Details)];
  if (type === null || details === null) return null;
  return { type, details, attributes: entriesOf(raw.Attributes).map(([key, value]) => ({ key, value })) };
}

function spendInsightOf(raw: SdkProductInsights | undefined): AwsSpendInsight | null {
  if (raw === undefined) return null;
  return {
    currencyCode: textOf(raw.CurrencyCode),
    frequency: textOf(raw.Frequency),
    totalAmount: textOf(raw.TotalAmount),
    totalOptimizedAmount: textOf(raw.TotalOptimizedAmount),
    totalPotentialSavingsAmount: textOf(raw.TotalPotentialSavingsAmount),
    amountsByCategory: entriesOf(raw.TotalAmountByCategory).map(([category, amount]) => ({ category, amount })),
    products: listOf(raw.AwsProducts).map(productSpendOf),
  };
}

function productSpendOf(raw: SdkProductDetails): AwsProductSpend {
  return {
    productCode: textOf(raw.ProductCode),
    serviceCode: textOf(raw.ServiceCode),
    categories: textsOf(raw.Categories),
    amount: textOf(raw.Amount),
    optimizedAmount: textOf(raw.OptimizedAmount),
    potentialSavingsAmount: textOf(raw.PotentialSavingsAmount),
    optimizations: listOf(raw.Optimizations).map(({ Description, SavingsAmount }) => ({
      description: textOf(Description),
      savingsAmount: textOf(SavingsAmount),
    })),
  };
}

function softwareRevenueOf(raw: SdkSoftwareRevenue | undefined): AwsOpportunity['softwareRevenue'] {
  if (raw === undefined) return null;
  const { Value: value } = raw;
  return {
    value: value === undefined ? null : { amount: textOf(value.Amount), currencyCode: textOf(value.CurrencyCode) },
    discount: textOf(raw.Discount),
    effectiveDate: textOf(raw.EffectiveDate),
    expirationDate: textOf(raw.ExpirationDate),
  };
}

/** The entries of a map whose values are texts. */
function entriesOf(map: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([rawKey, rawValue]) => {
    const [key, value] = [textOf(rawKey), textOf(rawValue)];
    return key === null || value === null ? [] : [[key, value] as const];
  });
}

/** Maps opportunities, whole and in lists. Never fails: a missing member is null or an empty list. */
import type {
  ExpectedContractDuration as SdkContractDuration,
  GetOpportunityResponse,
  LifeCycle as SdkLifeCycle,
  Marketing as SdkMarketing,
  OpportunitySummary as SdkOpportunitySummary,
  Project as SdkProject,
  RelatedEntityIdentifiers as SdkRelatedEntities,
  SoftwareRevenue as SdkSoftwareRevenue,
} from '@aws-sdk/client-partnercentral-selling';
import {
  REVIEW_STATUSES,
  STAGES,
  type ContractDuration,
  type LifeCycle,
  type Marketing,
  type Opportunity,
  type OpportunitySummary,
  type Project,
  type RelatedEntities,
  type SoftwareRevenue,
} from '../model/record-types.js';
import { REVIEW_STATUS, STAGE, enumValueOf } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { idOf, listOf, textOf, textsOf, timeOf, wholeNumberOf } from './nullable.js';
import { accountOf, contactOf, expectedSpendOf } from './common.js';

/** @param id the requested id, used if the answer has none */
export function opportunityOf(raw: GetOpportunityResponse, catalog: Catalog, id: string): Opportunity {
  return {
    ...commonOf(raw, catalog, idOf(raw.Id) ?? id),
    customer:
      raw.Customer === undefined
        ? null
        : { account: accountOf(raw.Customer.Account), contacts: listOf(raw.Customer.Contacts).map(contactOf) },
    primaryNeedsFromAws: textsOf(raw.PrimaryNeedsFromAws),
    nationalSecurity: textOf(raw.NationalSecurity),
    marketing: marketingOf(raw.Marketing),
    softwareRevenue: softwareRevenueOf(raw.SoftwareRevenue),
    opportunityTeam: listOf(raw.OpportunityTeam).map(contactOf),
    relatedEntities: relatedEntitiesOf(raw.RelatedEntityIdentifiers),
  };
}

/** Null for a summary without an id, because no further operation can name it. */
export function opportunitySummaryOf(raw: SdkOpportunitySummary, catalog: Catalog): OpportunitySummary | null {
  const id = idOf(raw.Id);
  if (id === null) return null;
  return {
    ...commonOf(raw, catalog, id),
    customer: raw.Customer === undefined ? null : { account: accountOf(raw.Customer.Account), contacts: [] },
  };
}

type Common = Omit<SdkOpportunitySummary, 'LifeCycle' | 'Project' | 'Customer' | 'Id' | 'Catalog'> & {
  LifeCycle?: SdkLifeCycle | undefined;
  Project?: SdkProject | undefined;
};

function commonOf(raw: Common, catalog: Catalog, id: string): Omit<OpportunitySummary, 'customer'> {
  return {
    catalog,
    id,
    arn: textOf(raw.Arn),
    partnerOpportunityIdentifier: textOf(raw.PartnerOpportunityIdentifier),
    opportunityType: textOf(raw.OpportunityType),
    createdAt: timeOf(raw.CreatedDate),
    lastModifiedAt: timeOf(raw.LastModifiedDate),
    lifeCycle: lifeCycleOf(raw.LifeCycle),
    project: projectOf(raw.Project),
  };
}

function lifeCycleOf(raw: SdkLifeCycle | undefined): LifeCycle | null {
  if (raw === undefined) return null;
  return {
    stage: enumValueOf(STAGES, STAGE, raw.Stage),
    reviewStatus: enumValueOf(REVIEW_STATUSES, REVIEW_STATUS, raw.ReviewStatus),
    reviewComments: textOf(raw.ReviewComments),
    reviewStatusReason: textOf(raw.ReviewStatusReason),
    targetCloseDate: textOf(raw.TargetCloseDate),
    nextSteps: textOf(raw.NextSteps),
    closedLostReason: textOf(raw.ClosedLostReason),
    nextStepsHistory: listOf(raw.NextStepsHistory).flatMap((step) => {
      const value = textOf(step.Value);
      return value === null ? [] : { value, time: timeOf(step.Time) };
    }),
  };
}

function projectOf(raw: SdkProject | undefined): Project | null {
  if (raw === undefined) return null;
  return {
    deliveryModels: textsOf(raw.DeliveryModels),
    expectedCustomerSpend: expectedSpendOf(raw.ExpectedCustomerSpend),
    expectedContractDuration: durationOf(raw.ExpectedContractDuration),
    title: textOf(raw.Title),
    customerBusinessProblem: textOf(raw.CustomerBusinessProblem),
    customerUseCase: textOf(raw.CustomerUseCase),
    salesActivities: textsOf(raw.SalesActivities),
    apnPrograms: textsOf(raw.ApnPrograms),
    competitorName: textOf(raw.CompetitorName),
    otherCompetitorNames: textOf(raw.OtherCompetitorNames),
    otherSolutionDescription: textOf(raw.OtherSolutionDescription),
    relatedOpportunityIdentifier: textOf(raw.RelatedOpportunityIdentifier),
    additionalComments: textOf(raw.AdditionalComments),
    awsPartition: textOf(raw.AwsPartition),
  };
}

function durationOf(raw: SdkContractDuration | undefined): ContractDuration | null {
  return raw === undefined ? null : { term: textOf(raw.Term), value: wholeNumberOf(raw.Value) };
}

function marketingOf(raw: SdkMarketing | undefined): Marketing | null {
  if (raw === undefined) return null;
  return {
    campaignName: textOf(raw.CampaignName),
    source: textOf(raw.Source),
    useCases: textsOf(raw.UseCases),
    channels: textsOf(raw.Channels),
    awsFundingUsed: textOf(raw.AwsFundingUsed),
  };
}

function softwareRevenueOf(raw: SdkSoftwareRevenue | undefined): SoftwareRevenue | null {
  if (raw === undefined) return null;
  return {
    deliveryModel: textOf(raw.DeliveryModel),
    value:
      raw.Value === undefined
        ? null
        : { amount: textOf(raw.Value.Amount), currencyCode: textOf(raw.Value.CurrencyCode) },
    effectiveDate: textOf(raw.EffectiveDate),
    expirationDate: textOf(raw.ExpirationDate),
  };
}

function relatedEntitiesOf(raw: SdkRelatedEntities | undefined): RelatedEntities {
  return {
    solutions: textsOf(raw?.Solutions),
    awsProducts: textsOf(raw?.AwsProducts),
    awsMarketplaceOffers: textsOf(raw?.AwsMarketplaceOffers),
    awsMarketplaceOfferSets: textsOf(raw?.AwsMarketplaceOfferSets),
    awsMarketplaceSolutions: textsOf(raw?.AwsMarketplaceSolutions),
    awsMarketplaceProducts: textsOf(raw?.AwsMarketplaceProducts),
  };
}

/** Opportunities as AWS answers them, whole and in lists, in the gateway's words. Total: whatever is missing is null or an empty list. */
import type {
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
  type LifeCycle,
  type Marketing,
  type Opportunity,
  type OpportunitySummary,
  type Project,
  type RelatedEntities,
  type SoftwareRevenue,
} from '../model/record-types.js';
import { REVIEW_STATUS, STAGE, named } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { idOf, listOf, present, textsOf, timeOf } from './nullable.js';
import { accountOf, contactOf, expectedSpendOf } from './common.js';

/** @param id the one that was asked for */
export function opportunityOf(raw: GetOpportunityResponse, catalog: Catalog, id: string): Opportunity {
  return {
    ...commonOf(raw, catalog, idOf(raw.Id) ?? id),
    customer:
      raw.Customer === undefined
        ? null
        : { account: accountOf(raw.Customer.Account), contacts: listOf(raw.Customer.Contacts).map(contactOf) },
    primaryNeedsFromAws: textsOf(raw.PrimaryNeedsFromAws),
    nationalSecurity: present(raw.NationalSecurity),
    marketing: marketingOf(raw.Marketing),
    softwareRevenue: softwareRevenueOf(raw.SoftwareRevenue),
    opportunityTeam: listOf(raw.OpportunityTeam).map(contactOf),
    relatedEntities: relatedEntitiesOf(raw.RelatedEntityIdentifiers),
  };
}

/** Null for one without an id, of which nothing more could be asked. */
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
    arn: present(raw.Arn),
    partnerOpportunityIdentifier: present(raw.PartnerOpportunityIdentifier),
    opportunityType: present(raw.OpportunityType),
    createdAt: timeOf(raw.CreatedDate),
    lastModifiedAt: timeOf(raw.LastModifiedDate),
    lifeCycle: lifeCycleOf(raw.LifeCycle),
    project: projectOf(raw.Project),
  };
}

function lifeCycleOf(raw: SdkLifeCycle | undefined): LifeCycle | null {
  if (raw === undefined) return null;
  return {
    stage: named(STAGES, STAGE, raw.Stage),
    reviewStatus: named(REVIEW_STATUSES, REVIEW_STATUS, raw.ReviewStatus),
    reviewComments: present(raw.ReviewComments),
    reviewStatusReason: present(raw.ReviewStatusReason),
    targetCloseDate: present(raw.TargetCloseDate),
    nextSteps: present(raw.NextSteps),
    closedLostReason: present(raw.ClosedLostReason),
    nextStepsHistory: listOf(raw.NextStepsHistory).flatMap((step) => {
      const value = present(step.Value);
      return value === null ? [] : { value, time: timeOf(step.Time) };
    }),
  };
}

function projectOf(raw: SdkProject | undefined): Project | null {
  if (raw === undefined) return null;
  return {
    deliveryModels: textsOf(raw.DeliveryModels),
    expectedCustomerSpend: expectedSpendOf(raw.ExpectedCustomerSpend),
    title: present(raw.Title),
    customerBusinessProblem: present(raw.CustomerBusinessProblem),
    customerUseCase: present(raw.CustomerUseCase),
    salesActivities: textsOf(raw.SalesActivities),
    apnPrograms: textsOf(raw.ApnPrograms),
    competitorName: present(raw.CompetitorName),
    otherCompetitorNames: present(raw.OtherCompetitorNames),
    otherSolutionDescription: present(raw.OtherSolutionDescription),
    relatedOpportunityIdentifier: present(raw.RelatedOpportunityIdentifier),
    additionalComments: present(raw.AdditionalComments),
    awsPartition: present(raw.AwsPartition),
  };
}

function marketingOf(raw: SdkMarketing | undefined): Marketing | null {
  if (raw === undefined) return null;
  return {
    campaignName: present(raw.CampaignName),
    source: present(raw.Source),
    useCases: textsOf(raw.UseCases),
    channels: textsOf(raw.Channels),
    awsFundingUsed: present(raw.AwsFundingUsed),
  };
}

function softwareRevenueOf(raw: SdkSoftwareRevenue | undefined): SoftwareRevenue | null {
  if (raw === undefined) return null;
  return {
    deliveryModel: present(raw.DeliveryModel),
    value:
      raw.Value === undefined
        ? null
        : { amount: present(raw.Value.Amount), currencyCode: present(raw.Value.CurrencyCode) },
    effectiveDate: present(raw.EffectiveDate),
    expirationDate: present(raw.ExpirationDate),
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

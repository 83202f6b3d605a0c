/**
 * Data that AWS gives in calls of their own: AWS's side of an opportunity, and the partner's solutions. AWS's
 * words are kept as texts, because AWS adds values. Almost every member may be absent: null, or an empty list.
 */
import type { Contact, ExpectedCustomerSpend, LifeCycle, SoftwareRevenue } from './record-types.js';
import type { Catalog, InvolvementType, Visibility } from './task-kind.js';

/** The kinds of items that an opportunity can be associated with. */
export type RelatedEntityType =
  | 'SOLUTIONS'
  | 'AWS_PRODUCTS'
  | 'AWS_MARKETPLACE_OFFERS'
  | 'AWS_MARKETPLACE_OFFER_SETS'
  | 'AWS_MARKETPLACE_SOLUTIONS'
  | 'AWS_MARKETPLACE_PRODUCTS';

export type AwsTeamMember = Omit<Contact, 'phone'>;

export type AwsRecommendation = {
  readonly type: string;
  readonly details: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
};

export type AwsProductSpend = {
  readonly productCode: string | null;
  readonly serviceCode: string | null;
  readonly categories: readonly string[];
  readonly amount: string | null;
  readonly optimizedAmount: string | null;
  readonly potentialSavingsAmount: string | null;
  readonly optimizations: readonly { readonly description: string | null; readonly savingsAmount: string | null }[];
};

export type AwsSpendInsight = {
  readonly currencyCode: string | null;
  readonly frequency: string | null;
  readonly totalAmount: string | null;
  readonly totalOptimizedAmount: string | null;
  readonly totalPotentialSavingsAmount: string | null;
  readonly amountsByCategory: readonly { readonly category: string; readonly amount: string }[];
  readonly products: readonly AwsProductSpend[];
};

export type AwsOpportunity = Pick<
  LifeCycle,
  'closedLostReason' | 'targetCloseDate' | 'nextSteps' | 'nextStepsHistory'
> & {
  readonly catalog: Catalog;
  /** The id of the partner's opportunity. */
  readonly opportunityId: string;
  readonly origin: string | null;
  readonly involvementType: InvolvementType | null;
  readonly rawInvolvementType: string | null;
  readonly involvementTypeChangeReason: string | null;
  readonly visibility: Visibility | null;
  readonly rawVisibility: string | null;
  /** AWS's stage, which is not the partner's. */
  readonly stage: string | null;
  /** Empty if AWS put its people into the opportunity instead. */
  readonly team: readonly AwsTeamMember[];
  readonly nextBestActions: string | null;
  readonly engagementScore: string | null;
  readonly qualityScore: number | null;
  readonly qualityTrend: string | null;
  readonly recommendations: readonly AwsRecommendation[];
  readonly cosellMotion: string | null;
  readonly spendInsights: { readonly partner: AwsSpendInsight | null; readonly aws: AwsSpendInsight | null } | null;
  readonly softwareRevenue:
    | (Omit<SoftwareRevenue, 'deliveryModel'> & {
        /** A percentage: 15.00 is 15 %. */
        readonly discount: string | null;
      })
    | null;
  readonly customerContacts: readonly Contact[];
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];
  readonly awsPartition: string | null;
  readonly relatedEntities: {
    readonly solutions: readonly string[];
    readonly awsProducts: readonly string[];
    readonly awsMarketplaceSolutions: readonly string[];
    readonly awsMarketplaceProducts: readonly string[];
  };
};

export type SolutionStatus = 'ACTIVE' | 'INACTIVE' | 'DRAFT';

export type Solution = {
  readonly catalog: Catalog;
  readonly id: string;
  readonly arn: string | null;
  /** The id if AWS gives no name. */
  readonly name: string;
  /** AWS's word. */
  readonly status: string;
  readonly category: string | null;
  readonly createdAt: number | null;
  readonly awsMarketplaceSolutionArn: string | null;
};

/** An opportunity that is shared in an engagement of which the account is a member. */
export type EngagementAssociation = { readonly engagementId: string; readonly opportunityId: string };

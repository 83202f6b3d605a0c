/**
 * The records of Partner Central that a seller needs: opportunities, engagements, invitations and snapshot jobs.
 * Members have AWS's names in camel case; times are milliseconds since the epoch, and dates are `YYYY-MM-DD`. Almost
 * every member may be absent: null, or an empty list. An enum value that this version does not know is null, and the
 * rest is readable.
 */
import type { Catalog } from './task-kind.js';

export const STAGES = [
  'PROSPECT',
  'QUALIFIED',
  'TECHNICAL_VALIDATION',
  'BUSINESS_VALIDATION',
  'COMMITTED',
  'LAUNCHED',
  'CLOSED_LOST',
] as const;
export type Stage = (typeof STAGES)[number];

export const REVIEW_STATUSES = [
  'PENDING_SUBMISSION',
  'SUBMITTED',
  'IN_REVIEW',
  'APPROVED',
  'REJECTED',
  'ACTION_REQUIRED',
] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

export const CONTEXT_TYPES = ['CUSTOMER_PROJECT', 'LEAD', 'PROSPECTING_RESULT'] as const;
export type ContextType = (typeof CONTEXT_TYPES)[number];

export const INVITATION_STATUSES = ['PENDING', 'ACCEPTED', 'REJECTED', 'EXPIRED'] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

export const INVITATION_PAYLOAD_TYPES = ['OPPORTUNITY_INVITATION', 'LEAD_INVITATION'] as const;
export type InvitationPayloadType = (typeof INVITATION_PAYLOAD_TYPES)[number];

export type ParticipantType = 'SENDER' | 'RECEIVER';

export const SNAPSHOT_JOB_STATUSES = ['RUNNING', 'STOPPED'] as const;
export type SnapshotJobStatus = (typeof SNAPSHOT_JOB_STATUSES)[number];

export type Address = {
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly stateOrRegion: string | null;
  readonly countryCode: string | null;
  readonly streetAddress: string | null;
};

export type Contact = {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly businessTitle: string | null;
  readonly phone: string | null;
};

export type Account = {
  readonly companyName: string | null;
  readonly industry: string | null;
  readonly otherIndustry: string | null;
  readonly websiteUrl: string | null;
  readonly address: Address | null;
  /** Absent from a summary. */
  readonly awsAccountId: string | null;
  /** Absent from a summary. */
  readonly duns: string | null;
};

export type ExpectedCustomerSpend = {
  readonly amount: string | null;
  readonly currencyCode: string | null;
  readonly frequency: string | null;
  readonly targetCompany: string | null;
  readonly estimationUrl: string | null;
};

/** `value` counts units of `term`; AWS knows the term `Months`. */
export type ContractDuration = { readonly term: string | null; readonly value: number | null };

export type Project = {
  readonly deliveryModels: readonly string[];
  readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[];
  readonly expectedContractDuration: ContractDuration | null;
  readonly title: string | null;
  readonly customerBusinessProblem: string | null;
  readonly customerUseCase: string | null;
  readonly salesActivities: readonly string[];
  readonly apnPrograms: readonly string[];
  readonly competitorName: string | null;
  readonly otherCompetitorNames: string | null;
  readonly otherSolutionDescription: string | null;
  readonly relatedOpportunityIdentifier: string | null;
  readonly additionalComments: string | null;
  readonly awsPartition: string | null;
};

export type LifeCycle = {
  readonly stage: Stage | null;
  readonly reviewStatus: ReviewStatus | null;
  readonly reviewComments: string | null;
  readonly reviewStatusReason: string | null;
  readonly targetCloseDate: string | null;
  readonly nextSteps: string | null;
  readonly closedLostReason: string | null;
  /** Oldest first, in AWS's order; absent from a summary. */
  readonly nextStepsHistory: readonly { readonly value: string; readonly time: number | null }[];
};

export type Marketing = {
  readonly campaignName: string | null;
  readonly source: string | null;
  readonly useCases: readonly string[];
  readonly channels: readonly string[];
  readonly awsFundingUsed: string | null;
};

export type SoftwareRevenue = {
  readonly deliveryModel: string | null;
  readonly value: { readonly amount: string | null; readonly currencyCode: string | null } | null;
  readonly effectiveDate: string | null;
  readonly expirationDate: string | null;
};

export type RelatedEntities = {
  readonly solutions: readonly string[];
  readonly awsProducts: readonly string[];
  readonly awsMarketplaceOffers: readonly string[];
  readonly awsMarketplaceOfferSets: readonly string[];
  readonly awsMarketplaceSolutions: readonly string[];
  readonly awsMarketplaceProducts: readonly string[];
};

/** The members of an opportunity in a list. `project` holds only its delivery models, expected spend and duration. */
export type OpportunitySummary = {
  readonly catalog: Catalog;
  readonly id: string;
  readonly arn: string | null;
  readonly partnerOpportunityIdentifier: string | null;
  readonly opportunityType: string | null;
  readonly createdAt: number | null;
  readonly lastModifiedAt: number | null;
  readonly lifeCycle: LifeCycle | null;
  readonly customer: { readonly account: Account | null; readonly contacts: readonly Contact[] } | null;
  readonly project: Project | null;
};

export type Opportunity = OpportunitySummary & {
  readonly primaryNeedsFromAws: readonly string[];
  readonly nationalSecurity: string | null;
  readonly marketing: Marketing | null;
  readonly softwareRevenue: SoftwareRevenue | null;
  readonly opportunityTeam: readonly Contact[];
  readonly relatedEntities: RelatedEntities;
};

export type Company = {
  readonly companyName: string | null;
  readonly industry: string | null;
  readonly websiteUrl: string | null;
};

export type EngagementCustomer = Company & { readonly countryCode: string | null };

/** The company of a lead. */
export type ProspectiveCustomer = Company & {
  readonly awsMaturity: string | null;
  readonly marketSegment: string | null;
};

/** The origin of a lead. */
export type LeadOccasion = {
  readonly sourceType: string | null;
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  readonly useCase: string | null;
};

export type LeadInteraction = LeadOccasion & {
  readonly interactionDate: number | null;
  readonly customerAction: string | null;
  readonly businessProblem: string | null;
  readonly contact: Contact | null;
};

export type Lead = {
  /** Free text: Qualified, Unqualified, Disqualified or the partner's own term. */
  readonly qualificationStatus: string | null;
  readonly customer: (ProspectiveCustomer & { readonly address: Address | null }) | null;
  readonly interactions: readonly LeadInteraction[];
  readonly leadReadinessScore: string | null;
};

export type EngagementProject = {
  readonly title: string | null;
  readonly businessProblem: string | null;
  readonly targetCompletionDate: string | null;
};

export type CustomerProject = {
  readonly customer: EngagementCustomer | null;
  readonly project: EngagementProject | null;
};

/** One of at most five contexts of an engagement; `lead` or `customerProject` is set for a context of that type. */
export type EngagementContext = {
  readonly id: string | null;
  readonly type: ContextType | null;
  readonly lead: Lead | null;
  readonly customerProject: CustomerProject | null;
};

export type EngagementSummary = {
  readonly catalog: Catalog;
  readonly id: string;
  readonly arn: string | null;
  readonly title: string | null;
  readonly createdAt: number | null;
  /** An AWS account id. */
  readonly createdBy: string | null;
  readonly modifiedAt: number | null;
  readonly modifiedBy: string | null;
  readonly memberCount: number | null;
  readonly contextTypes: readonly ContextType[];
};

export type Engagement = EngagementSummary & {
  readonly description: string | null;
  readonly contexts: readonly EngagementContext[];
};

export type InvitationSummary = {
  readonly catalog: Catalog;
  readonly id: string;
  readonly arn: string | null;
  readonly payloadType: InvitationPayloadType | null;
  readonly status: InvitationStatus | null;
  readonly engagementId: string | null;
  readonly engagementTitle: string | null;
  readonly invitedAt: number | null;
  readonly expiresAt: number | null;
  readonly senderAwsAccountId: string | null;
  readonly senderCompanyName: string | null;
  readonly receiverAwsAccountId: string | null;
};

export type Invitation = InvitationSummary & {
  readonly message: string | null;
  readonly engagementDescription: string | null;
  readonly rejectionReason: string | null;
  /** The sender's opportunity; null for a lead. */
  readonly opportunity: {
    readonly customer: EngagementCustomer | null;
    readonly project: (EngagementProject & { readonly expectedCustomerSpend: readonly ExpectedCustomerSpend[] }) | null;
    readonly receiverResponsibilities: readonly string[];
    readonly senderContacts: readonly Contact[];
  } | null;
  /** The lead; null for an opportunity. */
  readonly lead: {
    readonly customer: (ProspectiveCustomer & { readonly countryCode: string | null }) | null;
    readonly interaction: (LeadOccasion & { readonly contactBusinessTitle: string | null }) | null;
  } | null;
};

export type SnapshotJob = {
  readonly catalog: Catalog;
  readonly id: string;
  readonly arn: string | null;
  /** RUNNING is the healthy state: the job runs for as long as the engagement exists. */
  readonly status: SnapshotJobStatus | null;
  readonly engagementId: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly resourceSnapshotTemplateName: string | null;
  readonly createdAt: number | null;
  readonly lastSuccessfulExecutionAt: number | null;
  readonly lastFailure: string | null;
};

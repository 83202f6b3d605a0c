/** The part of the promised schema (promised-schema.ts) that is about what AWS keeps beside tasks. Add to it; take nothing away. */
export const PROMISED_LOOK_UPS = `
  opportunity: Opportunity engagement: Engagement engagementInvitation: EngagementInvitation resourceSnapshotJob: ResourceSnapshotJob`;

const PAGE = 'first: Int = 20, after: String';

export const PROMISED_RECORD_QUERIES = `
    opportunity(catalog: Catalog!, identifier: ID!): Opportunity
    opportunities(catalog: Catalog!, filter: OpportunityFilter, ${PAGE}): OpportunityConnection
    engagement(catalog: Catalog!, identifier: ID!): Engagement
    engagements(catalog: Catalog!, filter: EngagementFilter, ${PAGE}): EngagementConnection
    engagementInvitation(catalog: Catalog!, identifier: ID!): EngagementInvitation
    engagementInvitations(
      catalog: Catalog!, participantType: ParticipantType = RECEIVER, filter: EngagementInvitationFilter, ${PAGE}
    ): EngagementInvitationConnection
    resourceSnapshotJob(catalog: Catalog!, identifier: ID!): ResourceSnapshotJob`;

export const PROMISED_RECORDS = `
  enum OpportunityStage { PROSPECT QUALIFIED TECHNICAL_VALIDATION BUSINESS_VALIDATION COMMITTED LAUNCHED CLOSED_LOST }
  enum ReviewStatus { PENDING_SUBMISSION SUBMITTED IN_REVIEW APPROVED REJECTED ACTION_REQUIRED }
  enum EngagementContextType { CUSTOMER_PROJECT LEAD PROSPECTING_RESULT }
  enum InvitationStatus { PENDING ACCEPTED REJECTED EXPIRED }
  enum InvitationPayloadType { OPPORTUNITY_INVITATION LEAD_INVITATION }
  enum ParticipantType { SENDER RECEIVER }
  enum SnapshotJobStatus { RUNNING STOPPED }
  enum ReadinessOutcome { PASSED FAILED UNKNOWN }
  enum ReadinessSource { DOCUMENTED OBSERVED INFERRED }

  type Opportunity {
    catalog: Catalog! id: ID! arn: String partnerOpportunityIdentifier: String opportunityType: String createdAt: DateTime lastModifiedAt: DateTime
    lifeCycle: OpportunityLifeCycle customer: OpportunityCustomer project: OpportunityProject primaryNeedsFromAws: [String!]!
    nationalSecurity: String marketing: OpportunityMarketing softwareRevenue: SoftwareRevenue opportunityTeam: [Contact!]!
    relatedEntities: OpportunityRelatedEntities! submissionReadiness(engagementId: ID, awsSubmission: AwsSubmissionInput): [ReadinessCheck!]!
  }
  type OpportunityLifeCycle {
    stage: OpportunityStage reviewStatus: ReviewStatus reviewComments: String reviewStatusReason: String targetCloseDate: String nextSteps: String
    closedLostReason: String nextStepsHistory: [NextSteps!]!
  }
  type NextSteps { value: String! time: DateTime }
  type OpportunityCustomer { account: CustomerAccount contacts: [Contact!]! }
  type CustomerAccount {
    companyName: String industry: String otherIndustry: String websiteUrl: String address: Address awsAccountId: String duns: String
  }
  type Address { streetAddress: String city: String stateOrRegion: String postalCode: String countryCode: String }
  type Contact { firstName: String lastName: String businessTitle: String email: String phone: String }
  type OpportunityProject {
    title: String customerBusinessProblem: String customerUseCase: String deliveryModels: [String!]!
    expectedCustomerSpend: [ExpectedCustomerSpend!]! salesActivities: [String!]! apnPrograms: [String!]! competitorName: String
    otherCompetitorNames: String otherSolutionDescription: String relatedOpportunityIdentifier: String additionalComments: String
    awsPartition: String
  }
  type ExpectedCustomerSpend { amount: String currencyCode: String frequency: String targetCompany: String estimationUrl: String }
  type MonetaryValue { amount: String currencyCode: String }
  type OpportunityMarketing { source: String campaignName: String useCases: [String!]! channels: [String!]! awsFundingUsed: String }
  type SoftwareRevenue { deliveryModel: String value: MonetaryValue effectiveDate: String expirationDate: String }
  type OpportunityRelatedEntities {
    solutions: [String!]! awsProducts: [String!]! awsMarketplaceOffers: [String!]! awsMarketplaceOfferSets: [String!]!
    awsMarketplaceSolutions: [String!]! awsMarketplaceProducts: [String!]!
  }
  type ReadinessCheck { rule: String! outcome: ReadinessOutcome! field: String message: String! source: ReadinessSource! }

  type Engagement {
    catalog: Catalog! id: ID! arn: String title: String createdAt: DateTime createdBy: String modifiedAt: DateTime modifiedBy: String
    memberCount: Int contextTypes: [EngagementContextType!]! description: String contexts: [EngagementContext!]!
  }
  type EngagementContext {
    identifier: String type: EngagementContextType lead: Lead customerProject: CustomerProject conversionReadiness: [ReadinessCheck!]!
  }
  type Lead { qualificationStatus: String customer: LeadCustomer interactions: [LeadInteraction!]! leadReadinessScore: String }
  type LeadCustomer { companyName: String industry: String websiteUrl: String address: Address awsMaturity: String marketSegment: String }
  type LeadInteraction {
    sourceType: String sourceId: String sourceName: String useCase: String interactionDate: DateTime customerAction: String businessProblem: String
    contact: Contact
  }
  type CustomerProject { customer: EngagementCustomer project: EngagementProject }
  type EngagementCustomer { companyName: String industry: String websiteUrl: String countryCode: String }
  type EngagementProject { title: String businessProblem: String targetCompletionDate: String }

  type EngagementInvitation {
    catalog: Catalog! id: ID! arn: String payloadType: InvitationPayloadType status: InvitationStatus engagementId: String engagementTitle: String
    invitedAt: DateTime expiresAt: DateTime senderAwsAccountId: String senderCompanyName: String receiverAwsAccountId: String message: String
    engagementDescription: String rejectionReason: String opportunity: InvitedOpportunity lead: InvitedLead acceptanceReadiness: [ReadinessCheck!]!
  }
  type InvitedOpportunity { customer: EngagementCustomer project: InvitedProject receiverResponsibilities: [String!]! senderContacts: [Contact!]! }
  type InvitedProject { title: String businessProblem: String targetCompletionDate: String expectedCustomerSpend: [ExpectedCustomerSpend!]! }
  type InvitedLead { customer: InvitedLeadCustomer interaction: InvitedLeadInteraction }
  type InvitedLeadCustomer { companyName: String industry: String websiteUrl: String countryCode: String awsMaturity: String marketSegment: String }
  type InvitedLeadInteraction { sourceType: String sourceId: String sourceName: String useCase: String contactBusinessTitle: String }
  type ResourceSnapshotJob {
    catalog: Catalog! id: ID! arn: String status: SnapshotJobStatus engagementId: String resourceType: String resourceId: String
    resourceSnapshotTemplateName: String createdAt: DateTime lastSuccessfulExecutionAt: DateTime lastFailure: String
  }

  input OpportunityFilter {
    identifiers: [String!] stages: [OpportunityStage!] reviewStatuses: [ReviewStatus!] customerCompanyNames: [String!] modifiedAfter: DateTime
    modifiedBefore: DateTime
  }
  input EngagementFilter { identifiers: [String!] contextTypes: [EngagementContextType!] excludeContextTypes: [EngagementContextType!] }
  input EngagementInvitationFilter { payloadTypes: [InvitationPayloadType!] statuses: [InvitationStatus!] engagementIdentifiers: [String!] }
  type OpportunityConnection { edges: [OpportunityEdge!]! nodes: [Opportunity]! pageInfo: PageInfo! }
  type OpportunityEdge { cursor: String! node: Opportunity }
  type EngagementConnection { edges: [EngagementEdge!]! nodes: [Engagement]! pageInfo: PageInfo! }
  type EngagementEdge { cursor: String! node: Engagement }
  type EngagementInvitationConnection { edges: [EngagementInvitationEdge!]! nodes: [EngagementInvitation]! pageInfo: PageInfo! }
  type EngagementInvitationEdge { cursor: String! node: EngagementInvitation }
`;

/**
 * The members of the answers that the gateway asks for, from the published model of Partner Central. The simulator
 * sends only some of them.
 */
import { isRecord } from '../../../src/runtime/guards.js';
import type { Random } from '../../support/fakes/random.js';

/**
 * By operation or structure: each member with its type. A list has brackets. A union, of which one member is present,
 * has a colon. An enumeration is given by its first values.
 */
const MODEL: Readonly<Record<string, string>> = {
  StartEngagementFromOpportunityTask: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementId text, EngagementInvitationId text`,
  StartOpportunityFromEngagementTask: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementId text, ContextId text`,
  StartEngagementByAcceptingInvitationTask: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementInvitationId text`,
  ListEngagementFromOpportunityTasks: 'TaskSummaries [ListEngagementFromOpportunityTaskSummary], NextToken text',
  ListEngagementFromOpportunityTaskSummary: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementId text, EngagementInvitationId text`,
  ListOpportunityFromEngagementTasks: 'TaskSummaries [ListOpportunityFromEngagementTaskSummary], NextToken text',
  ListOpportunityFromEngagementTaskSummary: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementId text, ContextId text`,
  ListEngagementByAcceptingInvitationTasks: `
    TaskSummaries [ListEngagementByAcceptingInvitationTaskSummary], NextToken text`,
  ListEngagementByAcceptingInvitationTaskSummary: `
    TaskId text, TaskArn text, StartTime time, TaskStatus enum IN_PROGRESS|COMPLETE|FAILED, Message text,
    ReasonCode enum InvitationAccessDenied|InvitationValidationFailed|EngagementAccessDenied,
    OpportunityId text, ResourceSnapshotJobId text, EngagementInvitationId text`,
  GetOpportunity: `
    Catalog text,
    PrimaryNeedsFromAws [enum Co-Sell - Architectural Validation|Co-Sell - Business Presentation],
    NationalSecurity enum Yes|No, PartnerOpportunityIdentifier text, Customer Customer, Project Project,
    OpportunityType enum Net New Business|Flat Renewal|Expansion, Marketing Marketing,
    SoftwareRevenue SoftwareRevenue, Id text, Arn text, LastModifiedDate time, CreatedDate time,
    RelatedEntityIdentifiers RelatedEntityIdentifiers, LifeCycle LifeCycle, OpportunityTeam [Contact]`,
  Customer: 'Account Account, Contacts [Contact]',
  Account: `
    Industry enum Aerospace|Agriculture|Automotive, OtherIndustry text, CompanyName text, WebsiteUrl text,
    AwsAccountId text, Address Address, Duns text`,
  Address: `
    City text, PostalCode text, StateOrRegion text, CountryCode enum US|AF|AX, StreetAddress text`,
  Contact: 'Email text, FirstName text, LastName text, BusinessTitle text, Phone text',
  Project: `
    DeliveryModels [enum SaaS or PaaS|BYOL or AMI|Managed Services],
    ExpectedCustomerSpend [ExpectedCustomerSpend], ExpectedContractDuration ExpectedContractDuration,
    Title text, ApnPrograms [text], CustomerBusinessProblem text, CustomerUseCase text,
    RelatedOpportunityIdentifier text,
    SalesActivities [enum Initialized discussions with customer|Customer has shown interest in solution],
    CompetitorName enum Oracle Cloud|On-Prem|Co-location, OtherCompetitorNames text,
    OtherSolutionDescription text, AdditionalComments text, AwsPartition enum aws-eusc`,
  ExpectedCustomerSpend: `
    Amount text, CurrencyCode enum USD|EUR|GBP, Frequency enum Monthly, TargetCompany text,
    EstimationUrl text`,
  ExpectedContractDuration: 'Term enum Months, Value text',
  Marketing: `
    CampaignName text, Source enum Marketing Activity|None, UseCases [text],
    Channels [enum AWS Marketing Central|Content Syndication|Display], AwsFundingUsed enum Yes|No`,
  SoftwareRevenue: `
    DeliveryModel enum Contract|Pay-as-you-go|Subscription, Value MonetaryValue, EffectiveDate text,
    ExpirationDate text`,
  MonetaryValue: 'Amount text, CurrencyCode enum USD|EUR|GBP',
  RelatedEntityIdentifiers: `
    AwsMarketplaceOffers [text], AwsMarketplaceOfferSets [text], Solutions [text], AwsProducts [text],
    AwsMarketplaceSolutions [text], AwsMarketplaceProducts [text]`,
  LifeCycle: `
    Stage enum Prospect|Qualified|Technical Validation,
    ClosedLostReason enum Customer Deficiency|Delay / Cancellation of Project|Legal / Tax / Regulatory,
    NextSteps text, TargetCloseDate text, ReviewStatus enum Pending Submission|Submitted|In review,
    ReviewComments text, ReviewStatusReason text, NextStepsHistory [NextStepsHistory]`,
  NextStepsHistory: 'Value text, Time time',
  GetEngagement: `
    Id text, Arn text, Title text, Description text, CreatedAt time, CreatedBy text, MemberCount count,
    ModifiedAt time, ModifiedBy text, Contexts [EngagementContextDetails]`,
  EngagementContextDetails: `
    Id text, Type enum CustomerProject|Lead|ProspectingResult, Payload 1:EngagementContextPayload`,
  EngagementContextPayload: `
    CustomerProject CustomerProjectsContext, Lead LeadContext, ProspectingResult ProspectingResult`,
  CustomerProjectsContext: 'Customer EngagementCustomer, Project EngagementCustomerProjectDetails',
  EngagementCustomer: `
    Industry enum Aerospace|Agriculture|Automotive, CompanyName text, WebsiteUrl text,
    CountryCode enum US|AF|AX`,
  EngagementCustomerProjectDetails: 'Title text, BusinessProblem text, TargetCompletionDate text',
  LeadContext: `
    Insights LeadInsights, QualificationStatus text, Customer LeadCustomer, Interactions [LeadInteraction]`,
  LeadInsights: 'LeadReadinessScore text',
  LeadCustomer: `
    Industry text, CompanyName text, WebsiteUrl text, Address LeadAddress, AwsMaturity text,
    MarketSegment text`,
  LeadAddress: 'City text, PostalCode text, StateOrRegion text, CountryCode text',
  LeadInteraction: `
    SourceType text, SourceId text, SourceName text, Usecase text, InteractionDate time,
    CustomerAction text, BusinessProblem text, Contact LeadContact`,
  LeadContact: 'BusinessTitle text, Email text, FirstName text, LastName text, Phone text',
  ProspectingResult: 'Aws ProspectingResultAws',
  ProspectingResultAws: `
    Customer ProspectingResultCustomer, Insights ProspectingInsights, StartTime time, EndTime time,
    TaskId text, TaskArn text, TaskName text`,
  ProspectingResultCustomer: `
    AccountName text, Geo text, Region text, SubRegion text, Country enum US|AF|AX,
    Industry enum Aerospace|Agriculture|Automotive, SubIndustry text, Segment text, CompanySize text,
    EligiblePrograms [text], PublicProfileSummary text`,
  ProspectingInsights: `
    MarketplaceEngagementScore text, SolutionScore text, SolutionCategory text, SolutionSubCategory text`,
  GetEngagementInvitation: `
    Arn text, PayloadType enum OpportunityInvitation|LeadInvitation, Id text, EngagementId text,
    EngagementTitle text, Status enum ACCEPTED|PENDING|REJECTED, InvitationDate time, ExpirationDate time,
    SenderAwsAccountId text, SenderCompanyName text, Receiver 1:Receiver, Catalog text,
    RejectionReason text, Payload 1:Payload, InvitationMessage text, EngagementDescription text,
    ExistingMembers [EngagementMemberSummary], EnrichmentContext EnrichmentContext`,
  Receiver: 'Account AccountReceiver',
  AccountReceiver: 'Alias text, AwsAccountId text',
  Payload: 'OpportunityInvitation OpportunityInvitationPayload, LeadInvitation LeadInvitationPayload',
  OpportunityInvitationPayload: `
    SenderContacts [SenderContact], ReceiverResponsibilities [enum Distributor|Reseller|Hardware Partner],
    Customer EngagementCustomer, Project ProjectDetails`,
  SenderContact: 'Email text, FirstName text, LastName text, BusinessTitle text, Phone text',
  ProjectDetails: `
    BusinessProblem text, Title text, TargetCompletionDate text,
    ExpectedCustomerSpend [ExpectedCustomerSpend]`,
  LeadInvitationPayload: 'Customer LeadInvitationCustomer, Interaction LeadInvitationInteraction',
  LeadInvitationCustomer: `
    Industry text, CompanyName text, WebsiteUrl text, CountryCode text, AwsMaturity text,
    MarketSegment text`,
  LeadInvitationInteraction: 'SourceType text, SourceId text, SourceName text, Usecase text, ContactBusinessTitle text',
  EngagementMemberSummary: 'CompanyName text, WebsiteUrl text',
  EnrichmentContext: 'ProspectingResultAws InvitationProspectingResultAws, LeadInsights LeadInsights',
  InvitationProspectingResultAws: 'Customer ProspectingResultCustomer, Insights ProspectingInsights',
  GetResourceSnapshotJob: `
    Catalog text, Id text, Arn text, EngagementId text, ResourceType enum Opportunity, ResourceId text,
    ResourceArn text, ResourceSnapshotTemplateName text, CreatedAt time, Status enum Running|Stopped,
    LastSuccessfulExecutionDate time, LastFailure text`,
  ListOpportunities: 'OpportunitySummaries [OpportunitySummary], NextToken text',
  OpportunitySummary: `
    Catalog text, Id text, Arn text, PartnerOpportunityIdentifier text,
    OpportunityType enum Net New Business|Flat Renewal|Expansion, LastModifiedDate time, CreatedDate time,
    LifeCycle LifeCycleSummary, Customer CustomerSummary, Project ProjectSummary`,
  LifeCycleSummary: `
    Stage enum Prospect|Qualified|Technical Validation,
    ClosedLostReason enum Customer Deficiency|Delay / Cancellation of Project|Legal / Tax / Regulatory,
    NextSteps text, TargetCloseDate text, ReviewStatus enum Pending Submission|Submitted|In review,
    ReviewComments text, ReviewStatusReason text`,
  CustomerSummary: 'Account AccountSummary',
  AccountSummary: `
    Industry enum Aerospace|Agriculture|Automotive, OtherIndustry text, CompanyName text, WebsiteUrl text,
    Address AddressSummary`,
  AddressSummary: 'City text, PostalCode text, StateOrRegion text, CountryCode enum US|AF|AX',
  ProjectSummary: `
    DeliveryModels [enum SaaS or PaaS|BYOL or AMI|Managed Services],
    ExpectedCustomerSpend [ExpectedCustomerSpend], ExpectedContractDuration ExpectedContractDuration`,
  ListEngagements: 'EngagementSummaryList [EngagementSummary], NextToken text',
  EngagementSummary: `
    Arn text, Id text, Title text, CreatedAt time, CreatedBy text, MemberCount count, ModifiedAt time,
    ModifiedBy text, ContextTypes [enum CustomerProject|Lead|ProspectingResult]`,
  ListEngagementInvitations: 'EngagementInvitationSummaries [EngagementInvitationSummary], NextToken text',
  EngagementInvitationSummary: `
    Arn text, PayloadType enum OpportunityInvitation|LeadInvitation, Id text, EngagementId text,
    EngagementTitle text, Status enum ACCEPTED|PENDING|REJECTED, InvitationDate time, ExpirationDate time,
    SenderAwsAccountId text, SenderCompanyName text, Receiver 1:Receiver, Catalog text,
    ParticipantType enum SENDER|RECEIVER`,
  GetAwsOpportunitySummary: `
    RelatedOpportunityId text, Origin enum AWS Referral|Partner Referral,
    InvolvementType enum For Visibility Only|Co-Sell, Visibility enum Full|Limited,
    LifeCycle AwsOpportunityLifeCycle, OpportunityTeam [AwsTeamMember], Insights AwsOpportunityInsights,
    InvolvementTypeChangeReason enum Expansion Opportunity|Change in Deal Information|Customer Requested,
    RelatedEntityIds RelatedEntityIdentifiers, Customer AwsOpportunityCustomer, Project AwsOpportunityProject,
    CosellMotion text, SoftwareRevenue AwsSoftwareRevenue, Catalog text`,
  AwsOpportunityLifeCycle: `
    TargetCloseDate text, ClosedLostReason enum Administrative|Business Associate Agreement|Competitive Offering,
    Stage enum Not Started|In Progress|Prospect, NextSteps text, NextStepsHistory [NextStepsHistory]`,
  AwsTeamMember: 'Email text, FirstName text, LastName text, BusinessTitle enum AWSSalesRep|AWSAccountOwner|WWPSPDM',
  AwsOpportunityInsights: `
    NextBestActions text, EngagementScore enum High|Medium|Low,
    AwsProductsSpendInsightsBySource AwsProductsSpendInsightsBySource, OpportunityQuality OpportunityQuality,
    Recommendations [Recommendation]`,
  AwsProductsSpendInsightsBySource: 'Partner AwsProductInsights, AWS AwsProductInsights',
  AwsProductInsights: `
    CurrencyCode enum USD|EUR, Frequency enum Monthly, TotalAmount text, TotalOptimizedAmount text,
    TotalPotentialSavingsAmount text, TotalAmountByCategory map, AwsProducts [AwsProductDetails]`,
  AwsProductDetails: `
    ProductCode text, ServiceCode text, Categories [text], Amount text, OptimizedAmount text,
    PotentialSavingsAmount text, Optimizations [AwsProductOptimization]`,
  AwsProductOptimization: 'Description text, SavingsAmount text',
  OpportunityQuality: 'Score count, Trend text',
  Recommendation: 'Type text, Details text, Attributes map',
  AwsOpportunityCustomer: 'Contacts [Contact]',
  AwsOpportunityProject: 'ExpectedCustomerSpend [ExpectedCustomerSpend], AwsPartition enum aws-eusc',
  AwsSoftwareRevenue: 'Value MonetaryValue, Discount text, EffectiveDate text, ExpirationDate text',
  ListEngagementResourceAssociations: `
    EngagementResourceAssociationSummaries [EngagementResourceAssociationSummary], NextToken text`,
  EngagementResourceAssociationSummary: `
    Catalog text, EngagementId text, ResourceType enum Opportunity, ResourceId text, CreatedBy text`,
  ListSolutions: 'SolutionSummaries [SolutionBase], NextToken text',
  SolutionBase: `
    Catalog text, Id text, Arn text, Name text, Status enum Active|Inactive|Draft, Category text, CreatedDate time,
    AwsMarketplaceSolutionArn text`,
};

/** Members by which a start is recognised or ended. Random ones would end a start that AWS has not ended. */
const OF_TASKS: ReadonlySet<string> = new Set([
  'TaskSummaries',
  'NextToken',
  'TaskId',
  'TaskArn',
  'TaskStatus',
  'StartTime',
  'OpportunityId',
  'EngagementId',
  'EngagementInvitationId',
]);

const TEXTS = ['x', 'null', 'Customer "A" & Söhne\n', '{"a":1}', '2026-01-31', 'USD', '<b>', 'y'.repeat(3000)];
const TIMES = ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.123456789Z', '1969-07-20T20:17:40Z', '9999-12-31T23:59Z'];

/**
 * Adds members of the model that the answer lacks.
 * @param body the true answer to the operation, a JSON object. Its own members stay.
 */
export function completed(operation: string, body: string, random: Random): unknown {
  const answer: unknown = JSON.parse(body);
  const isOfTasks = operation.includes('Task');
  return withMembers(operation, answer, random, (name) => !(isOfTasks && OF_TASKS.has(name)));
}

type MayAdd = (name: string) => boolean;

function withMembers(structure: string, value: unknown, random: Random, mayAdd: MayAdd): unknown {
  if (!isRecord(value) || Array.isArray(value)) return value;
  const members: Record<string, unknown> = { ...value };
  for (const [name, type] of membersOf(structure)) {
    if (name in members) members[name] = extendedValue(type, members[name], random, mayAdd);
    else if (mayAdd(name) && random.chance(0.8)) members[name] = newValue(type, random, mayAdd);
  }
  return members;
}

function extendedValue(type: string, value: unknown, random: Random, mayAdd: MayAdd): unknown {
  const element = elementOf(type);
  if (element === null) return type in MODEL ? withMembers(type, value, random, mayAdd) : value;
  return Array.isArray(value) ? value.map((item) => extendedValue(element, item, random, mayAdd)) : value;
}

function newValue(type: string, random: Random, mayAdd: MayAdd): unknown {
  const element = elementOf(type);
  if (element !== null) {
    return Array.from({ length: Math.floor(random.between(0, 4)) }, () => newValue(element, random, mayAdd));
  }
  if (type.startsWith('1:')) {
    const [name, member] = random.pick(membersOf(type.slice(2)));
    return { [name]: newValue(member, random, mayAdd) };
  }
  if (type in MODEL) return withMembers(type, {}, random, mayAdd);
  if (type.startsWith('enum ')) return random.pick([...type.slice(5).split('|'), 'A value of tomorrow']);
  switch (type) {
    case 'text':
      return random.pick(TEXTS);
    case 'time':
      return random.pick(TIMES);
    case 'count':
      return random.pick([0, 1, 2 ** 31, -1]);
    case 'map':
      return { 'a key': random.pick(TEXTS), [random.pick(TEXTS)]: random.pick([7, null, 'a value']) };
    case 'boolean':
      return random.chance(0.5);
    default:
      throw new Error(`The model has no type ${type}.`);
  }
}

function elementOf(type: string): string | null {
  return type.startsWith('[') ? type.slice(1, -1) : null;
}

/** Names and types alternate. */
function membersOf(structure: string): [string, string][] {
  const members = MODEL[structure];
  if (members === undefined) throw new Error(`The model has no structure ${structure}.`);
  return members.split(',').map((member) => {
    const [name = '', ...type] = member.trim().split(' ');
    return [name, type.join(' ')];
  });
}

/**
 * Derives AWS's side of an opportunity at a moment, without timers. AWS shows its involvement once the opportunity is
 * submitted. Its stage appears with the approval, its team 10 seconds later, its scores after 20 and its
 * recommendations after 30.
 */
import { SECOND } from '../../../runtime/clock.js';
import { SUBMITTED_SEED_OPPORTUNITIES } from '../seed/engagements.js';
import type { Service } from '../state/service.js';
import { completedAt } from '../tasks/timeline.js';
import type { Opportunity } from './opportunity-members.js';
import { approvedSince } from './opportunity-state.js';

const TEAM_AFTER_MS = 10 * SECOND;
const SCORES_AFTER_MS = 20 * SECOND;
const RECOMMENDATIONS_AFTER_MS = 30 * SECOND;

/** The opportunity whose AWS team is in GetOpportunity, and not in the summary. */
const TEAM_IN_OPPORTUNITY = 'O5000012';

const TEAM = [
  { Email: 'alexa.rep@aws.example.com', FirstName: 'Alexa', LastName: 'Rep', BusinessTitle: 'AWSSalesRep' },
  { Email: 'owen.owner@aws.example.com', FirstName: 'Owen', LastName: 'Owner', BusinessTitle: 'AWSAccountOwner' },
  { Email: 'petra.manager@aws.example.com', FirstName: 'Petra', LastName: 'Manager', BusinessTitle: 'PDM' },
];

/** AWS's stage for each stage of the partner. AWS has more stages, with its own words. */
const AWS_STAGES: Readonly<Record<string, string>> = {
  Prospect: 'Identified',
  Qualified: 'Seller Engaged',
  'Technical Validation': 'Evaluating',
  'Business Validation': 'Term Sheet Negotiation',
  Committed: 'Committed',
  Launched: 'Launched',
  'Closed Lost': 'Closed Lost',
};

/** The members of GetAwsOpportunitySummary besides the catalog. */
export function awsSideOf(service: Service, catalog: string, opportunity: Opportunity): object {
  const { Id, Customer, Project, RelatedEntityIdentifiers: related } = opportunity;
  const elapsedMs = sinceApproval(service, catalog, Id);
  return {
    RelatedOpportunityId: Id,
    Origin: originOf(service, catalog, Id),
    ...involvementOf(service, catalog, Id),
    LifeCycle: elapsedMs < 0 ? null : lifeCycleOf(opportunity),
    OpportunityTeam: elapsedMs < TEAM_AFTER_MS || Id === TEAM_IN_OPPORTUNITY ? [] : TEAM,
    Insights: elapsedMs < SCORES_AFTER_MS ? null : insightsAt(elapsedMs),
    RelatedEntityIds: {
      AwsProducts: related['AwsProducts'] ?? [],
      Solutions: related['Solutions'] ?? [],
      AwsMarketplaceSolutions: related['AwsMarketplaceSolutions'] ?? [],
      AwsMarketplaceProducts: related['AwsMarketplaceProducts'] ?? [],
    },
    Customer: { Contacts: Customer?.Contacts ?? [] },
    Project: { ExpectedCustomerSpend: Project?.ExpectedCustomerSpend ?? [], AwsPartition: Project?.AwsPartition },
    CosellMotion: elapsedMs < SCORES_AFTER_MS ? null : 'AWS Field-engaged',
  };
}

/**
 * AWS's people in the team of an opportunity in GetOpportunity. The Sandbox has been seen to show AWS's people there.
 */
export function awsTeamOf(service: Service, catalog: string, id: string): readonly object[] | undefined {
  return id === TEAM_IN_OPPORTUNITY && sinceApproval(service, catalog, id) >= TEAM_AFTER_MS ? TEAM : undefined;
}

/** Negative before the approval. */
function sinceApproval(service: Service, catalog: string, id: string): number {
  const approvedAt = approvedSince(service, catalog, id);
  return approvedAt === undefined ? -1 : (service.clock.now() - approvedAt) * service.speed;
}

/** Nothing before the submission. The first submission of an opportunity decides. */
function involvementOf(service: Service, catalog: string, id: string): object {
  const { tasks } = service.state.historyOf(catalog, id);
  const now = service.clock.now();
  const completed = tasks.find(
    (task) => completedAt(service, task) <= now && task.kind !== 'opportunity-from-engagement',
  );
  if (completed === undefined && !SUBMITTED_SEED_OPPORTUNITIES.some((seed) => seed === id)) return {};
  return { InvolvementType: completed?.involvement ?? 'Co-Sell', Visibility: completed?.visibility ?? 'Full' };
}

function originOf({ state }: Service, catalog: string, id: string): string {
  const creation = state.historyOf(catalog, id).updates.find(({ operation }) => operation === 'CreateOpportunity');
  return (creation?.operation === 'CreateOpportunity' ? creation.origin : undefined) ?? 'Partner Referral';
}

function lifeCycleOf({ LifeCycle, LastModifiedDate }: Opportunity): object {
  return {
    Stage: AWS_STAGES[LifeCycle?.Stage ?? ''] ?? 'Not Started',
    TargetCloseDate: LifeCycle?.TargetCloseDate,
    NextSteps: 'AWS introduces its solutions architect to the customer.',
    NextStepsHistory: [{ Value: 'AWS has assigned the opportunity to its account team.', Time: LastModifiedDate }],
  };
}

function insightsAt(elapsedMs: number): object {
  return {
    NextBestActions: 'Invite the solutions architect to the next meeting with the customer.',
    EngagementScore: 'High',
    OpportunityQuality: { Score: 72, Trend: 'Improving' },
    AwsProductsSpendInsightsBySource: { AWS: SPEND },
    Recommendations: elapsedMs < RECOMMENDATIONS_AFTER_MS ? [] : RECOMMENDATIONS,
  };
}

const SPEND = {
  CurrencyCode: 'USD',
  Frequency: 'Monthly',
  TotalAmount: '4200.00',
  TotalOptimizedAmount: '3700.00',
  TotalPotentialSavingsAmount: '500.00',
  TotalAmountByCategory: { 'Move to Managed Databases': '1800.00' },
  AwsProducts: [
    {
      ProductCode: 'AmazonRDS',
      ServiceCode: 'amazonRDSPostgreSQLDB',
      Categories: ['Move to Managed Databases'],
      Amount: '1800.00',
      OptimizedAmount: '1300.00',
      PotentialSavingsAmount: '500.00',
      Optimizations: [{ Description: 'Reserve the instances for one year.', SavingsAmount: '500.00' }],
    },
  ],
};

const RECOMMENDATIONS = [
  {
    Type: 'OpportunityQuality',
    Details: 'Name the decision maker of the customer, and the date of the decision.',
    Attributes: { Criterion: 'Decision process' },
  },
  {
    Type: 'SolutionRecommendation',
    Details: 'The solution Cold Chain Monitor fits the use case of the customer.',
    Attributes: { SolutionId: 'S-0050002' },
  },
  { Type: 'SpecialistRecommendation', Details: 'Ask for a database specialist of AWS.', Attributes: {} },
];

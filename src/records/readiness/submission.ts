/**
 * The readiness rules for a submission (StartEngagementFromOpportunityTask): one rule for each known precondition. AWS
 * checks most of them only in the last step of the task. AWS decides, because it may know more.
 */
import { DAY, MINUTE } from '../../runtime/clock.js';
import type { Engagement, Opportunity } from '../../partner-central/model/record-types.js';
import type { InvolvementType, Visibility } from '../../partner-central/model/task-kind.js';
import { checksOf, failed, passed, unknown, type Check, type Rule, type Verdict } from './rule.js';
import { US_STATES } from './us-states.js';

export type SubmissionFacts = {
  /** The submission of the start; null when it is not decided yet. */
  readonly submission: { readonly involvementType: InvolvementType; readonly visibility: Visibility | null } | null;
  /** The opportunity's engagement; null when there is none, or none is known. */
  readonly engagement: Engagement | null;
};

type Facts = SubmissionFacts & { readonly opportunity: Opportunity; readonly now: number };

export function submissionChecks(opportunity: Opportunity, facts: SubmissionFacts, now: number): Check[] {
  return checksOf(RULES, { ...facts, opportunity, now });
}

const MIN_PROBLEM_LENGTH = 20;
/** New records have stayed invisible for some seconds and more. */
const SETTLING_MS = MINUTE;

/** A rule that AWS enforces at the submission, although an opportunity can be saved without the value. */
function required(
  rule: string,
  field: string,
  value: (opportunity: Opportunity) => string | readonly unknown[] | null | undefined,
  advice: string,
): Rule<Facts> {
  return {
    rule,
    field,
    source: 'OBSERVED',
    check: ({ opportunity }) =>
      (value(opportunity)?.length ?? 0) > 0 ? passed(`${field} is there.`) : failed(`${field} is missing. ${advice}`),
  };
}

const RULES: readonly Rule<Facts>[] = [
  { rule: 'REVIEW_STATUS_PRESENT', field: 'LifeCycle.ReviewStatus', source: 'OBSERVED', check: reviewStatusPresent },
  { rule: 'REVIEW_STATUS_PENDING', field: 'LifeCycle.ReviewStatus', source: 'DOCUMENTED', check: reviewStatusPending },
  { rule: 'STAGE_QUALIFIED', field: 'LifeCycle.Stage', source: 'DOCUMENTED', check: stageQualified },
  { rule: 'SOLUTION_ASSOCIATED', field: 'RelatedEntityIdentifiers', source: 'DOCUMENTED', check: solutionAssociated },
  required(
    'PRIMARY_NEEDS_PRESENT',
    'PrimaryNeedsFromAws',
    (o) => o.primaryNeedsFromAws,
    'Say what is needed from AWS.',
  ),
  required(
    'PARTNER_OPPORTUNITY_IDENTIFIER_PRESENT',
    'PartnerOpportunityIdentifier',
    (o) => o.partnerOpportunityIdentifier,
    'Give the identifier that the opportunity has in your own CRM.',
  ),
  required(
    'DELIVERY_MODELS_PRESENT',
    'Project.DeliveryModels',
    (o) => o.project?.deliveryModels,
    'Give at least one, for example SaaS or PaaS.',
  ),
  required(
    'CUSTOMER_USE_CASE_PRESENT',
    'Project.CustomerUseCase',
    (o) => o.project?.customerUseCase,
    'Give the use case.',
  ),
  required(
    'SALES_ACTIVITIES_PRESENT',
    'Project.SalesActivities',
    (o) => o.project?.salesActivities,
    'Give at least one, for example Initialized discussions with customer.',
  ),
  {
    rule: 'CUSTOMER_BUSINESS_PROBLEM_LONG_ENOUGH',
    field: 'Project.CustomerBusinessProblem',
    source: 'OBSERVED',
    check: businessProblemLongEnough,
  },
  required(
    'EXPECTED_CUSTOMER_SPEND_PRESENT',
    'Project.ExpectedCustomerSpend',
    (o) => o.project?.expectedCustomerSpend,
    'Give at least one amount a month.',
  ),
  {
    rule: 'EXPECTED_CUSTOMER_SPEND_MONTHLY',
    field: 'Project.ExpectedCustomerSpend.Frequency',
    source: 'OBSERVED',
    check: spendMonthly,
  },
  {
    rule: 'TARGET_CLOSE_DATE_IN_FUTURE',
    field: 'LifeCycle.TargetCloseDate',
    source: 'OBSERVED',
    check: targetCloseDateInFuture,
  },
  required(
    'MARKETING_SOURCE_PRESENT',
    'Marketing.Source',
    (o) => o.marketing?.source,
    'Give Marketing Activity or None.',
  ),
  required(
    'INDUSTRY_PRESENT',
    'Customer.Account.Industry',
    (o) => o.customer?.account?.industry,
    "Give the customer's industry.",
  ),
  required(
    'WEBSITE_URL_PRESENT',
    'Customer.Account.WebsiteUrl',
    (o) => o.customer?.account?.websiteUrl,
    "Give the address of the customer's website.",
  ),
  required(
    'POSTAL_CODE_PRESENT',
    'Customer.Account.Address.PostalCode',
    (o) => o.customer?.account?.address?.postalCode,
    "Give the customer's postal code.",
  ),
  {
    rule: 'STATE_OR_REGION_VALID',
    field: 'Customer.Account.Address.StateOrRegion',
    source: 'OBSERVED',
    check: stateOrRegionValid,
  },
  { rule: 'VISIBILITY_ALLOWED', field: 'AwsSubmission.Visibility', source: 'OBSERVED', check: visibilityAllowed },
  {
    rule: 'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
    field: 'Contexts',
    source: 'DOCUMENTED',
    check: engagementHasCustomerProject,
  },
  {
    rule: 'DUPLICATE_CUSTOMER',
    field: 'Customer.Account',
    source: 'OBSERVED',
    check: () =>
      unknown(
        'AWS refuses a second opportunity for the same project of the same customer. Only AWS can tell, when it is submitted.',
      ),
  },
  { rule: 'RECENTLY_CREATED', field: 'CreatedDate', source: 'OBSERVED', check: recentlyCreated },
];

function reviewStatusPresent({ opportunity }: Facts): Verdict {
  if ((opportunity.lifeCycle?.reviewStatus ?? null) !== null) return passed('The opportunity has a review status.');
  return failed(
    'The opportunity has no review status that is known here. Without one it can never be submitted: an update that leaves LifeCycle.ReviewStatus out removes it for good. Create a new opportunity.',
  );
}

function reviewStatusPending({ opportunity }: Facts): Verdict {
  const status = opportunity.lifeCycle?.reviewStatus ?? null;
  switch (status) {
    case 'PENDING_SUBMISSION':
      return passed('The opportunity is Pending Submission.');
    case 'SUBMITTED':
      return failed(
        'The opportunity is Submitted already. Only an opportunity in Pending Submission can be submitted.',
      );
    case 'IN_REVIEW':
      return failed(
        'The opportunity is In Review: it was submitted already. Only an opportunity in Pending Submission can be submitted.',
      );
    case 'APPROVED':
      return failed(
        'The opportunity is Approved: it was submitted already. Only an opportunity in Pending Submission can be submitted.',
      );
    case 'REJECTED':
      return failed(
        'The opportunity is Rejected: it was submitted already. Only an opportunity in Pending Submission can be submitted.',
      );
    case 'ACTION_REQUIRED':
      return failed(
        'The opportunity is Action Required: it was submitted already. Correct what AWS asks for in Partner Central, and AWS reviews it again.',
      );
    case null:
      return unknown('The review status is not known. Only an opportunity in Pending Submission can be submitted.');
    default:
      return status satisfies never;
  }
}

function stageQualified({ opportunity }: Facts): Verdict {
  const stage = opportunity.lifeCycle?.stage ?? null;
  switch (stage) {
    case 'PROSPECT':
      return failed(
        'The opportunity is in the stage Prospect. Qualify it first: AWS takes it from the stage Qualified on.',
      );
    case 'CLOSED_LOST':
      return failed('The opportunity is Closed Lost. A lost opportunity cannot be submitted for the first time.');
    case 'QUALIFIED':
    case 'TECHNICAL_VALIDATION':
    case 'BUSINESS_VALIDATION':
    case 'COMMITTED':
    case 'LAUNCHED':
      return passed('The stage is Qualified or later.');
    case null:
      return unknown('The stage is not known. Expected Qualified or later.');
    default:
      return stage satisfies never;
  }
}

function solutionAssociated({ opportunity }: Facts): Verdict {
  const { solutions, awsMarketplaceSolutions, awsMarketplaceProducts } = opportunity.relatedEntities;
  const count = solutions.length + awsMarketplaceSolutions.length + awsMarketplaceProducts.length;
  if (count > 0)
    return passed(`The opportunity has ${count === 1 ? 'one solution or product' : `${count} solutions or products`}.`);
  if ((opportunity.project?.otherSolutionDescription ?? null) !== null) {
    return passed(
      'No solution is associated, but Project.OtherSolutionDescription is there, which AWS has been seen to accept instead.',
    );
  }
  return failed(
    'No solution is associated. Associate a partner solution, a Marketplace solution or a Marketplace product, or describe another one in Project.OtherSolutionDescription.',
  );
}

function businessProblemLongEnough({ opportunity }: Facts): Verdict {
  const { length } = opportunity.project?.customerBusinessProblem ?? '';
  if (length >= MIN_PROBLEM_LENGTH)
    return passed(`Project.CustomerBusinessProblem has at least ${MIN_PROBLEM_LENGTH} characters.`);
  return failed(`Project.CustomerBusinessProblem has ${length} characters. Expected at least ${MIN_PROBLEM_LENGTH}.`);
}

function spendMonthly({ opportunity }: Facts): Verdict {
  const spends = opportunity.project?.expectedCustomerSpend ?? [];
  if (spends.every(({ frequency }) => frequency === 'Monthly')) return passed('Every expected spend is by month.');
  return failed('An expected spend has another frequency than Monthly, the only one that AWS takes. Give it by month.');
}

/** A date has no time of day, so it is compared in UTC. */
function targetCloseDateInFuture({ opportunity, now }: Facts): Verdict {
  const date = opportunity.lifeCycle?.targetCloseDate ?? null;
  if (date === null) return failed('LifeCycle.TargetCloseDate is missing. Give a date after today.');
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date))
    return failed('LifeCycle.TargetCloseDate is not a date. Expected year, month and day, for example 2027-01-31.');
  const today = Math.floor(now / DAY) * DAY;
  if (Date.parse(date) > today) return passed('LifeCycle.TargetCloseDate is after today.');
  return failed('LifeCycle.TargetCloseDate is not after today (UTC). Give a later date.');
}

function stateOrRegionValid({ opportunity }: Facts): Verdict {
  const { countryCode = null, stateOrRegion = null } = opportunity.customer?.account?.address ?? {};
  if (countryCode === null)
    return unknown('The customer has no country, on which it depends whether a state is needed. Give the country.');
  if (countryCode !== 'US') return passed('AWS asks for a state only where the country is US.');
  if (stateOrRegion === null)
    return failed(
      'StateOrRegion is missing. For the country US give the full name of the state, for example California.',
    );
  if (US_STATES.has(stateOrRegion)) return passed("StateOrRegion is one of AWS's names of states.");
  return failed(
    "StateOrRegion is not one of AWS's names of states. Give the full name in AWS's spelling, for example California or Dist. of Columbia.",
  );
}

function visibilityAllowed({ submission }: Facts): Verdict {
  if (submission === null)
    return unknown(
      'It depends on how the opportunity is submitted: Co-Sell cannot be combined with the visibility Limited.',
    );
  if (submission.involvementType === 'CO_SELL' && submission.visibility === 'LIMITED') {
    return failed(
      'Co-Sell cannot be combined with the visibility Limited. Choose Full, or the involvement For Visibility Only.',
    );
  }
  return passed('The visibility is allowed with the involvement.');
}

function engagementHasCustomerProject({ engagement }: Facts): Verdict {
  if (engagement === null)
    return unknown('No engagement is known. An engagement that began as a lead needs a customer project.');
  const has = (wanted: string) => engagement.contexts.some(({ type }) => type === wanted);
  if (has('CUSTOMER_PROJECT')) return passed('The engagement has a customer project.');
  if (!has('LEAD')) return passed('The engagement did not begin as a lead, so it needs no customer project.');
  return failed('The engagement began as a lead and has no customer project. Convert the lead first.');
}

function recentlyCreated({ opportunity, now }: Facts): Verdict {
  if (opportunity.createdAt === null)
    return unknown('It is not known when the opportunity was created. AWS may not find a new one at once.');
  if (now - opportunity.createdAt >= SETTLING_MS) return passed('The opportunity was created more than a minute ago.');
  return unknown(
    'The opportunity was created less than a minute ago, and AWS may not find it everywhere yet. If it is refused as not found, start again a minute later.',
  );
}

/** The rules about the project, the help that the partner needs, and marketing. */
import type { Opportunity } from '../../../partner-central/model/record-types.js';
import { FIELD_LIST, guide, model } from '../evidence.js';
import { failed, passed, unknown, type Rule, type Verdict } from '../rule.js';
import { isNationalSecurity, isPresent, required, type Facts } from './facts.js';

const MIN_PROBLEM_LENGTH = 20;
const NO_SUPPORT = 'Do not need support from AWS Sales Rep';

export const PROJECT_RULES: readonly Rule<Facts>[] = [
  {
    rule: 'SOLUTION_ASSOCIATED',
    field: 'RelatedEntityIdentifiers',
    ...guide('Working with your opportunities'),
    check: solutionAssociated,
  },
  required({
    rule: 'PRIMARY_NEEDS_PRESENT',
    field: 'PrimaryNeedsFromAws',
    source: FIELD_LIST,
    value: (o) => o.primaryNeedsFromAws,
    advice: 'Say what is needed from AWS.',
  }),
  { rule: 'PRIMARY_NEEDS_CONSISTENT', field: 'PrimaryNeedsFromAws', ...FIELD_LIST, check: primaryNeedsConsistent },
  required({
    rule: 'TITLE_PRESENT',
    field: 'Project.Title',
    source: FIELD_LIST,
    value: (o) => o.project?.title,
    advice: 'Give one.',
  }),
  required({
    rule: 'DELIVERY_MODELS_PRESENT',
    field: 'Project.DeliveryModels',
    source: FIELD_LIST,
    value: (o) => o.project?.deliveryModels,
    advice: 'Give at least one, for example SaaS or PaaS.',
  }),
  required({
    rule: 'CUSTOMER_USE_CASE_PRESENT',
    field: 'Project.CustomerUseCase',
    source: FIELD_LIST,
    value: (o) => o.project?.customerUseCase,
    advice: 'Choose one.',
  }),
  required({
    rule: 'SALES_ACTIVITIES_PRESENT',
    field: 'Project.SalesActivities',
    source: model('ProjectView.SalesActivities'),
    value: (o) => o.project?.salesActivities,
    advice: 'Give at least one, for example Initialized discussions with customer.',
    exception: salesActivitiesException,
  }),
  {
    rule: 'CUSTOMER_BUSINESS_PROBLEM_LONG_ENOUGH',
    field: 'Project.CustomerBusinessProblem',
    ...model('Project.CustomerBusinessProblem'),
    check: businessProblemLongEnough,
  },
  required({
    rule: 'OTHER_COMPETITOR_NAMES_PRESENT',
    field: 'Project.OtherCompetitorNames',
    source: FIELD_LIST,
    value: (o) => o.project?.otherCompetitorNames,
    advice: 'Name them, because the competitor is *Other.',
    exception: unless((o) => o.project?.competitorName === '*Other', 'Other names are needed only for *Other.'),
  }),
  required({
    rule: 'RELATED_OPPORTUNITY_PRESENT',
    field: 'Project.RelatedOpportunityIdentifier',
    source: FIELD_LIST,
    value: (o) => o.project?.relatedOpportunityIdentifier,
    advice: 'Name the opportunity that the Flat Renewal renews.',
    exception: unless((o) => o.opportunityType === 'Flat Renewal', 'It is needed only for a Flat Renewal.'),
  }),
  required({
    rule: 'MARKETING_SOURCE_PRESENT',
    field: 'Marketing.Source',
    source: FIELD_LIST,
    value: (o) => o.marketing?.source,
    advice: 'Choose Marketing Activity or None.',
  }),
  required({
    rule: 'AWS_FUNDING_USED_PRESENT',
    field: 'Marketing.AwsFundingUsed',
    source: FIELD_LIST,
    value: (o) => o.marketing?.awsFundingUsed,
    advice: 'Choose Yes or No, because the marketing source is Marketing Activity.',
    exception: unless((o) => o.marketing?.source === 'Marketing Activity', 'It is needed only for Marketing Activity.'),
  }),
];

/** The exception for every opportunity that does not meet the condition. */
function unless(condition: (opportunity: Opportunity) => boolean, message: string) {
  return ({ opportunity }: Facts): Verdict | null => (condition(opportunity) ? null : passed(message));
}

function solutionAssociated({ opportunity }: Facts): Verdict {
  const { solutions, awsMarketplaceSolutions, awsMarketplaceProducts } = opportunity.relatedEntities;
  const count = solutions.length + awsMarketplaceSolutions.length + awsMarketplaceProducts.length;
  if (count > 0)
    return passed(`The opportunity has ${count === 1 ? 'one solution or product' : `${count} solutions or products`}.`);
  if (!isPresent(opportunity.project?.otherSolutionDescription)) {
    return failed(
      'No solution is associated. Associate a partner solution, a Marketplace solution or a Marketplace product, or ' +
        'describe another solution in words.',
    );
  }
  const stage = opportunity.lifeCycle?.stage ?? null;
  if (stage === 'COMMITTED' || stage === 'LAUNCHED') {
    return unknown(
      'No solution is associated, and another one is only described. From the stage Committed on, AWS has asked for a ' +
        'solution: associate one.',
    );
  }
  return passed('No solution is associated, but another one is described, which AWS has been seen to accept instead.');
}

function primaryNeedsConsistent({ opportunity }: Facts): Verdict {
  const needs = opportunity.primaryNeedsFromAws;
  if (!needs.includes(NO_SUPPORT)) return passed('The primary needs from AWS do not exclude each other.');
  if (needs.some((need) => need.startsWith('Co-Sell')))
    return failed(`The primary needs from AWS have "${NO_SUPPORT}" beside needs of Co-Sell. Choose one or the other.`);
  if (isNationalSecurity(opportunity))
    return failed(`For national security, the primary needs from AWS may not have "${NO_SUPPORT}". Choose others.`);
  return passed('The primary needs from AWS do not exclude each other.');
}

function salesActivitiesException({ submission }: Facts): Verdict | null {
  if (submission?.involvementType === 'CO_SELL') return null;
  const advice = 'AWS needs at least one for Co-Sell. Give one, for example Initialized discussions with customer.';
  return unknown(`The sales activities are missing. ${advice}`);
}

function businessProblemLongEnough({ opportunity }: Facts): Verdict {
  const { length } = opportunity.project?.customerBusinessProblem ?? '';
  if (length >= MIN_PROBLEM_LENGTH)
    return passed(`The business problem of the customer has at least ${MIN_PROBLEM_LENGTH} characters.`);
  return failed(
    `The business problem of the customer has ${length} characters. Describe it in at least ${MIN_PROBLEM_LENGTH}.`,
  );
}

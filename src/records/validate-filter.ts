/** Finds mistakes in a look-up that need no call to AWS. Pure. */
import {
  AWS_ACCOUNT,
  DATE,
  ENGAGEMENT,
  MARKETPLACE_SOLUTION_ARN,
  OPPORTUNITY,
  SOLUTION,
  patternError,
  type TextRule,
} from '../partner-central/identifiers.js';
import type {
  EngagementFilter,
  InvitationFilter,
  OpportunityFilter,
  SolutionFilter,
} from '../partner-central/model/record-filters.js';
import {
  ACCOUNTS_PER_FILTER,
  COMPANY_NAMES_PER_FILTER,
  ENGAGEMENTS_PER_FILTER,
  OPPORTUNITIES_PER_FILTER,
} from '../partner-central/record-operations.js';
import { SOLUTIONS_PER_FILTER, SOLUTION_VALUES_PER_FILTER } from '../partner-central/related-operations.js';
import type { RecordProblem } from './records.js';

type Invalid = Extract<RecordProblem, { type: 'invalid' }>;

export function validateId(rule: TextRule, id: string): Invalid | null {
  return invalid(patternError(rule, id));
}

// The closed sets have fewer values than AWS's filters take, so only free values can be too many.

export function validateOpportunityFilter(filter: OpportunityFilter): Invalid | null {
  const { identifiers = [], customerCompanyNames = [], targetCloseDateAfter, targetCloseDateBefore } = filter;
  return (
    validateRange('modifiedAfter', filter.modifiedAfter, 'modifiedBefore', filter.modifiedBefore) ??
    validateRange('createdAfter', filter.createdAfter, 'createdBefore', filter.createdBefore) ??
    validateEach(DATE, [targetCloseDateAfter ?? [], targetCloseDateBefore ?? []].flat()) ??
    validateRange('targetCloseDateAfter', targetCloseDateAfter, 'targetCloseDateBefore', targetCloseDateBefore) ??
    validateNames('customerCompanyNames', customerCompanyNames, COMPANY_NAMES_PER_FILTER) ??
    validateSize('identifiers', identifiers, OPPORTUNITIES_PER_FILTER) ??
    validateEach(OPPORTUNITY, identifiers)
  );
}

export function validateEngagementFilter(filter: EngagementFilter): Invalid | null {
  const { identifiers = [], createdBy = [], excludeCreatedBy = [] } = filter;
  return (
    validateSize('identifiers', identifiers, ENGAGEMENTS_PER_FILTER) ??
    validateEach(ENGAGEMENT, identifiers) ??
    validateSize('createdBy', createdBy, ACCOUNTS_PER_FILTER) ??
    validateSize('excludeCreatedBy', excludeCreatedBy, ACCOUNTS_PER_FILTER) ??
    validateEach(AWS_ACCOUNT, [...createdBy, ...excludeCreatedBy])
  );
}

export function validateInvitationFilter(filter: InvitationFilter): Invalid | null {
  const { engagementIdentifiers = [], senderAwsAccountIds = [] } = filter;
  return (
    validateSize('engagementIdentifiers', engagementIdentifiers, ENGAGEMENTS_PER_FILTER) ??
    validateEach(ENGAGEMENT, engagementIdentifiers) ??
    validateSize('senderAwsAccountIds', senderAwsAccountIds, ACCOUNTS_PER_FILTER) ??
    validateEach(AWS_ACCOUNT, senderAwsAccountIds)
  );
}

export function validateSolutionFilter(filter: SolutionFilter): Invalid | null {
  const { identifiers = [], categories = [], awsMarketplaceSolutionArns = [] } = filter;
  return (
    validateSize('identifiers', identifiers, SOLUTIONS_PER_FILTER) ??
    validateEach(SOLUTION, identifiers) ??
    validateNames('categories', categories, SOLUTION_VALUES_PER_FILTER) ??
    validateSize('awsMarketplaceSolutionArns', awsMarketplaceSolutionArns, SOLUTION_VALUES_PER_FILTER) ??
    validateEach(MARKETPLACE_SOLUTION_ARN, awsMarketplaceSolutionArns)
  );
}

/** Both limits are times, or both are dates, whose order is the order of their texts. */
function validateRange<T extends number | string>(
  after: string,
  start: T | undefined,
  before: string,
  end: T | undefined,
): Invalid | null {
  const isReversed = start !== undefined && end !== undefined && start > end;
  return invalid(isReversed ? `${after} is later than ${before}. Expected it to be earlier.` : null);
}

function validateNames(name: string, values: readonly string[], most: number): Invalid | null {
  const hasEmpty = values.some((value) => value.trim() === '');
  return (
    invalid(hasEmpty ? `${name} has an empty name. Expected each to have at least one character.` : null) ??
    validateSize(name, values, most)
  );
}

function validateSize(name: string, values: readonly string[], most: number): Invalid | null {
  const { size } = new Set(values);
  return invalid(size > most ? `${name} has ${size} values. Expected at most ${most}.` : null);
}

function validateEach(rule: TextRule, values: readonly string[]): Invalid | null {
  return invalid(values.map((value) => patternError(rule, value)).find((wrong) => wrong !== null) ?? null);
}

function invalid(message: string | null): Invalid | null {
  return message === null ? null : { type: 'invalid', message };
}

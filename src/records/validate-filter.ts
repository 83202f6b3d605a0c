/** Finds mistakes in a look-up that need no call to AWS. Pure. */
import { ENGAGEMENT, OPPORTUNITY, patternError, type TextRule } from '../partner-central/identifiers.js';
import type { EngagementFilter, InvitationFilter, OpportunityFilter } from '../partner-central/model/record-filters.js';
import {
  COMPANY_NAMES_PER_FILTER,
  ENGAGEMENTS_PER_FILTER,
  OPPORTUNITIES_PER_FILTER,
} from '../partner-central/record-operations.js';
import type { RecordProblem } from './records.js';

type Invalid = Extract<RecordProblem, { type: 'invalid' }>;

export function validateId(rule: TextRule, id: string): Invalid | null {
  return invalid(patternError(rule, id));
}

// The closed sets have fewer values than AWS's filters take, so only free values can be too many.

export function validateOpportunityFilter(filter: OpportunityFilter): Invalid | null {
  const { identifiers = [], customerCompanyNames = [], modifiedAfter = -Infinity, modifiedBefore = Infinity } = filter;
  if (modifiedAfter > modifiedBefore)
    return invalid('modifiedAfter is later than modifiedBefore. Expected it to be earlier.');
  if (customerCompanyNames.some((name) => name.trim() === ''))
    return invalid('customerCompanyNames has an empty name. Expected each to have at least one character.');
  return (
    validateSize('identifiers', identifiers, OPPORTUNITIES_PER_FILTER) ??
    validateEach(OPPORTUNITY, identifiers) ??
    validateSize('customerCompanyNames', customerCompanyNames, COMPANY_NAMES_PER_FILTER)
  );
}

export function validateEngagementFilter({ identifiers = [] }: EngagementFilter): Invalid | null {
  return validateSize('identifiers', identifiers, ENGAGEMENTS_PER_FILTER) ?? validateEach(ENGAGEMENT, identifiers);
}

export function validateInvitationFilter({ engagementIdentifiers = [] }: InvitationFilter): Invalid | null {
  return (
    validateSize('engagementIdentifiers', engagementIdentifiers, ENGAGEMENTS_PER_FILTER) ??
    validateEach(ENGAGEMENT, engagementIdentifiers)
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

/** What can be known to be wrong with a question before AWS is called. Pure. */
import { ENGAGEMENT, OPPORTUNITY, patternError, type TextRule } from '../partner-central/identifiers.js';
import type { EngagementFilter, InvitationFilter, OpportunityFilter } from '../partner-central/model/record-filters.js';
import {
  COMPANY_NAMES_PER_FILTER,
  ENGAGEMENTS_PER_FILTER,
  OPPORTUNITIES_PER_FILTER,
} from '../partner-central/record-operations.js';
import type { RecordProblem } from './records.js';

type Invalid = Extract<RecordProblem, { type: 'invalid' }>;

export function checkId(rule: TextRule, id: string): Invalid | null {
  return invalid(patternError(rule, id));
}

// The closed sets have fewer values than AWS's filters take: only what callers write themselves can be too much.

export function checkOpportunityFilter(filter: OpportunityFilter): Invalid | null {
  const { identifiers = [], customerCompanyNames = [], modifiedAfter = -Infinity, modifiedBefore = Infinity } = filter;
  if (modifiedAfter > modifiedBefore)
    return invalid('modifiedAfter is later than modifiedBefore. Expected it to be earlier.');
  if (customerCompanyNames.some((name) => name.trim() === ''))
    return invalid('customerCompanyNames has an empty name. Expected each to have at least one character.');
  return (
    checkSize('identifiers', identifiers, OPPORTUNITIES_PER_FILTER) ??
    checkEach(OPPORTUNITY, identifiers) ??
    checkSize('customerCompanyNames', customerCompanyNames, COMPANY_NAMES_PER_FILTER)
  );
}

export function checkEngagementFilter({ identifiers = [] }: EngagementFilter): Invalid | null {
  return checkSize('identifiers', identifiers, ENGAGEMENTS_PER_FILTER) ?? checkEach(ENGAGEMENT, identifiers);
}

export function checkInvitationFilter({ engagementIdentifiers = [] }: InvitationFilter): Invalid | null {
  return (
    checkSize('engagementIdentifiers', engagementIdentifiers, ENGAGEMENTS_PER_FILTER) ??
    checkEach(ENGAGEMENT, engagementIdentifiers)
  );
}

function checkSize(name: string, values: readonly string[], most: number): Invalid | null {
  const { size } = new Set(values);
  return invalid(size > most ? `${name} has ${size} values. Expected at most ${most}.` : null);
}

function checkEach(rule: TextRule, values: readonly string[]): Invalid | null {
  return invalid(values.map((value) => patternError(rule, value)).find((wrong) => wrong !== null) ?? null);
}

function invalid(message: string | null): Invalid | null {
  return message === null ? null : { type: 'invalid', message };
}

/**
 * The readiness rules for a submission (StartEngagementFromOpportunityTask): one rule for each known precondition. AWS
 * checks most of them only in the last step of the task. AWS decides, because it may know more.
 */
import type { Opportunity } from '../../partner-central/model/record-types.js';
import { checksOf, type Check, type Rule } from './rule.js';
import { CUSTOMER_RULES } from './submission/customer-rules.js';
import type { Facts, SubmissionFacts } from './submission/facts.js';
import { POSTAL_CODE_RULES } from './submission/postal-code-rules.js';
import { PROJECT_RULES } from './submission/project-rules.js';
import { SPEND_RULES } from './submission/spend-rules.js';
import { INVOLVEMENT_RULES, STATE_RULES } from './submission/state-rules.js';

export type { SubmissionFacts };

const RULES: readonly Rule<Facts>[] = [
  ...STATE_RULES,
  ...PROJECT_RULES,
  ...SPEND_RULES,
  ...CUSTOMER_RULES,
  ...POSTAL_CODE_RULES,
  ...INVOLVEMENT_RULES,
];

export function submissionChecks(opportunity: Opportunity, facts: SubmissionFacts, now: number): Check[] {
  return checksOf(RULES, { ...facts, opportunity, now });
}

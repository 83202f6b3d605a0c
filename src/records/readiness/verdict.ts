/**
 * The verdict of all readiness checks together, for a badge. A check keeps it from CLEAR if its rule is broken, or if a
 * value that decides the rule could not be read. Other unknown outcomes are AWS's to decide, and stay so until the
 * start.
 */
import type { Check } from './rule.js';

export type ReadinessVerdict = 'BLOCKED' | 'CLEAR' | 'UNKNOWN';

/** The rules that are UNKNOWN only while a value is missing that the record or the query should have. */
export const MUST_BE_READ: ReadonlySet<string> = new Set([
  'REVIEW_STATUS_PENDING',
  'STAGE_QUALIFIED',
  'STATE_OR_REGION_VALID',
  'VISIBILITY_ALLOWED',
  'CONTEXT_IS_LEAD',
  'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
  'INVITATION_PENDING',
  'INVITATION_NOT_EXPIRED',
  'OPPORTUNITY_INVITATION',
]);

/** True if the check keeps the verdict from CLEAR. */
export function isObstacle({ rule, outcome }: Pick<Check, 'rule' | 'outcome'>): boolean {
  switch (outcome) {
    case 'FAILED':
      return true;
    case 'UNKNOWN':
      return MUST_BE_READ.has(rule);
    case 'PASSED':
      return false;
    default:
      return outcome satisfies never;
  }
}

export function verdictOf(checks: readonly Check[]): ReadinessVerdict {
  const obstacles = checks.filter(isObstacle);
  if (obstacles.length === 0) return 'CLEAR';
  return obstacles.some(({ outcome }) => outcome === 'FAILED') ? 'BLOCKED' : 'UNKNOWN';
}

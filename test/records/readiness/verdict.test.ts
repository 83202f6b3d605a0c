import { describe, expect, test } from '@jest/globals';
import { acceptanceChecks } from '../../../src/records/readiness/acceptance.js';
import { conversionChecks } from '../../../src/records/readiness/conversion.js';
import type { Check } from '../../../src/records/readiness/rule.js';
import { submissionChecks } from '../../../src/records/readiness/submission.js';
import { MUST_BE_READ, isObstacle, verdictOf } from '../../../src/records/readiness/verdict.js';
import { COMPLETE, LEAD, NOW, PENDING, engagementWith } from '../../support/fixtures/passing-records.js';

const CO_SELL = { involvementType: 'CO_SELL', visibility: 'FULL' } as const;
const submitted = (changes: object = {}, submission: typeof CO_SELL | null = CO_SELL) =>
  submissionChecks({ ...COMPLETE, ...changes }, { submission, engagements: [] }, NOW);

describe('verdictOf', () => {
  test.each<[string, Check[], string]>([
    ['a complete opportunity', submitted(), 'CLEAR'],
    ['an opportunity without a use', submitted({ primaryNeedsFromAws: [] }), 'BLOCKED'],
    ['an opportunity whose submission is not decided', submitted({}, null), 'UNKNOWN'],
    [
      'an opportunity with an unknown stage',
      submitted({ lifeCycle: { ...COMPLETE.lifeCycle, stage: null } }),
      'UNKNOWN',
    ],
    [
      'an incomplete opportunity whose submission is not decided',
      submitted({ primaryNeedsFromAws: [] }, null),
      'BLOCKED',
    ],
    ['a qualified lead', conversionChecks(engagementWith(LEAD), LEAD), 'CLEAR'],
    [
      'a context that is no lead',
      conversionChecks(engagementWith(LEAD), { ...LEAD, type: 'CUSTOMER_PROJECT' }),
      'BLOCKED',
    ],
    ['a context of an unknown type', conversionChecks(engagementWith(LEAD), { ...LEAD, type: null }), 'UNKNOWN'],
    ['a pending invitation', acceptanceChecks(PENDING, NOW), 'CLEAR'],
    ['an accepted invitation', acceptanceChecks({ ...PENDING, status: 'ACCEPTED' }, NOW), 'BLOCKED'],
    ['an invitation of an unknown status', acceptanceChecks({ ...PENDING, status: null }, NOW), 'UNKNOWN'],
  ])('the verdict on %s', (_title, checks, verdict) => {
    expect(verdictOf(checks)).toBe(verdict);
    expect(checks.some(isObstacle)).toBe(verdict !== 'CLEAR');
  });

  test('each rule that must be read exists', () => {
    const rules = [
      ...submitted(),
      ...conversionChecks(engagementWith(LEAD), LEAD),
      ...acceptanceChecks(PENDING, NOW),
    ].map(({ rule }) => rule);
    expect([...MUST_BE_READ].filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});

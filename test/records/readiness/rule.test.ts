import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CONTEXT_TYPES,
  INVITATION_PAYLOAD_TYPES,
  INVITATION_STATUSES,
  REVIEW_STATUSES,
  STAGES,
  type EngagementContext,
  type Invitation,
  type Opportunity,
} from '../../../src/partner-central/model/record-types.js';
import { INVOLVEMENT_TYPES, VISIBILITIES } from '../../../src/partner-central/model/task-kind.js';
import { acceptanceChecks } from '../../../src/records/readiness/acceptance.js';
import { conversionChecks } from '../../../src/records/readiness/conversion.js';
import type { Check } from '../../../src/records/readiness/rule.js';
import { submissionChecks } from '../../../src/records/readiness/submission.js';
import { contextTypesOf } from '../../../src/records/readiness/submission/engagement-facts.js';
import {
  COMPLETE,
  CUSTOMER_PROJECT,
  LEAD,
  NOW,
  PENDING,
  engagementWith,
} from '../../support/fixtures/passing-records.js';

const rulesOf = (outcome: Check['outcome'], checks: readonly Check[]) =>
  checks.filter((check) => check.outcome === outcome).map(({ rule }) => rule);

describe('conversionChecks', () => {
  const failing = (context: EngagementContext, contexts = [context]) =>
    rulesOf('FAILED', conversionChecks(engagementWith(...contexts), context));
  const open = (context: EngagementContext) => rulesOf('UNKNOWN', conversionChecks(engagementWith(context), context));
  const leadWith = (qualificationStatus: string | null): EngagementContext => ({
    ...LEAD,
    lead: LEAD.lead && { ...LEAD.lead, qualificationStatus },
  });

  test('a qualified lead passes all rules except the membership of the caller, which only AWS knows', () => {
    expect(failing(LEAD)).toEqual([]);
    expect(open(LEAD)).toEqual(['CALLER_IS_MEMBER']);
  });

  test('a customer project or a prospecting result fails, and a context of unknown type is undecided', () => {
    expect(failing({ ...LEAD, type: 'CUSTOMER_PROJECT' })).toEqual(['CONTEXT_IS_LEAD']);
    expect(failing({ ...LEAD, type: 'PROSPECTING_RESULT' })).toEqual(['CONTEXT_IS_LEAD']);
    expect(open({ ...LEAD, type: null })).toEqual(['CONTEXT_IS_LEAD', 'CALLER_IS_MEMBER']);
  });

  test('a disqualified lead fails, and a status that AWS does not explain is undecided', () => {
    expect(failing(leadWith('Disqualified'))).toEqual(['LEAD_NOT_DISQUALIFIED']);
    for (const words of ['Unqualified', 'our own word', null])
      expect(open(leadWith(words))).toEqual(['LEAD_NOT_DISQUALIFIED', 'CALLER_IS_MEMBER']);
  });

  test('an engagement with five contexts fails', () => {
    expect(failing(LEAD, [LEAD, LEAD, LEAD, LEAD])).toEqual([]);
    expect(failing(LEAD, [LEAD, LEAD, LEAD, LEAD, LEAD])).toEqual(['ROOM_FOR_CONTEXT']);
  });
});

describe('acceptanceChecks', () => {
  const failing = (more: Partial<Invitation>) => rulesOf('FAILED', acceptanceChecks({ ...PENDING, ...more }, NOW));
  const open = (more: Partial<Invitation>) => rulesOf('UNKNOWN', acceptanceChecks({ ...PENDING, ...more }, NOW));

  test('a pending invitation passes all rules except the account of the receiver, which only AWS knows', () => {
    expect(failing({})).toEqual([]);
    expect(open({})).toEqual(['CALLER_IS_RECEIVER']);
  });

  test('an accepted, rejected or expired invitation fails, and an unknown status is undecided', () => {
    for (const status of ['ACCEPTED', 'REJECTED', 'EXPIRED'] as const)
      expect(failing({ status })).toEqual(['INVITATION_PENDING']);
    expect(open({ status: null })).toEqual(['INVITATION_PENDING', 'CALLER_IS_RECEIVER']);
  });

  test('an invitation fails from its expiry on, even before AWS marks it as expired', () => {
    expect(failing({ expiresAt: NOW })).toEqual(['INVITATION_NOT_EXPIRED']);
    expect(open({ expiresAt: null })).toEqual(['INVITATION_NOT_EXPIRED', 'CALLER_IS_RECEIVER']);
  });

  test('an invitation to a lead fails, and the message says how to accept it', () => {
    const check = acceptanceChecks({ ...PENDING, payloadType: 'LEAD_INVITATION' }, NOW).find(
      ({ outcome }) => outcome === 'FAILED',
    );
    expect(check).toMatchObject({
      rule: 'OPPORTUNITY_INVITATION',
      message: expect.stringContaining('acceptEngagementInvitation'),
    });
    expect(open({ payloadType: null })).toEqual(['OPPORTUNITY_INVITATION', 'CALLER_IS_RECEIVER']);
  });
});

/** The value without some of its members, at any depth. Lists of required items keep their items. */
function partial<T extends object>(whole: T): fc.Arbitrary<T> {
  const members = Object.entries(whole).map(([name, value]): [string, fc.Arbitrary<unknown>] => [
    name,
    partialValue(value),
  ]);
  return fc.record(Object.fromEntries(members)).map((made) => ({ ...whole, ...made }));
}

function partialValue(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return fc.constantFrom(value, [], [...value, ...value]);
  if (typeof value === 'object' && value !== null) return fc.option(partial(value));
  return fc.constantFrom(value, null);
}

const orNull = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values));
const time = fc.option(fc.integer({ min: 0, max: 2 * NOW }));

const anyOpportunity: fc.Arbitrary<Opportunity> = fc
  .record({
    opportunity: partial({ ...COMPLETE, relatedEntities: undefined }),
    entities: fc.constantFrom(COMPLETE.relatedEntities, { ...COMPLETE.relatedEntities, solutions: [] }),
    stage: orNull(STAGES),
    reviewStatus: orNull(REVIEW_STATUSES),
    targetCloseDate: fc.option(fc.string()),
    createdAt: time,
  })
  .map(({ opportunity, entities, stage, reviewStatus, targetCloseDate, createdAt }) => ({
    ...COMPLETE,
    ...opportunity,
    createdAt,
    primaryNeedsFromAws: opportunity.primaryNeedsFromAws ?? [],
    relatedEntities: entities,
    lifeCycle: opportunity.lifeCycle && { ...opportunity.lifeCycle, stage, reviewStatus, targetCloseDate },
  }));
const anyContext: fc.Arbitrary<EngagementContext> = fc.record({
  id: fc.option(fc.string()),
  type: orNull(CONTEXT_TYPES),
  lead: fc.option(
    fc.record({
      qualificationStatus: fc.option(fc.string()),
      customer: fc.constant(null),
      interactions: fc.constant([]),
      leadReadinessScore: fc.constant(null),
    }),
  ),
  customerProject: fc.constant(null),
  prospectingResult: fc.constant(null),
});
const anyEngagement = fc.array(anyContext, { maxLength: 7 }).map((contexts) => engagementWith(...contexts));

describe('rules for incomplete records', () => {
  const everyCheckIsTold = (checks: readonly Check[], count: number) => {
    expect(checks).toHaveLength(count);
    for (const { message, evidence } of checks) {
      expect(evidence).toMatch(/^(AWS's|Refused submissions that AWS's) .{10}/);
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(message).not.toMatch(/secret|4711|98765|undefined|null|NaN/);
    }
  };

  test('no rule of a submission throws, and none shows a value of the record', () => {
    const submission = fc.option(
      fc.record({ involvementType: fc.constantFrom(...INVOLVEMENT_TYPES), visibility: orNull(VISIBILITIES) }),
    );
    fc.assert(
      fc.property(
        anyOpportunity,
        submission,
        fc.option(fc.array(anyEngagement.map(contextTypesOf), { maxLength: 3 })),
        fc.nat(2 * NOW),
        (opportunity, chosen, engagements, now) =>
          everyCheckIsTold(submissionChecks(opportunity, { submission: chosen, engagements }, now), 37),
      ),
      { numRuns: 500 },
    );
  });

  test('no rule of a conversion throws', () => {
    fc.assert(
      fc.property(anyEngagement, anyContext, (engagement, context) =>
        everyCheckIsTold(conversionChecks(engagement, context), 4),
      ),
    );
  });

  test('no rule of an acceptance throws', () => {
    const invitation = fc.record({
      status: orNull(INVITATION_STATUSES),
      payloadType: orNull(INVITATION_PAYLOAD_TYPES),
      expiresAt: time,
    });
    fc.assert(
      fc.property(invitation, fc.nat(2 * NOW), (more, now) =>
        everyCheckIsTold(acceptanceChecks({ ...PENDING, ...more }, now), 4),
      ),
    );
  });
});

test('the names of the rules are unique', () => {
  const rules = [
    ...submissionChecks(COMPLETE, { submission: null, engagements: null }, NOW),
    ...conversionChecks(engagementWith(LEAD, CUSTOMER_PROJECT), LEAD),
    ...acceptanceChecks(PENDING, NOW),
  ].map(({ rule }) => rule);
  expect(new Set(rules).size).toBe(rules.length);
});

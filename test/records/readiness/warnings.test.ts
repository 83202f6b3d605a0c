import { describe, expect, test } from '@jest/globals';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import type { Found, Records } from '../../../src/records/records.js';
import { warningsOf } from '../../../src/records/readiness/warnings.js';
import { fakeRecords } from '../../support/fakes/fake-records.js';
import { COMPLETE, LEAD, NOW, PENDING, engagementWith } from '../../support/fixtures/passing-records.js';

const SUBMIT = {
  kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
  catalog: 'SANDBOX',
  identifier: 'O1',
  involvementType: 'CO_SELL',
  visibility: 'FULL',
  tags: [],
} as const;
const CONVERT = {
  kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
  catalog: 'SANDBOX',
  identifier: 'eng-1',
  contextIdentifier: LEAD.id ?? '',
  tags: [],
} as const;
const ACCEPT = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  catalog: 'SANDBOX',
  identifier: 'engi-1',
  tags: [],
} as const;

async function rules(answers: Partial<Records>, input: TaskInput): Promise<string[] | undefined> {
  return (await warningsOf(fakeRecords(answers), input, NOW))?.map(({ rule }) => rule);
}

async function found<T>(record: T): Promise<Found<T>> {
  return { type: 'found', record };
}

describe('warningsOf', () => {
  test('a start without known faults has no warning', async () => {
    expect(await rules({ opportunity: () => found(COMPLETE) }, SUBMIT)).toEqual([]);
    expect(await rules({ engagement: () => found(engagementWith(LEAD)) }, CONVERT)).toEqual([]);
    expect(await rules({ invitation: () => found(PENDING) }, ACCEPT)).toEqual([]);
  });

  test('the start of an incomplete opportunity is warned of what is missing', async () => {
    const lacking = { ...COMPLETE, primaryNeedsFromAws: [], partnerOpportunityIdentifier: null };
    expect(await rules({ opportunity: () => found(lacking) }, SUBMIT)).toEqual(['PRIMARY_NEEDS_PRESENT']);
  });

  test('a start is warned of its own input that AWS refuses', async () => {
    expect(await rules({ opportunity: () => found(COMPLETE) }, { ...SUBMIT, visibility: 'LIMITED' })).toEqual([
      'VISIBILITY_ALLOWED',
    ]);
  });

  test('a start is warned of a disqualified lead, and of a missing context', async () => {
    const disqualified = { ...LEAD, lead: LEAD.lead && { ...LEAD.lead, qualificationStatus: 'Disqualified' } };
    expect(await rules({ engagement: () => found(engagementWith(disqualified)) }, CONVERT)).toEqual([
      'LEAD_NOT_DISQUALIFIED',
    ]);
    const [warning] =
      (await warningsOf(
        fakeRecords({ engagement: () => found(engagementWith(LEAD)) }),
        { ...CONVERT, contextIdentifier: '9' },
        NOW,
      )) ?? [];
    expect(warning).toMatchObject({
      rule: 'CONTEXT_PRESENT',
      outcome: 'FAILED',
      message: `The engagement has no context 9. It has ${LEAD.id}: choose the one that is a lead.`,
    });
  });

  test('a start is warned of an invitation that can no longer be accepted', async () => {
    expect(await rules({ invitation: () => found({ ...PENDING, status: 'EXPIRED' } as const) }, ACCEPT)).toHaveLength(
      1,
    );
  });

  const missing = async () => ({ type: 'missing' }) as const;
  test.each<[Partial<Records>, TaskInput, string]>([
    [{ opportunity: missing }, SUBMIT, 'opportunity'],
    [{ engagement: missing }, CONVERT, 'engagement'],
    [{ invitation: missing }, ACCEPT, 'invitation'],
  ])('a start is warned of an identifier that AWS does not know: %#', async (answers, input, noun) => {
    const [warning] = (await warningsOf(fakeRecords(answers), input, NOW)) ?? [];
    expect(warning).toMatchObject({ rule: 'IDENTIFIER_KNOWN', message: expect.stringContaining(`no such ${noun}`) });
  });
});

test('a start has no warnings when AWS could not be asked', async () => {
  const spent = async () => ({ type: 'quota-spent', message: 'The quota is spent.', retryAfterMs: 1 }) as const;
  expect(await warningsOf(fakeRecords({ opportunity: spent }), SUBMIT, NOW)).toBeNull();
});

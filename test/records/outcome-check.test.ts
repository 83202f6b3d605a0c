import { describe, expect, test } from '@jest/globals';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import { checkOutcome } from '../../src/records/outcome-check.js';
import { ok, refusal, type StubAnswer } from '../support/fakes/aws-stub.js';
import { fromEngagement, fromOpportunity } from '../support/harness/task-harness.js';
import { ENGAGEMENT, INVITATION, OPPORTUNITY } from '../support/fixtures/raw-records.js';
import { openRecords } from '../support/aws/records.js';

const ACCEPT: TaskInput = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  catalog: 'SANDBOX',
  identifier: 'engi-0000000000001',
  tags: [],
};

/** The outcome for an input when AWS gives this answer to each call. */
async function finds(input: TaskInput, answer: StubAnswer) {
  const { records } = await openRecords({
    GetOpportunity: () => answer,
    GetEngagement: () => answer,
    GetEngagementInvitation: () => answer,
  });
  return checkOutcome(records, input);
}

describe('the outcome check of a submission', () => {
  const findsStatus = (ReviewStatus: string | null) =>
    finds(fromOpportunity(), ok({ ...OPPORTUNITY, LifeCycle: { ReviewStatus } }));

  test.each([
    ['Submitted', 'The opportunity is Submitted: it was submitted already, so there is nothing to try again.'],
    ['In review', 'The opportunity is In Review: it was submitted already, so there is nothing to try again.'],
    ['Approved', 'The opportunity is Approved: it was submitted already, so there is nothing to try again.'],
    [
      'Rejected',
      'The opportunity is Rejected: it was submitted already, and AWS turned it down. There is nothing to try again.',
    ],
    [
      'Action Required',
      'The opportunity is Action Required: it was submitted already. Correct what AWS asks for in Partner Central, and AWS reviews it again.',
    ],
  ])('a submission is done when the opportunity is %s', async (status, message) => {
    expect(await findsStatus(status)).toEqual({ type: 'done', message });
  });

  test('a submission is not done while the opportunity is Pending Submission', async () => {
    expect(await findsStatus('Pending Submission')).toEqual({
      type: 'not-done',
      message: 'The opportunity is Pending Submission: it has not been submitted.',
    });
  });

  test('the outcome is unknown when AWS gives no status, or an unknown one', async () => {
    expect(await findsStatus(null)).toBeNull();
    expect(await findsStatus('Admired')).toBeNull();
  });
});

describe('the outcome check of a conversion', () => {
  const findsContexts = (...contexts: readonly object[]) =>
    finds(fromEngagement({ contextIdentifier: '1' }), ok({ ...ENGAGEMENT, Contexts: contexts }));

  test('a conversion is not done while the context is a lead and there is no customer project', async () => {
    expect(await findsContexts({ Id: '1', Type: 'Lead' })).toEqual({
      type: 'not-done',
      message: 'Context 1 is a lead still, and the engagement has no customer project: it has not been converted.',
    });
  });

  test('a conversion is done when there is another context that is a customer project', async () => {
    expect(await findsContexts({ Id: '1', Type: 'Lead' }, { Id: '2', Type: 'CustomerProject' })).toEqual({
      type: 'done',
      message:
        'The engagement has a customer project already: its lead was converted, so there is nothing to try again.',
    });
  });

  test('a conversion is done when the context itself is a customer project', async () => {
    expect(await findsContexts({ Id: '1', Type: 'CustomerProject' })).toEqual({
      type: 'done',
      message: 'Context 1 is a customer project: it has an opportunity already, so there is nothing to try again.',
    });
  });

  test('a conversion is not done when the context is missing or of another type', async () => {
    expect(await findsContexts({ Id: '7', Type: 'Lead' })).toEqual({
      type: 'not-done',
      message: 'The engagement has no context 1 and no customer project: the lead has not been converted.',
    });
    expect(await findsContexts({ Id: '1', Type: 'ProspectingResult' })).toMatchObject({ type: 'not-done' });
  });

  test('the outcome is unknown when the type of the context is unknown', async () => {
    expect(await findsContexts({ Id: '1', Type: 'Daydream' })).toBeNull();
  });
});

describe('the outcome check of an acceptance', () => {
  test.each([
    ['PENDING', { type: 'not-done', message: 'The invitation is Pending: it has not been accepted.' }],
    ['ACCEPTED', { type: 'done', message: 'The invitation is Accepted already, so there is nothing to try again.' }],
    [
      'REJECTED',
      {
        type: 'not-done',
        message: 'The invitation is Rejected: it cannot be accepted any more. Ask the sender for a new one.',
      },
    ],
    [
      'EXPIRED',
      {
        type: 'not-done',
        message: 'The invitation is Expired: it cannot be accepted any more. Ask the sender for a new one.',
      },
    ],
    ['ADMIRED', null],
  ])('an invitation that is %s gives the matching outcome', async (Status, finding) => {
    expect(await finds(ACCEPT, ok({ ...INVITATION, Status }))).toEqual(finding);
  });
});

test('the outcome is unknown when AWS refuses the look-up or the record is missing', async () => {
  for (const input of [fromOpportunity(), fromEngagement(), ACCEPT]) {
    expect(await finds(input, refusal('AccessDeniedException'))).toBeNull();
    expect(await finds(input, refusal('ResourceNotFoundException'))).toBeNull();
  }
});

test('an answer older than the given age is not used', async () => {
  const { records, stub, clock } = await openRecords({ GetOpportunity: () => ok(OPPORTUNITY) });
  await checkOutcome(records, fromOpportunity());
  await clock.advance(1);
  await checkOutcome(records, fromOpportunity());
  expect(stub.takeAsked()).toHaveLength(1);
  await checkOutcome(records, fromOpportunity(), 0);
  expect(stub.takeAsked()).toHaveLength(1);
});

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

/** The outcome for an input when AWS gives this answer to each read of a record, and lists these completed tasks. */
async function finds(input: TaskInput, answer: StubAnswer, ...tasks: readonly object[]) {
  const { records } = await openRecords({
    GetOpportunity: () => answer,
    GetEngagement: () => answer,
    GetEngagementInvitation: () => answer,
    ListOpportunityFromEngagementTasks: () => ok({ TaskSummaries: tasks }),
    ListEngagementByAcceptingInvitationTasks: () => ok({ TaskSummaries: tasks }),
  });
  return checkOutcome(records, input);
}

describe('the outcome check of a submission', () => {
  const findsStatus = (ReviewStatus: string | null) =>
    finds(fromOpportunity(), ok({ ...OPPORTUNITY, LifeCycle: { ReviewStatus } }));

  test.each([
    ['Submitted', 'The opportunity is Submitted: it was submitted already, so there is nothing to try again.'],
    ['In review', 'The opportunity is In Review: it was submitted already, so there is nothing to try again.'],
    ['Approved', 'The opportunity is Approved; there is nothing to submit.'],
    [
      'Rejected',
      'The opportunity is Rejected: it was submitted already, and AWS turned it down. There is nothing to try again.',
    ],
    [
      'Action Required',
      'The opportunity is Action Required: it was submitted already. Correct what AWS asks for, and AWS reviews it again.',
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
  const ENGAGEMENT_ID = 'eng-00000000000001';
  const INPUT = fromEngagement({ identifier: ENGAGEMENT_ID, contextIdentifier: '1' });
  const TASK = {
    TaskId: 'task-0000000000001',
    TaskStatus: 'COMPLETE',
    EngagementId: ENGAGEMENT_ID,
    OpportunityId: 'O9',
    ContextId: '2',
  };
  const LEAD = { Id: '1', Type: 'Lead' };
  const PROJECT = { Id: '2', Type: 'CustomerProject' };
  const findsContexts = (contexts: readonly object[], ...tasks: readonly object[]) =>
    finds(INPUT, ok({ ...ENGAGEMENT, Contexts: contexts }), ...tasks);

  test('a conversion is not done while the context is a lead and there is no customer project', async () => {
    expect(await findsContexts([LEAD], TASK)).toEqual({
      type: 'not-done',
      message: 'Context 1 is a lead still, and the engagement has no customer project: it has not been converted.',
    });
  });

  test('a conversion is done when AWS lists a completed task for the context', async () => {
    expect(await findsContexts([LEAD, PROJECT], TASK)).toEqual({
      type: 'done',
      message:
        'Context 1 was converted by the task task-0000000000001 and gave the opportunity O9, so there is nothing to ' +
        'try again.',
    });
    expect(await findsContexts([LEAD, PROJECT], { ...TASK, TaskId: null, OpportunityId: null })).toEqual({
      type: 'done',
      message: 'Context 1 was converted, so there is nothing to try again.',
    });
  });

  test.each<[string, object[]]>([
    ['no task', []],
    ['a task in progress', [{ ...TASK, TaskStatus: 'IN_PROGRESS' }]],
    ['a task of another engagement', [{ ...TASK, EngagementId: 'eng-00000000000002' }]],
    ['a task of an unknown engagement', [{ ...TASK, EngagementId: null }]],
  ])('a customer project of another lead proves nothing when AWS lists %s', async (_, tasks) => {
    const second = { Id: '3', Type: 'Lead' };
    expect(await findsContexts([LEAD, PROJECT, second], ...tasks)).toEqual({
      type: 'unclear',
      message: expect.stringMatching(/^Context 1 is a lead still, .* may belong to another lead\. .* first\.$/),
    });
  });

  test('the outcome is unclear when AWS cannot be asked for the tasks', async () => {
    const { records } = await openRecords({
      GetEngagement: () => ok({ ...ENGAGEMENT, Contexts: [LEAD, PROJECT] }),
      ListOpportunityFromEngagementTasks: () => refusal('AccessDeniedException'),
    });
    expect(await checkOutcome(records, INPUT)).toMatchObject({ type: 'unclear' });
  });

  test('the tasks are listed for the engagement and the context, and only when there is a customer project', async () => {
    const { records, stub, clock } = await openRecords({
      GetEngagement: () => ok({ ...ENGAGEMENT, Contexts: [LEAD, PROJECT] }),
      ListOpportunityFromEngagementTasks: () => ok({ TaskSummaries: [TASK] }),
    });
    const arn = `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/${ENGAGEMENT_ID}`;
    await checkOutcome(records, { ...INPUT, identifier: arn });
    expect(stub.asked.map(({ operation }) => operation)).toEqual([
      'GetEngagement',
      'ListOpportunityFromEngagementTasks',
    ]);
    expect(stub.asked[1]?.question).toMatchObject({
      EngagementIdentifier: [ENGAGEMENT_ID],
      ContextIdentifier: ['1'],
      TaskStatus: ['COMPLETE'],
    });
    stub.answers['GetEngagement'] = () => ok({ ...ENGAGEMENT, Contexts: [LEAD] });
    stub.takeAsked();
    await clock.advance(1);
    await checkOutcome(records, INPUT, 0);
    expect(stub.takeAsked()).toEqual(['GetEngagement']);
  });

  test('a context that is a customer project itself proves nothing, because a partner may have added it', async () => {
    expect(await findsContexts([{ Id: '1', Type: 'CustomerProject' }], TASK)).toEqual({
      type: 'unclear',
      message: 'Context 1 is a customer project and no lead. It may come from a lead, or from a partner.',
    });
  });

  test('a conversion is not done when the context is missing or of another type', async () => {
    expect(await findsContexts([{ Id: '7', Type: 'Lead' }])).toEqual({
      type: 'not-done',
      message: 'The engagement has no context 1 and no customer project: the lead has not been converted.',
    });
    expect(await findsContexts([{ Id: '7', Type: 'Lead' }, PROJECT])).toMatchObject({ type: 'unclear' });
    expect(await findsContexts([{ Id: '1', Type: 'ProspectingResult' }])).toMatchObject({ type: 'not-done' });
    expect(await findsContexts([{ Id: '1', Type: 'ProspectingResult' }, PROJECT], TASK)).toMatchObject({
      type: 'unclear',
    });
  });

  test('the outcome is unknown when the type of the context is unknown', async () => {
    expect(await findsContexts([{ Id: '1', Type: 'Daydream' }])).toBeNull();
  });
});

describe('the outcome check of an acceptance', () => {
  const TASK = {
    TaskId: 'task-0000000000001',
    TaskStatus: 'COMPLETE',
    EngagementInvitationId: ACCEPT.identifier,
    OpportunityId: 'O9',
  };

  test.each([
    ['PENDING', { type: 'not-done', message: 'The invitation is Pending: it has not been accepted.' }],
    [
      'REJECTED',
      {
        type: 'not-done',
        message: 'The invitation is Rejected: it cannot be accepted any more. Ask the sender for a new one.',
        needsOtherInput: true,
      },
    ],
    [
      'EXPIRED',
      {
        type: 'not-done',
        message: 'The invitation is Expired: it cannot be accepted any more. Ask the sender for a new one.',
        needsOtherInput: true,
      },
    ],
    ['ADMIRED', null],
  ])('an invitation that is %s gives the matching outcome', async (Status, finding) => {
    expect(await finds(ACCEPT, ok({ ...INVITATION, Status }), TASK)).toEqual(finding);
  });

  test('an acceptance is done when AWS lists a completed task for the invitation, by id or ARN', async () => {
    const accepted = ok({ ...INVITATION, Status: 'ACCEPTED' });
    const arn = `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/${ACCEPT.identifier}`;
    for (const EngagementInvitationId of [ACCEPT.identifier, arn])
      expect(await finds(ACCEPT, accepted, { ...TASK, EngagementInvitationId })).toEqual({
        type: 'done',
        message:
          'The invitation was accepted by the task task-0000000000001 and gave the opportunity O9, so there is nothing ' +
          'to try again.',
      });
  });

  test('an accepted invitation without a completed task is unclear, because it may have no opportunity', async () => {
    expect(await finds(ACCEPT, ok({ ...INVITATION, Status: 'ACCEPTED' }))).toEqual({
      type: 'unclear',
      message: expect.stringMatching(/^The invitation is Accepted already, .* first\.$/),
    });
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

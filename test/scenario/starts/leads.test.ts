/** A lead of AWS from its invitation to its submission, and another partner's invitation that a task accepts. */
import { describe, expect, test } from '@jest/globals';
import { clockThatJumps } from '../../support/fakes/clocks.js';
import { runToEnd, startGateway } from '../../support/harness/gateway.js';
import {
  ACCEPTANCE_READINESS,
  CONVERSION_READINESS,
  FORGOTTEN_MS,
  RETRY,
  SUBMISSION_READINESS,
  ask,
  atAws,
  rulesOf,
} from '../../support/clients/seller.js';

const INBOX = `query($filter: EngagementInvitationFilter) {
  engagementInvitations(catalog: SANDBOX, filter: $filter) { nodes { id status payloadType engagementId senderCompanyName } }
}`;
const TASK = `query($id: ID!) { task(id: $id) {
  status opportunityId engagementId failure { finding retryable recovery }
  opportunity { id partnerOpportunityIdentifier project { title } lifeCycle { stage reviewStatus } submissionReadiness { rule outcome field message source } }
  engagement { id contextTypes } engagementInvitation { id status }
} }`;

describe('A lead', () => {
  test('a lead is accepted, checked, converted, completed and submitted in one engagement', async () => {
    const clock = clockThatJumps();
    const gateway = await startGateway({}, { speed: 20 }, { clock });
    const { accept, qualify, complete, update } = atAws(gateway);
    const taskOf = async (id: string) => (await ask(gateway, TASK, { id })).task;

    const { engagementInvitations } = await ask(gateway, INBOX, {
      filter: { payloadTypes: ['LEAD_INVITATION'], statuses: ['PENDING'] },
    });
    expect(engagementInvitations.nodes).toEqual([
      {
        id: 'engi-leadpending01',
        status: 'PENDING',
        payloadType: 'LEAD_INVITATION',
        engagementId: 'eng-leadnotjoined1',
        senderCompanyName: 'AWS',
      },
    ]);
    const engagementId = 'eng-leadnotjoined1';
    expect((await gateway.query(CONVERSION_READINESS, { id: engagementId })).errors).toMatchObject([
      { extensions: { code: 'ACCESS_DENIED' } },
    ]);

    await accept('engi-leadpending01');
    const [unqualified] = (await ask(gateway, CONVERSION_READINESS, { id: engagementId })).engagement.contexts;
    expect(unqualified).toMatchObject({ identifier: '1', type: 'LEAD', lead: { qualificationStatus: 'Unqualified' } });
    expect([
      rulesOf(unqualified.conversionReadiness, 'FAILED'),
      rulesOf(unqualified.conversionReadiness, 'UNKNOWN'),
    ]).toEqual([[], ['LEAD_NOT_DISQUALIFIED', 'CALLER_IS_MEMBER']]);
    await qualify(engagementId, 'Qualified');
    clock.jump(FORGOTTEN_MS);
    const [lead] = (await ask(gateway, CONVERSION_READINESS, { id: engagementId })).engagement.contexts;
    expect(rulesOf(lead.conversionReadiness, 'UNKNOWN')).toEqual(['CALLER_IS_MEMBER']);

    const conversion = await runToEnd(gateway, engagementId, { contextIdentifier: lead.identifier });
    expect(conversion.statuses).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
    const converted = await taskOf(conversion.payload.task.id);
    const { opportunity } = converted;
    expect(converted).toMatchObject({
      engagementId,
      engagement: { id: engagementId, contextTypes: ['LEAD', 'CUSTOMER_PROJECT'] },
    });
    expect(opportunity).toMatchObject({
      id: converted.opportunityId,
      project: { title: 'Converted from Lead' },
      lifeCycle: { reviewStatus: 'PENDING_SUBMISSION' },
    });
    expect(rulesOf(opportunity.submissionReadiness, 'FAILED')).toEqual(
      expect.arrayContaining(['SOLUTION_ASSOCIATED', 'PRIMARY_NEEDS_PRESENT', 'EXPECTED_CUSTOMER_SPEND_PRESENT']),
    );

    await complete(opportunity.id);
    await update(opportunity.id, ({ LifeCycle }) => ({ LifeCycle: { ...LifeCycle, Stage: 'Qualified' } }));
    clock.jump(FORGOTTEN_MS);
    const readiness = {
      id: opportunity.id,
      engagementId,
      awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
    };
    const { submissionReadiness } = (await ask(gateway, SUBMISSION_READINESS, readiness)).opportunity;
    expect(rulesOf(submissionReadiness, 'FAILED')).toEqual([]);
    expect(rulesOf(submissionReadiness, 'PASSED')).toContain('ENGAGEMENT_HAS_CUSTOMER_PROJECT');

    const submission = await runToEnd(gateway, opportunity.id);
    expect(submission.last).toMatchObject({ status: 'COMPLETE', task: { engagementId } });
    const submitted = await taskOf(submission.payload.task.id);
    expect(submitted.engagement.id).toBe(engagementId);
    expect(submitted.opportunity).toMatchObject({
      id: opportunity.id,
      lifeCycle: { stage: 'QUALIFIED', reviewStatus: expect.stringMatching(/^(SUBMITTED|IN_REVIEW|APPROVED)$/) },
    });
  });

  test('a lead of a pending invitation cannot be converted, and the retry completes after the acceptance', async () => {
    const gateway = await startGateway({}, { speed: 20 });
    const { payload, last } = await runToEnd(gateway, 'eng-leadnotjoined1');
    expect(last.task.failure).toMatchObject({
      reasonCode: 'ENGAGEMENT_ACCESS_DENIED',
      category: 'PERMISSION',
      recovery: expect.stringMatching(/accept the lead invitation/),
    });
    await atAws(gateway).accept('engi-leadpending01');
    const { task } = (await ask(gateway, RETRY, { id: payload.task.id })).retryTask;
    const events = await gateway.collect('subscription($id: ID!) { taskTransitions(id: $id) { status } }', {
      id: task.id,
    });
    expect(events.at(-1)?.data.taskTransitions.status).toBe('COMPLETE');
  });
});

describe("Another partner's invitation", () => {
  test('an invitation in the inbox is accepted by a task and gives an opportunity, and a second start finds it done', async () => {
    const clock = clockThatJumps();
    const gateway = await startGateway({}, { speed: 20 }, { clock });
    const pending = async () =>
      (await ask(gateway, INBOX, { filter: { payloadTypes: ['OPPORTUNITY_INVITATION'], statuses: ['PENDING'] } }))
        .engagementInvitations.nodes;
    expect(await pending()).toMatchObject([
      { id: 'engi-opportunity01', engagementId: 'eng-sharedproject1', senderCompanyName: 'Foxglove Consulting' },
    ]);
    const { acceptanceReadiness } = (await ask(gateway, ACCEPTANCE_READINESS, { id: 'engi-opportunity01' }))
      .engagementInvitation;
    expect(rulesOf(acceptanceReadiness, 'FAILED')).toEqual([]);

    const first = await runToEnd(gateway, 'engi-opportunity01');
    expect(first.last.status).toBe('COMPLETE');
    expect((await ask(gateway, TASK, { id: first.payload.task.id })).task).toMatchObject({
      engagementInvitation: { id: 'engi-opportunity01', status: 'ACCEPTED' },
      opportunity: { id: expect.stringMatching(/^O\d+$/), lifeCycle: { reviewStatus: 'APPROVED' } },
    });
    clock.jump(FORGOTTEN_MS);
    expect(await pending()).toEqual([]);

    const second = await runToEnd(gateway, 'engi-opportunity01');
    expect(second.last).toMatchObject({ status: 'FAILED', reasonCode: 'ENGAGEMENT_INVITATION_CONFLICT' });
    const { failure } = (await ask(gateway, TASK, { id: second.payload.task.id })).task;
    expect(failure).toMatchObject({
      retryable: false,
      finding: expect.stringMatching(
        /^The invitation was accepted by the task task-\w+ and gave the opportunity O\d+, so there is nothing to try again\.$/,
      ),
    });
    expect((await ask(gateway, RETRY, { id: second.payload.task.id })).retryTask).toMatchObject({
      task: null,
      userErrors: [{ code: 'ALREADY_DONE' }],
    });
  });
});

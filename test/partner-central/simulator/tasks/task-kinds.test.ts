import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf } from '../../../support/aws/simulator-records.js';

describe('the ARN of an engagement', () => {
  test.each([
    'arn:aws:partnercentral:us-east-1::catalog/AWS/engagement/eng-completes00001',
    'arn:aws:partnercentral:eu-west-1::catalog/Sandbox/engagement/eng-completes00001',
    'arn:aws:s3:::bucket',
  ])('an ARN outside the catalog is not found: %s', async (arn) => {
    const { startOpportunity } = await createPartner();
    expect(nameOf(await failureOf(startOpportunity(arn, 'token')))).toBe('ResourceNotFoundException');
  });
});

describe('the ARN of an invitation', () => {
  test.each([
    'arn:aws:partnercentral:us-east-1::catalog/AWS/engagement-invitation/engi-completes0001',
    'arn:aws:partnercentral:eu-west-1::catalog/Sandbox/engagement-invitation/engi-completes0001',
    'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001',
    'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-short',
  ])('an ARN outside the catalog is not found: %s', async (arn) => {
    const { startAcceptance } = await createPartner();
    expect(nameOf(await failureOf(startAcceptance(arn, 'token')))).toBe('ResourceNotFoundException');
  });
});

describe('the ids of a task', () => {
  test('an engagement task has all its ids, in their forms', async () => {
    const { startEngagement, listEngagementTasks, clock } = await createPartner();
    const startedAt = new Date(clock.now());
    const started = await startEngagement('O1000001', 'token');
    expect(started).toMatchObject({ OpportunityId: 'O1000001', StartTime: startedAt, TaskStatus: 'IN_PROGRESS' });
    expect(started.EngagementId).toBeUndefined();
    expect(started.ResourceSnapshotJobId).toBeUndefined();

    await clock.advance(3 * SECOND);
    const { TaskSummaries: [task] = [] } = await listEngagementTasks();
    expect(task).toMatchObject({
      TaskId: started.TaskId,
      TaskArn: `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-from-opportunity-task/${started.TaskId}`,
      OpportunityId: 'O1000001',
      StartTime: new Date(startedAt.getTime() + 15),
      ReasonCode: 'null',
    });
    expect(task?.TaskId).toMatch(/^task-[0-9a-z]{13}$/);
    expect(task?.EngagementId).toMatch(/^eng-[0-9a-z]{14}$/);
    expect(task?.EngagementInvitationId).toMatch(/^engi-[0-9a-z]{13}$/);
    expect(task?.ResourceSnapshotJobId).toMatch(/^job-[0-9a-z]{13}$/);
  });

  test('an opportunity task has all its ids, in their forms, and the context after the requested one', async () => {
    const { startOpportunity, clock } = await createPartner();
    const started = await startOpportunity('eng-completes00001', 'token', {
      ContextIdentifier: '99999999999999999999',
    });
    expect(started).toMatchObject({ EngagementId: 'eng-completes00001', TaskStatus: 'IN_PROGRESS' });
    expect(started.ContextId).toBeUndefined();
    expect(started.OpportunityId).toBeUndefined();

    await clock.advance(3 * SECOND);
    const task = await startOpportunity('eng-completes00001', 'token', { ContextIdentifier: '99999999999999999999' });
    expect(task).toMatchObject({
      TaskStatus: 'COMPLETE',
      TaskArn: `arn:aws:partnercentral:us-east-1::catalog/Sandbox/opportunity-from-engagement-task/${started.TaskId}`,
      ContextId: '100000000000000000000',
    });
    expect(task.OpportunityId).toMatch(/^O[0-9]{10}$/);
    expect(task.ResourceSnapshotJobId).toMatch(/^job-[0-9a-z]{13}$/);
  });

  test('an acceptance task has all its ids, in their forms, and no engagement', async () => {
    const { startAcceptance, listAcceptanceTasks, clock } = await createPartner();
    const started = await startAcceptance('engi-completes0001', 'token');
    expect(started).toMatchObject({ EngagementInvitationId: 'engi-completes0001', TaskStatus: 'IN_PROGRESS' });
    expect(started.OpportunityId).toBeUndefined();
    expect(started.ResourceSnapshotJobId).toBeUndefined();

    await clock.advance(3 * SECOND);
    const { TaskSummaries: [task] = [] } = await listAcceptanceTasks();
    expect(task).toMatchObject({
      TaskId: started.TaskId,
      TaskArn: `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-by-accepting-invitation-task/${started.TaskId}`,
      EngagementInvitationId: 'engi-completes0001',
      ReasonCode: 'null',
    });
    expect(task?.OpportunityId).toMatch(/^O[0-9]{10}$/);
    expect(task?.ResourceSnapshotJobId).toMatch(/^job-[0-9a-z]{13}$/);
    expect(task).not.toHaveProperty('EngagementId');
  });

  test('an acceptance task repeats the ARN of its request, and is also found by the id', async () => {
    const { startAcceptance, listAcceptanceTasks } = await createPartner();
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-completes0001';
    expect(await startAcceptance(arn, 'one')).toMatchObject({ EngagementInvitationId: arn });
    await startAcceptance('engi-takesaminute1', 'two');
    for (const EngagementInvitationIdentifier of [[arn], ['engi-completes0001']]) {
      const { TaskSummaries = [] } = await listAcceptanceTasks({ EngagementInvitationIdentifier });
      expect(TaskSummaries.map(({ EngagementInvitationId }) => EngagementInvitationId)).toEqual([arn]);
    }
  });

  test('the answer of a Start may have null ids', async () => {
    const { startEngagement, listEngagementTasks } = await createPartner();
    const complete = await startEngagement('O1000004', 'one');
    expect(complete).toMatchObject({ TaskStatus: 'COMPLETE', OpportunityId: 'O1000004' });
    for (const id of ['TaskId', 'TaskArn', 'EngagementId', 'ResourceSnapshotJobId'] as const)
      expect(complete[id]).toBeUndefined();

    const inProgress = await startEngagement('O1000006', 'two');
    expect(inProgress.TaskId).toBeUndefined();
    expect(inProgress.TaskArn).toBeUndefined();
    const { TaskSummaries: [listed] = [] } = await listEngagementTasks({ OpportunityIdentifier: ['O1000006'] });
    expect(listed?.TaskId).toMatch(/^task-/);
  });

  test('a COMPLETE task may lack the invitation', async () => {
    const { startEngagement, clock } = await createPartner();
    await startEngagement('O1000008', 'token');
    await clock.advance(3 * SECOND);
    const complete = await startEngagement('O1000008', 'token');
    expect(complete.TaskStatus).toBe('COMPLETE');
    expect(complete.EngagementId).toMatch(/^eng-/);
    expect(complete.EngagementInvitationId).toBeUndefined();
  });

  test('a converted opportunity keeps its engagement', async () => {
    const partner = await createPartner();
    const { startOpportunity, startEngagement, clock } = partner;
    const { OpportunityId = '' } = await startOpportunity('eng-nullids0000001', 'one');
    await recordsOf(partner).complete(OpportunityId);
    await startEngagement(OpportunityId, 'two');
    await clock.advance(3 * SECOND);
    expect((await startEngagement(OpportunityId, 'two')).EngagementId).toBe('eng-nullids0000001');
  });

  test('all tasks of an opportunity share one engagement', async () => {
    const { startEngagement, clock } = await createPartner();
    await startEngagement('O5', 'one');
    await startEngagement('O5', 'two');
    await clock.advance(3 * SECOND);
    const one = await startEngagement('O5', 'one');
    const two = await startEngagement('O5', 'two');
    expect(two.TaskId).not.toBe(one.TaskId);
    expect(two.EngagementId).toBe(one.EngagementId);
  });
});

import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf } from '../../../support/aws/simulator-records.js';

describe('an ARN that names no engagement of the catalog', () => {
  test.each([
    'arn:aws:partnercentral:us-east-1::catalog/AWS/engagement/eng-completes00001',
    'arn:aws:partnercentral:eu-west-1::catalog/Sandbox/engagement/eng-completes00001',
    'arn:aws:s3:::bucket',
  ])('is not found: %s', async (arn) => {
    const { startOpportunity } = await createPartner();
    expect(nameOf(await failureOf(startOpportunity(arn, 'token')))).toBe('ResourceNotFoundException');
  });
});

describe('an ARN that names no invitation of the catalog', () => {
  test.each([
    'arn:aws:partnercentral:us-east-1::catalog/AWS/engagement-invitation/engi-completes0001',
    'arn:aws:partnercentral:eu-west-1::catalog/Sandbox/engagement-invitation/engi-completes0001',
    'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001',
    'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-short',
  ])('is not found: %s', async (arn) => {
    const { startAcceptance } = await createPartner();
    expect(nameOf(await failureOf(startAcceptance(arn, 'token')))).toBe('ResourceNotFoundException');
  });
});

describe('the ids of a task', () => {
  test('are complete and well-formed for a plain engagement task', async () => {
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

  test('are complete and well-formed for a plain opportunity task, and name the context after the one asked for', async () => {
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

  test('are complete and well-formed for a plain acceptance task, which tells no engagement', async () => {
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

  test('name an invitation by its ARN where the request did, and are found by its id all the same', async () => {
    const { startAcceptance, listAcceptanceTasks } = await createPartner();
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-completes0001';
    expect(await startAcceptance(arn, 'one')).toMatchObject({ EngagementInvitationId: arn });
    await startAcceptance('engi-takesaminute1', 'two');
    for (const EngagementInvitationIdentifier of [[arn], ['engi-completes0001']]) {
      const { TaskSummaries = [] } = await listAcceptanceTasks({ EngagementInvitationIdentifier });
      expect(TaskSummaries.map(({ EngagementInvitationId }) => EngagementInvitationId)).toEqual([arn]);
    }
  });

  test('can be null in the answer to Start', async () => {
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

  test('can lack the invitation', async () => {
    const { startEngagement, clock } = await createPartner();
    await startEngagement('O1000008', 'token');
    await clock.advance(3 * SECOND);
    const complete = await startEngagement('O1000008', 'token');
    expect(complete.TaskStatus).toBe('COMPLETE');
    expect(complete.EngagementId).toMatch(/^eng-/);
    expect(complete.EngagementInvitationId).toBeUndefined();
  });

  test('keep the engagement that an opportunity came from', async () => {
    const partner = await createPartner();
    const { startOpportunity, startEngagement, clock } = partner;
    const { OpportunityId = '' } = await startOpportunity('eng-nullids0000001', 'one');
    await recordsOf(partner).complete(OpportunityId);
    await startEngagement(OpportunityId, 'two');
    await clock.advance(3 * SECOND);
    expect((await startEngagement(OpportunityId, 'two')).EngagementId).toBe('eng-nullids0000001');
  });

  test('name one engagement for all tasks of an opportunity', async () => {
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

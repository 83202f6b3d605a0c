import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { fromEngagement, fromInvitation, fromOpportunity } from '../support/harness/task-harness.js';
import { EFO_LIST, EVERY_MEMBER, EVERY_MEMBER_HERE, open, openEcho, started } from '../support/aws/partner-central.js';

describe('startTask', () => {
  test('the start of an engagement sends every member and reads every member', async () => {
    const { asked, partnerCentral } = await openEcho(JSON.stringify(EVERY_MEMBER));
    const tags = [{ key: 'a', value: '' }];
    const input = fromOpportunity({
      catalog: 'AWS',
      involvementType: 'FOR_VISIBILITY_ONLY',
      visibility: 'LIMITED',
      tags,
    });
    expect(await started(partnerCentral, input)).toEqual(EVERY_MEMBER_HERE);
    expect(asked).toEqual([
      {
        operation: 'AWSPartnerCentralSelling.StartEngagementFromOpportunityTask',
        body: {
          Catalog: 'AWS',
          ClientToken: 'token',
          Identifier: 'O1000001',
          AwsSubmission: { InvolvementType: 'For Visibility Only', Visibility: 'Limited' },
          Tags: [{ Key: 'a', Value: '' }],
        },
      },
    ]);
  });

  test('the start of an engagement omits absent members', async () => {
    const { asked, partnerCentral } = await openEcho('{"TaskStatus":"IN_PROGRESS"}');
    await started(partnerCentral, fromOpportunity({ visibility: null }));
    expect(asked[0]?.body).toEqual({
      Catalog: 'Sandbox',
      ClientToken: 'token',
      Identifier: 'O1000001',
      AwsSubmission: { InvolvementType: 'Co-Sell' },
    });
  });

  test('the start of an opportunity sends every member and reads every member', async () => {
    const { EngagementInvitationId: _none, ...members } = EVERY_MEMBER;
    const { asked, partnerCentral } = await openEcho(JSON.stringify({ ...members, ContextId: '2' }));
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-00000000000001';
    const input = fromEngagement({ identifier: arn, contextIdentifier: '7', tags: [{ key: 'a', value: 'b' }] });
    expect(await started(partnerCentral, input)).toEqual({
      ...EVERY_MEMBER_HERE,
      engagementInvitationId: null,
      contextId: '2',
    });
    expect(asked).toEqual([
      {
        operation: 'AWSPartnerCentralSelling.StartOpportunityFromEngagementTask',
        body: {
          Catalog: 'Sandbox',
          ClientToken: 'token',
          Identifier: arn,
          ContextIdentifier: '7',
          Tags: [{ Key: 'a', Value: 'b' }],
        },
      },
    ]);
  });

  test('the start of an acceptance sends every member and reads every member', async () => {
    const { EngagementId: _none, ...members } = EVERY_MEMBER;
    const { asked, partnerCentral } = await openEcho(JSON.stringify(members));
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-completes0001';
    expect(
      await started(partnerCentral, fromInvitation({ identifier: arn, tags: [{ key: 'a', value: 'b' }] })),
    ).toEqual({ ...EVERY_MEMBER_HERE, engagementId: null });
    expect(asked).toEqual([
      {
        operation: 'AWSPartnerCentralSelling.StartEngagementByAcceptingInvitationTask',
        body: { Catalog: 'Sandbox', ClientToken: 'token', Identifier: arn, Tags: [{ Key: 'a', Value: 'b' }] },
      },
    ]);
  });

  test('the start of an acceptance omits absent members', async () => {
    const { asked, partnerCentral } = await openEcho('{"TaskStatus":"IN_PROGRESS"}');
    await started(partnerCentral, fromInvitation({ catalog: 'AWS' }));
    expect(asked[0]?.body).toEqual({ Catalog: 'AWS', ClientToken: 'token', Identifier: 'engi-completes0001' });
  });

  test('a start that is sent twice creates one task, and the second answer shows its current state', async () => {
    const { clock, simulator, partnerCentral } = await open();
    for (const input of [fromOpportunity(), fromEngagement()]) {
      const first = await started(partnerCentral, input, input.kind);
      expect(first).toMatchObject({
        status: 'IN_PROGRESS',
        taskId: expect.stringMatching(/^task-[0-9a-z]{13}$/),
        startedAt: clock.now(),
      });
      await clock.advance(3 * SECOND);
      expect(await started(partnerCentral, input, input.kind)).toMatchObject({
        status: 'COMPLETE',
        taskId: first.taskId,
        resourceSnapshotJobId: expect.any(String),
      });
    }
    expect(simulator.tasks()).toHaveLength(2);
  });

  test('a COMPLETE answer without any id is COMPLETE', async () => {
    const { partnerCentral } = await open();
    expect(await started(partnerCentral, fromOpportunity({ identifier: 'O1000004' }))).toMatchObject({
      status: 'COMPLETE',
      taskId: null,
      taskArn: null,
      engagementId: null,
    });
  });

  test('a FAILED answer has the reason and the message', async () => {
    const { partnerCentral } = await open();
    expect(await started(partnerCentral, fromOpportunity({ identifier: 'O1000007' }))).toMatchObject({
      status: 'FAILED',
      reasonCode: 'OpportunitySubmissionFailed',
      message: expect.stringContaining('Co-Sell'),
    });
  });

  test('a start and a List leave no timer behind, after an answer and after an error', async () => {
    const { clock, simulator, partnerCentral } = await open();
    simulator.inject({ times: 1, fault: { kind: 'error', name: 'InternalServerException' } });
    for (const type of ['unknown', 'ok']) {
      expect((await partnerCentral.startTask(fromOpportunity({ identifier: 'O1000004' }), 'token')).type).toBe(type);
      expect(clock.sleepers()).toBe(0);
    }
    expect((await partnerCentral.listTasks(EFO_LIST)).type).toBe('ok');
    expect(clock.sleepers()).toBe(0);
  });

  test('each call sends its request once, even after an error', async () => {
    const { simulator, partnerCentral } = await open();
    simulator.inject({ times: 2, fault: { kind: 'error', name: 'ThrottlingException' } });
    simulator.inject({ times: 1, fault: { kind: 'error', name: 'InternalServerException' } });
    for (let call = 1; call <= 3; call += 1) {
      await partnerCentral.startTask(fromOpportunity(), 'token');
      expect(simulator.calls()).toHaveLength(call);
    }
  });
});

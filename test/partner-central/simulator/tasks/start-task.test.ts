import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';

describe('a client token', () => {
  test('a repeated request returns the current state of the one task', async () => {
    const { startEngagement, simulator, clock } = await createPartner();
    const first = await startEngagement('O1000001', 'token');
    const second = await startEngagement('O1000001', 'token');
    await clock.advance(3 * SECOND);
    const third = await startEngagement('O1000001', 'token');
    expect([first, second, third].map(({ TaskStatus }) => TaskStatus)).toEqual([
      'IN_PROGRESS',
      'IN_PROGRESS',
      'COMPLETE',
    ]);
    expect(new Set([first, second, third].map(({ TaskId }) => TaskId)).size).toBe(1);
    expect(simulator.tasks()).toHaveLength(1);
  });

  test('a repeated request for a failed task returns the same failure', async () => {
    const { startEngagement, clock, simulator } = await createPartner();
    await startEngagement('O2000013', 'token');
    await clock.advance(60 * SECOND);
    expect(await startEngagement('O2000013', 'token')).toMatchObject({
      TaskStatus: 'FAILED',
      ReasonCode: 'OpportunityValidationFailed',
      Message: expect.stringContaining('project.salesActivities is required'),
    });
    expect(simulator.tasks()).toHaveLength(1);
  });

  test.each([
    ['another identifier', 'O2', {}],
    ['another involvement', 'O1', { AwsSubmission: { InvolvementType: 'For Visibility Only' } }],
    ['another catalog', 'O1', { Catalog: 'AWS' }],
    ['a tag', 'O1', { Tags: [{ Key: 'a', Value: 'b' }] }],
  ] as const)('a used token with %s conflicts, and changes nothing', async (_, identifier, { ...more }) => {
    const { startEngagement, simulator } = await createPartner();
    await startEngagement('O1', 'token');
    const other = startEngagement(identifier, 'token', 'Tags' in more ? { Tags: [...more.Tags] } : more);
    expect(nameOf(await failureOf(other))).toBe('ConflictException');
    expect(simulator.tasks()).toHaveLength(1);
    expect((await startEngagement('O1', 'token')).TaskStatus).toBe('IN_PROGRESS');
  });

  test('a used token for another operation looks accepted, but there is never a task', async () => {
    const { startEngagement, startOpportunity, listOpportunityTasks, simulator, clock } = await createPartner();
    await startOpportunity('eng-completes00001', 'other');
    await startEngagement('O1', 'token');
    const dropped = await startOpportunity('eng-completes00001', 'token');
    expect(dropped).toMatchObject({ TaskStatus: 'IN_PROGRESS', EngagementId: 'eng-completes00001' });
    await clock.advance(60 * SECOND);
    expect((await startOpportunity('eng-completes00001', 'token')).TaskStatus).toBe('IN_PROGRESS');
    expect((await listOpportunityTasks({ TaskIdentifier: [dropped.TaskId ?? ''] })).TaskSummaries).toEqual([]);
    expect(simulator.tasks()).toHaveLength(2);
  });

  test('a thousand concurrent Starts with one token create one task', async () => {
    const { startEngagement, simulator } = await createPartner();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => startEngagement('O1000001', 'token')));
    expect(new Set(answers.map(({ TaskId }) => TaskId)).size).toBe(1);
    expect(simulator.tasks()).toHaveLength(1);
    expect(simulator.calls()).toHaveLength(1000);
  });

  test('a repetition during a blocked Start is answered at once, with the task in progress', async () => {
    const { startEngagement, simulator, clock } = await createPartner();
    const blocked = startEngagement('O1000003', 'token');
    await clock.whenAsleep();
    expect((await startEngagement('O1000003', 'token')).TaskStatus).toBe('IN_PROGRESS');
    await clock.advance(2.5 * SECOND);
    expect((await blocked).TaskStatus).toBe('COMPLETE');
    expect(simulator.tasks()).toHaveLength(1);
  });

  test('the token of a refused request can be used for another', async () => {
    const { startEngagement } = await createPartner();
    await failureOf(startEngagement('O3000006', 'token'));
    expect((await startEngagement('O1', 'token')).TaskStatus).toBe('IN_PROGRESS');
  });

  test('tokens are case-sensitive, and may be any 255 characters', async () => {
    const { startEngagement, simulator } = await createPartner();
    await startEngagement('O1', 'token');
    await startEngagement('O2', 'TOKEN');
    await startEngagement('O3', '😀'.repeat(255));
    expect(simulator.tasks()).toHaveLength(3);
  });
});

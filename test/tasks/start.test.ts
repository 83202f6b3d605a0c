import { describe, expect, test } from '@jest/globals';
import { awsClientToken, type Start } from '../../src/tasks/start.js';
import { acceptStart } from '../support/harness/record-one.js';
import { fromEngagement, fromInvitation, fromOpportunity, openTaskHarness } from '../support/harness/task-harness.js';

const ALICE: Start = { subject: 'alice', input: fromOpportunity(), clientToken: 'token-1' };

describe('awsClientToken', () => {
  test('the token for AWS never changes', () => {
    expect(awsClientToken(ALICE)).toBe('876f3c65-56e6-5c90-958c-efc4c9224bce');
    expect(awsClientToken({ ...ALICE, subject: null })).toBe('c9c1949b-f28f-55eb-97d0-92ec994228ea');
  });

  test('the token for AWS depends on subject, kind, catalog and client token, and on nothing else', () => {
    const others: Start[] = [
      ALICE,
      { ...ALICE, subject: 'bob' },
      { ...ALICE, subject: null },
      { ...ALICE, subject: '' },
      { ...ALICE, input: fromEngagement() },
      { ...ALICE, input: fromInvitation() },
      { ...ALICE, input: fromOpportunity({ catalog: 'AWS' }) },
      { ...ALICE, clientToken: 'token-2' },
      { ...ALICE, clientToken: 'TOKEN-1' },
    ];
    expect(new Set(others.map(awsClientToken)).size).toBe(others.length);
    expect(
      awsClientToken({ ...ALICE, input: fromOpportunity({ identifier: 'O2', tags: [{ key: 'a', value: 'b' }] }) }),
    ).toBe(awsClientToken(ALICE));
  });

  test('the token for AWS is stored with the task', async () => {
    const { db, telemetry } = await openTaskHarness();
    await acceptStart(db, telemetry, ALICE);
    const rows = await db.sql.selectFrom('tasks').select('aws_client_token').execute();
    expect(rows).toEqual([{ aws_client_token: awsClientToken(ALICE) }]);
  });
});

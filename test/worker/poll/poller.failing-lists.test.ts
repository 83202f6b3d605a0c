/** Lists that AWS refuses or does not answer: the operator learns why tasks in progress are not followed. */
import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import { listStates } from '../../../src/tasks/store/task-lists.js';
import { accepted } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness } from '../../support/harness/worker-harness.js';

test.each([
  [
    'refused',
    { kind: 'error', name: 'AccessDeniedException', message: 'arn:aws:sts::111122223333:role/r may not' },
    /^Tasks cannot be followed: AWS refuses ListEngagementFromOpportunityTasks \(AccessDeniedException\)\. Allow/,
  ],
  ['not answered', { kind: 'html', status: 502 }, /^Tasks cannot be followed: AWS does not answer ListEngagement/],
  ['throttled', { kind: 'error', name: 'ThrottlingException' }, /^Tasks cannot be followed: AWS throttles List/],
] as const)(
  'a List that is %s three times is a reason for the operator until it succeeds',
  async (_how, fault, reason) => {
    const harness = await createWorkerHarness();
    await accepted(harness.tasks, SLOW);
    await harness.pass(2 * SECOND);
    const before = await listStates(harness.db.sql);
    harness.simulator.inject({ operation: 'ListEngagementFromOpportunityTasks', times: 5, fault });
    const failures = () => harness.calls('List').filter(({ outcome }) => outcome !== 'ok').length;
    await harness.pass(MINUTE, async () => failures() >= 2);
    await harness.pass(100);
    expect(harness.troubles.reasons()).toEqual([]);
    await harness.pass(MINUTE, async () => failures() >= 3);
    await harness.pass(100);
    expect(harness.troubles.reasons()).toEqual([expect.stringMatching(reason)]);
    expect(harness.troubles.reasons().join()).not.toContain('arn:');
    expect(await listStates(harness.db.sql)).toEqual(before);
    await harness.pass(2 * MINUTE);
    expect(harness.troubles.reasons()).toEqual([]);
    expect(await listStates(harness.db.sql)).not.toEqual(before);
  },
);

test('a List that AWS finds invalid three times is a reason for the operator until it succeeds', async () => {
  const harness = await createWorkerHarness();
  harness.simulator.inject({
    operation: 'ListEngagementFromOpportunityTasks',
    times: 5,
    fault: { kind: 'error', name: 'ValidationException' },
  });
  await accepted(harness.tasks, SLOW);
  await harness.pass(10 * SECOND);
  expect(harness.troubles.reasons()).toEqual([
    'Tasks cannot be followed: AWS refuses ListEngagementFromOpportunityTasks (ValidationException). The log has the ' +
      'answer of AWS. The gateway tries again by itself.',
  ]);
  await harness.pass(MINUTE);
  expect(harness.troubles.reasons()).toEqual([]);
});

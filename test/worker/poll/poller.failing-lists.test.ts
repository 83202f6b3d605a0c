/** Lists that AWS refuses or does not answer: the operator learns why tasks in progress are not followed. */
import { expect, jest, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { listStates } from '../../../src/tasks/store/task-lists.js';
import { EVERYBODY, accepted } from '../../support/harness/task-harness.js';
import { SLOW, createWorkerHarness, startMany } from '../../support/harness/worker-harness.js';

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
    'Tasks cannot be followed: AWS refuses ListEngagementFromOpportunityTasks for some of them (ValidationException). ' +
      'The log names each and has the answer of AWS. The others are followed, and the gateway tries again by itself.',
  ]);
  await harness.pass(MINUTE);
  expect(harness.troubles.reasons()).toEqual([]);
});

test('a task whose id AWS refuses among others is named in the log, and is a reason until it ends', async () => {
  const ids = new Set<string>();
  const around = (sdk: PartnerCentral): PartnerCentral => ({
    ...sdk,
    async listTasks(query) {
      const { select } = query;
      const result = await sdk.listTasks(query);
      if (select.by !== 'taskId' || !select.values.some((value) => ids.has(value))) return result;
      const [code, awsCode] = ['VALIDATION_FAILED', 'ValidationException'] as const;
      return { type: 'refused', code, awsCode, message: 'TaskIdentifier is not valid.', fieldErrors: [] };
    },
  });
  const harness = await createWorkerHarness({ around });
  const warn = jest.spyOn(harness.telemetry.log, 'warn').mockImplementation(() => {});
  const [first = ''] = await startMany(harness.tasks, 5, SLOW);
  await harness.pass(500);
  const refused = (await harness.tasks.find(EVERYBODY, first))?.details.taskId ?? '';
  ids.add(refused);
  await harness.pass(40 * SECOND);
  const reason =
    'Tasks cannot be followed: AWS refuses ListEngagementFromOpportunityTasks for some of them (ValidationException). ' +
    'The log names each and has the answer of AWS. The others are followed, and the gateway tries again by itself.';
  expect(harness.troubles.reasons()).toEqual([reason]);
  expect(warn.mock.calls).toEqual([
    [{ list: `ENGAGEMENT_FROM_OPPORTUNITY SANDBOX ${refused}`, detail: 'TaskIdentifier is not valid.' }, reason],
  ]);
  ids.clear();
  await harness.untilEnded([first], 2 * MINUTE);
  expect(harness.troubles.reasons()).toEqual([]);
});

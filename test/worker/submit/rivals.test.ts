/** Two starts on one record whose answers are lost: AWS's list does not say which task belongs to which of them. */
import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { EVERYBODY, fromOpportunity } from '../../support/harness/task-harness.js';
import { createWorkerHarness, startMany, type WorkerHarnessOptions } from '../../support/harness/worker-harness.js';

const LOST = { type: 'unknown', awsCode: 'ECONNRESET', message: 'The connection was reset.' } as const;
const CONFLICT = {
  type: 'refused',
  code: 'CONFLICT',
  awsCode: 'ConflictException',
  message: 'The opportunity is being submitted.',
  fieldErrors: [],
} as const;

type Send = () => ReturnType<PartnerCentral['startTask']>;

/**
 * Two starts with the same input.
 * @param answers what each attempt of the first and of the second start becomes
 */
async function twoStarts(
  input: TaskInput,
  answers: readonly [
    first: (send: Send, attempt: number) => ReturnType<Send>,
    second: (send: Send) => ReturnType<Send>,
  ],
  options: WorkerHarnessOptions = {},
) {
  const attempts = new Map<string, number>();
  const around = (sdk: PartnerCentral): PartnerCentral => ({
    ...sdk,
    startTask(given, token) {
      const attempt = (attempts.get(token) ?? 0) + 1;
      attempts.set(token, attempt);
      const send = () => sdk.startTask(given, token);
      return token === [...attempts.keys()][0] ? answers[0](send, attempt) : answers[1](send);
    },
  });
  const harness = await createWorkerHarness({ around, submitRetryMs: MINUTE, ...options });
  const ids = await startMany(harness.tasks, 2, input);
  return { ...harness, ids };
}

test('of two lost starts that find one task at AWS at once, one gets it and the other is given up', async () => {
  const awsTime: { sleep: (ms: number) => Promise<void> } = { sleep: async () => {} };
  // The check of a conflict leaves a second between the search and the record of what it found.
  const checkOutcome = () => awsTime.sleep(SECOND).then(() => null);
  const harness = await twoStarts(
    fromOpportunity({ identifier: 'O5000007' }),
    [(send) => send().then(() => LOST), async () => LOST],
    { checkOutcome },
  );
  awsTime.sleep = (ms) => harness.clock.sleep(ms);
  const tasks = await harness.untilEnded(harness.ids, 5 * MINUTE);
  const awsId = harness.simulator.tasks()[0]?.ids.TaskId;
  expect(harness.simulator.tasks()).toHaveLength(1);
  expect(new Set(tasks.map(({ details }) => details.taskId))).toEqual(new Set([awsId, null]));
  expect(tasks.map(({ status }) => status).toSorted()).toEqual(['FAILED', 'REJECTED']);
  const rejected = tasks.find(({ status }) => status === 'REJECTED');
  expect(rejected?.failure?.message).toContain('It may have reached AWS: look at the opportunity');
});

test('two lost starts that AWS has both get a task each', async () => {
  const lost = (send: Send) => send().then(() => LOST);
  const harness = await twoStarts(fromOpportunity(), [lost, lost]);
  const tasks = await harness.untilEnded(harness.ids, 5 * MINUTE);
  expect(tasks.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE']);
  expect(new Set(tasks.map(({ details }) => details.taskId))).toEqual(
    new Set(harness.simulator.tasks().map(({ ids }) => ids.TaskId)),
  );
  expect(harness.simulator.tasks()).toHaveLength(2);
});

test('a start that is refused after a lost answer does not get the task of a start that AWS is answering', async () => {
  const harness = await twoStarts(fromOpportunity({ identifier: 'O1000003' }), [
    async (_send, attempt) => (attempt === 1 ? LOST : CONFLICT),
    (send) => send(),
  ]);
  const [first = '', second = ''] = harness.ids;
  await harness.pass(2 * SECOND);
  expect(await harness.tasks.find(EVERYBODY, second)).toMatchObject({ status: 'QUEUED' });
  expect(await harness.tasks.find(EVERYBODY, first)).toMatchObject({
    status: 'QUEUED',
    details: { message: expect.stringMatching(/^It may have reached AWS, and so may another start/) },
  });
  const tasks = await harness.untilEnded(harness.ids, MINUTE);
  expect(tasks.map(({ status, details }) => [status, details.taskId])).toEqual([
    ['REJECTED', null],
    ['COMPLETE', harness.simulator.tasks()[0]?.ids.TaskId],
  ]);
  expect(tasks[0]?.failure).toMatchObject({ errorCode: 'CONFLICT' });
});

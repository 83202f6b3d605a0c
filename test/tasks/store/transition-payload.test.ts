import { expect, test } from '@jest/globals';
import { EVERYBODY, accepted, fromOpportunity, taskWith } from '../../support/harness/task-harness.js';
import { openTasks, pageOf, streamOf, take } from '../../support/harness/tasks.js';
import { readPayload } from '../../../src/tasks/store/transition-payload.js';

test('a payload is read as it was written', () => {
  const payload = { previousStatus: 'QUEUED', task: taskWith({ retryOf: 'first', batchId: 'batch' }) } as const;
  expect(readPayload({ payload: JSON.stringify(payload), recordedAt: payload.task.updatedAt })).toEqual(payload);
});

test('the time of the log row replaces the time of the task in the payload', () => {
  const payload = { previousStatus: 'QUEUED', task: taskWith({ updatedAt: 1 }) } as const;
  expect(readPayload({ payload: JSON.stringify(payload), recordedAt: 2 }).task).toEqual({
    ...payload.task,
    updatedAt: 2,
  });
});

test('a payload from before retries and batches gives a task without either, in pages and streams alike', async () => {
  const { tasks, db } = await openTasks();
  const task = await accepted(tasks, fromOpportunity());
  const { retryOf: _retryOf, batchId: _batchId, ...before } = task;
  await db.sql
    .updateTable('transitions')
    .set({ facts: JSON.stringify({ previousStatus: null, task: before }) })
    .execute();
  expect(pageOf(await tasks.transitions(task.id, { first: 1, after: null })).items[0]?.item.task).toEqual(task);
  const [transition] = await take(streamOf(await tasks.follow(EVERYBODY, task.id, { type: 'beginning' })), 1);
  expect(transition?.task).toEqual(task);
});

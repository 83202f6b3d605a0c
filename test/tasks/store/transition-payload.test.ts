import { expect, test } from '@jest/globals';
import { EVERYBODY, accepted, fromOpportunity, taskWith } from '../../support/harness/task-harness.js';
import { openTasks, pageOf, streamOf, take } from '../../support/harness/tasks.js';
import { readPayload } from '../../../src/tasks/store/transition-payload.js';

test('facts are read as they were written', () => {
  const facts = { previousStatus: 'QUEUED', task: taskWith({ retryOf: 'first', batchId: 'batch' }) } as const;
  expect(readPayload({ payload: JSON.stringify(facts), recordedAt: facts.task.updatedAt })).toEqual(facts);
});

test('when a task changed is what the log tells, whatever is written in the facts', () => {
  const facts = { previousStatus: 'QUEUED', task: taskWith({ updatedAt: 1 }) } as const;
  expect(readPayload({ payload: JSON.stringify(facts), recordedAt: 2 }).task).toEqual({ ...facts.task, updatedAt: 2 });
});

test('facts that were written before there were retries and batches are of a task without either, in pages and streams alike', async () => {
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

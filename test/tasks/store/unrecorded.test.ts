import { describe, expect, test } from '@jest/globals';
import { explainUnrecorded } from '../../../src/tasks/store/unrecorded.js';
import { findTask } from '../../../src/tasks/store/task-queries.js';
import type { Task } from '../../../src/tasks/task.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import {
  accepted,
  answerWith,
  fromOpportunity,
  openTaskHarness,
  type TaskHarness,
} from '../../support/harness/task-harness.js';
import { recordObservation } from '../../support/harness/record-one.js';

async function taskInProgress({
  db,
  telemetry,
  tasks,
}: TaskHarness): Promise<{ readonly task: Task; readonly epoch: number }> {
  const { id } = await accepted(tasks, fromOpportunity());
  const epoch = await db.write(beginEpoch);
  const task = await recordObservation(db, telemetry, epoch, id, { type: 'answered', answer: answerWith() });
  if (task === null) throw new Error('The answer was not recorded.');
  return { task, epoch };
}

const messageOf = async ({ db }: TaskHarness, { id }: Task) => (await findTask(db.sql, id))?.details.message;

describe('explainUnrecorded', () => {
  test('the message is written to a task that has not changed since it was read', async () => {
    const harness = await openTaskHarness({ startWaitMs: 0 });
    const { task, epoch } = await taskInProgress(harness);
    await explainUnrecorded(harness.db.sql, epoch, task, 'Not recorded.', 1);
    expect(await messageOf(harness, task)).toBe('Not recorded.');
  });

  test('the message does not overwrite details that were recorded since, although the status is the same', async () => {
    const harness = await openTaskHarness({ startWaitMs: 0 });
    const { db, telemetry } = harness;
    const { task, epoch } = await taskInProgress(harness);
    const answer = answerWith({ message: 'AWS is busy.', engagementId: 'eng-1' });
    const after = await recordObservation(db, telemetry, epoch, task.id, { type: 'answered', answer });
    expect(after?.sequence).toBe(task.sequence);
    await explainUnrecorded(db.sql, epoch, task, 'Not recorded.', 1);
    expect((await findTask(db.sql, task.id))?.details).toEqual(after?.details);
  });

  test('a deposed worker does not write the message', async () => {
    const harness = await openTaskHarness({ startWaitMs: 0 });
    const { task, epoch } = await taskInProgress(harness);
    await harness.db.write(beginEpoch);
    await explainUnrecorded(harness.db.sql, epoch, task, 'Not recorded.', 1);
    expect(await messageOf(harness, task)).toBe(task.details.message);
  });
});

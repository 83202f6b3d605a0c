/** The first start of most tests of tasks, its acceptance, an observation of its end, and the rows that both leave. */
import { expect } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import type { Start } from '../../../src/tasks/start.js';
import type { Observation, Task } from '../../../src/tasks/task.js';
import { acceptStart } from './record-one.js';
import { answerWith, fromOpportunity, type TaskHarness } from './task-harness.js';

export const ALICE: Start = { subject: 'alice', input: fromOpportunity(), clientToken: 'token-1' };
export const COMPLETE: Observation = {
  type: 'answered',
  answer: answerWith({ status: 'COMPLETE', taskId: 'task-1', startedAt: 5 }),
};

export async function accept({ db, telemetry }: TaskHarness, start: Start): Promise<Task> {
  const outcome = await acceptStart(db, telemetry, start);
  expect(outcome).toMatchObject({ type: 'accepted', replayed: false });
  return outcome.task;
}

export async function rowsOf(db: Database) {
  return {
    tasks: await db.sql.selectFrom('tasks').selectAll().orderBy('position').execute(),
    transitions: await db.sql.selectFrom('transitions').selectAll().orderBy('position').execute(),
  };
}

import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { isDatabaseFailure } from '../../../src/db/errors/cannot-write.js';
import { oldestWait } from '../../../src/tasks/store/list.js';
import type { Unreadable } from '../../../src/tasks/store/readable.js';
import { namedTasks } from '../../../src/tasks/store/task-lists.js';
import {
  findTask,
  firstDueStarts,
  inProgressByAwsId,
  inProgressByIds,
  nextDueAt,
} from '../../../src/tasks/store/task-queries.js';
import { onBothDatabases } from '../../support/database/both-databases.js';
import { accepted, fromOpportunity, openTaskHarness } from '../../support/harness/task-harness.js';

function noting(): Unreadable & { readonly found: number[] } {
  const found: number[] = [];
  return { found, positions: () => found, add: (position) => void found.push(position) };
}

/** Four tasks, the second of which has an input that is not JSON. */
async function fourTasks(db: Database, changed: { status: string }) {
  const { tasks } = await openTaskHarness({ db, startWaitMs: 0 });
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) ids.push((await accepted(tasks, fromOpportunity())).id);
  for (const [index, id] of ids.entries()) {
    const values = { ...changed, aws_task_id: `task-${index}`, attempt_count: 1 };
    await db.sql.updateTable('tasks').set(values).where('id', '=', id).execute();
  }
  const [, damaged = ''] = ids;
  await db.sql.updateTable('tasks').set({ input: '{"kind":', answer: '{' }).where('id', '=', damaged).execute();
  return { damaged, others: ids.filter((id) => id !== damaged) };
}

function onDatabase(name: string, open: () => Promise<Database>): void {
  describe(`A task of ${name} that cannot be read`, () => {
    test('an unreadable start is left out of the due starts, and the next start of its caller takes its place', async () => {
      const db = await open();
      const { others } = await fourTasks(db, { status: 'QUEUED' });
      const unreadable = noting();
      const sent: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        const items = await firstDueStarts(db, sent, unreadable);
        sent.push(...items.map(({ task }) => task.id));
      }
      expect(sent).toEqual(others);
      expect(unreadable.found).toEqual([2]);
      expect(await nextDueAt(db.sql, sent, unreadable)).toBeNull();
    });

    test('polls by either id of a task, and the matches of an event, leave out an unreadable task in progress', async () => {
      const db = await open();
      const { damaged, others } = await fourTasks(db, { status: 'IN_PROGRESS' });
      const ids = ['task-0', 'task-1', 'task-2', 'task-3'];
      const unreadable = noting();
      const byId = await inProgressByAwsId(db.sql, 'ENGAGEMENT_FROM_OPPORTUNITY', 'SANDBOX', ids, unreadable);
      expect(new Set(byId.map(({ task }) => task.id))).toEqual(new Set(others));
      expect(unreadable.found).toEqual([2]);
      const items = await inProgressByIds(db.sql, [damaged, ...others], noting());
      expect(new Set(items.map(({ task }) => task.id))).toEqual(new Set(others));
      expect(await namedTasks(db.sql)).toHaveLength(3);
    });

    test('an unreadable start does not fail the query for the reason why the oldest start waits', async () => {
      const db = await open();
      await fourTasks(db, { status: 'QUEUED' });
      expect(await oldestWait(db.sql)).toBeNull();
    });

    test('a read of the unreadable task by id is an error of the database', async () => {
      const db = await open();
      const { damaged } = await fourTasks(db, { status: 'QUEUED' });
      const error: unknown = await findTask(db.sql, damaged).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: 'UnreadableRowError',
        message: `The input of the task ${damaged} is not JSON.`,
      });
      expect(isDatabaseFailure(error)).toBe(true);
    });
  });
}

onBothDatabases(onDatabase);

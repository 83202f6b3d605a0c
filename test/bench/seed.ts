/** Writes the tasks of fixture.ts into a database, as the gateway itself would have left them. */
import { systemClock } from '../../src/runtime/clock.js';
import { openDatabase } from '../../src/db/open.js';
import { insertTasks } from '../../src/tasks/store/insert.js';
import type { TransitionPayload } from '../../src/tasks/task.js';
import { append } from '../../src/transitions/log.js';
import { TASK_COUNT, finishedTask } from './fixture.js';

export async function seedFinishedTasks(databaseUrl: string): Promise<void> {
  const db = await openDatabase({ databaseUrl, dataDir: '', clock: systemClock });
  try {
    await db.write(async (tx) => {
      for (let index = 0; index < TASK_COUNT; index += 1) {
        const task = finishedTask(index);
        const payload: TransitionPayload = { previousStatus: 'IN_PROGRESS', task };
        await insertTasks(tx, [{ task, awsClientToken: task.clientToken }]);
        await append(tx, [
          {
            position: task.position,
            taskId: task.id,
            sequence: 1,
            terminal: true,
            recordedAt: task.updatedAt,
            payload: JSON.stringify(payload),
          },
        ]);
      }
      await tx
        .updateTable('log_head')
        .set({ position: TASK_COUNT * 3 })
        .execute();
    });
  } finally {
    await db.close();
  }
}

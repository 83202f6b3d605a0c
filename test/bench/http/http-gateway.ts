/**
 * The gateway in the HTTP comparison. Without a database it is the server and the schema over tasks in this process.
 * With one it is the whole gateway.
 */
import { fakeTasks } from '../../support/fakes/fake-tasks.js';
import { serve } from '../child.js';
import { TASK_COUNT, finishedTask } from '../fixture.js';
import { serveTasks, startGateway } from '../gateway-parts.js';
import type { Task } from '../../../src/tasks/task.js';
import type { Tasks } from '../../../src/tasks/tasks.js';

const databaseUrl = process.argv[2];
// The tasks of the fixture ended long ago and must not be pruned.
const { url } = await (databaseUrl === undefined
  ? serveTasks(tasksInMemory())
  : startGateway({ DATABASE_URL: databaseUrl, RETENTION_DAYS: '36500' }));
serve({ url }, {});

function tasksInMemory(): Tasks {
  const newestFirst = Array.from({ length: TASK_COUNT }, (_, index) => finishedTask(index)).reverse();
  const byId = new Map(newestFirst.map((task): [string, Task] => [task.id, task]));
  return {
    ...fakeTasks({}),
    find: (_viewer, id) => Promise.resolve(byId.get(id) ?? null),
    list: (_viewer, _filter, { first }) =>
      Promise.resolve({
        items: newestFirst.slice(0, first).map((item) => ({ cursor: item.id, item })),
        hasNextPage: true,
        hasPreviousPage: false,
      }),
  };
}

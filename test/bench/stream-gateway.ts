/**
 * The gateway's side of the stream comparison: its server, its schema, and its log in an embedded database that is kept in memory. Events
 * are appended to the log by its own statements and counted from their commit: from there on everything is what a client of the gateway
 * gets. They are not written as observations of a task, because a task has three transitions and a measurement needs more.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../src/clock.js';
import { wake } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { createTasks } from '../../src/tasks/create-tasks.js';
import { insertTasks } from '../../src/tasks/store.js';
import type { Task, TransitionFacts } from '../../src/tasks/task.js';
import { createHub } from '../../src/transitions/hub.js';
import { LOG_HINT, append, takeTurn } from '../../src/transitions/log.js';
import { nowMs, serve } from './child.js';
import { finishedTask, taskId } from './fixture.js';
import { serveTasks, telemetry } from './gateway-parts.js';
import { atRate } from './pace.js';

const clock = systemClock;
const db = await openDatabase({ dataDir: ':memory:', clock });
const hub = await createHub({ db, clock, telemetry });
const tasks = await createTasks({
  db,
  hub,
  clock,
  telemetry,
  startWaitMs: 0,
  // Nothing is started here, and nothing fails.
  writes: { perSecond: 1, perDay: 1 },
  look: () => Promise.resolve(null),
  stopping: new AbortController().signal,
});
const { url } = await serveTasks(tasks);
const loopDelay = monitorEventLoopDelay({ resolution: 1 });
const sequences: number[] = [];

/** One event for each of these subscribers' tasks, in one commit; when that was. */
async function publish(subscribers: readonly number[]): Promise<number> {
  let committedMs = 0;
  await db.write(async (tx) => {
    for (const subscriber of subscribers) {
      const position = (await takeTurn(db, tx, null, 1))?.first ?? 0;
      const task: Task = { ...finishedTask(subscriber), position, status: 'IN_PROGRESS' };
      const sequence = (sequences[subscriber] ?? 0) + 1;
      // Each task as it is first seen.
      if (sequence === 1) await insertTasks(tx, [{ task, awsClientToken: task.clientToken }]);
      const facts: TransitionFacts = { previousStatus: 'IN_PROGRESS', task: { ...task, sequence } };
      await append(tx, [{ position, taskId: task.id, sequence, terminal: false, recordedAt: clock.now(), facts: JSON.stringify(facts) }]);
      sequences[subscriber] = sequence;
    }
    wake(tx, LOG_HINT);
    committedMs = nowMs();
  });
  return committedMs;
}

const firstOnes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

serve(
  { url },
  {
    async prepare(count: number) {
      await publish(firstOnes(count));
      return firstOnes(count).map(taskId);
    },
    publishOne: () => publish([0]),
    publishEach: (count: number) => publish(firstOnes(count)),
    publishAtRate: ({ perSecond, count }: { perSecond: number; count: number }) => atRate(perSecond, count, (subscriber) => publish([subscriber])),
    watchLoop() {
      loopDelay.reset();
      loopDelay.enable();
    },
    loopP99Ms() {
      loopDelay.disable();
      return loopDelay.percentile(99) / 1e6;
    },
  },
);

/**
 * The gateway in the stream comparison: its server, its schema, and its log in an embedded database in memory. The
 * gateway's own statements append the events, whose time is that of their commit. The rest of the way is the same as
 * for a client. They are not observations of a task, because a task has three transitions and a measurement needs more.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { createTaskService } from '../../../src/tasks/service/task-service.js';
import { insertTasks } from '../../../src/tasks/store/insert.js';
import type { Task, TransitionPayload } from '../../../src/tasks/task.js';
import { createHub } from '../../../src/transitions/hub.js';
import { append, reservePositions, type LoggedTransition } from '../../../src/transitions/log.js';
import { nowMs, serve } from '../child.js';
import { finishedTask, taskId } from '../fixture.js';
import { serveTasks, telemetry } from '../gateway-parts.js';
import { atRate, type Rate } from './pace.js';

const clock = systemClock;
const db = await openDatabase({ dataDir: ':memory:', clock });
let committedMs = 0;
// Runs before the hub and records the moment at which there is something to deliver.
db.onLocalAppend(() => (committedMs = nowMs()));
const hub = await createHub({ db, clock, telemetry });
const tasks = await createTaskService({
  db,
  hub,
  clock,
  telemetry,
  startWaitMs: 0,
  // Nothing is started here, and nothing fails.
  writes: { perSecond: 1, perDay: 1 },
  checkOutcome: () => Promise.resolve(null),
  stopping: new AbortController().signal,
});
const { url } = await serveTasks(tasks);
const loopDelay = monitorEventLoopDelay({ resolution: 1 });
const sequences: number[] = [];

/** The largest number of rows in a statement. */
const AT_ONCE = 100;

/** Appends one event for each of these subscribers' tasks in one commit, and returns the time of the commit. */
async function publish(subscribers: readonly number[]): Promise<number> {
  await db.write(async (tx) => {
    const { first = 0 } = (await reservePositions(db, tx, null, subscribers.length)) ?? {};
    for (let done = 0; done < subscribers.length; done += AT_ONCE) {
      const transitions = subscribers
        .slice(done, done + AT_ONCE)
        .map((subscriber, index) => nextOf(subscriber, first + done + index));
      // Each task in its first state.
      const newTasks = transitions
        .filter(({ sequence }) => sequence === 1)
        .map(({ task }) => ({ task, awsClientToken: task.clientToken }));
      if (newTasks.length > 0) await insertTasks(tx, newTasks);
      await append(tx, transitions);
    }
  });
  return committedMs;
}

function nextOf(subscriber: number, position: number): LoggedTransition & { readonly task: Task } {
  const sequence = (sequences[subscriber] ?? 0) + 1;
  sequences[subscriber] = sequence;
  const task: Task = { ...finishedTask(subscriber), position, sequence, status: 'IN_PROGRESS' };
  const payload: TransitionPayload = { previousStatus: 'IN_PROGRESS', task };
  return {
    task,
    position,
    taskId: task.id,
    sequence,
    terminal: false,
    recordedAt: clock.now(),
    payload: JSON.stringify(payload),
  };
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
    publishAtRate: (rate: Rate) => atRate(rate, (subscriber) => publish([subscriber])),
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

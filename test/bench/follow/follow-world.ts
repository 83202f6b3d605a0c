/**
 * A fake Partner Central: a list of tasks with the time at which each ends, on its own clock. The clock stands still
 * during work and jumps to the end of each sleep. It supports one sleeper at a time.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../../src/runtime/clock.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { PAGE_SIZE } from '../../../src/partner-central/task-operations.js';
import type { TaskAnswer } from '../../../src/partner-central/model/task-kind.js';
import { NO_DETAILS } from '../../../src/tasks/task.js';
import { createRandom } from '../../support/fakes/random.js';

export const BEGAN_AT = Date.UTC(2026, 0, 1);
/** Most tasks are short and some take a minute. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 60_000;
const USUAL_MS = 4000;

export type WorldTask = { readonly awsTaskId: string; readonly startedAt: number; readonly endsAt: number };

/** `count` tasks that are in flight at one moment, the same ones every time. */
export function worldOf(count: number): WorldTask[] {
  const normal = normalNumbers(`follow ${count}`);
  return Array.from({ length: count }, (_, index) => {
    const durationMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, USUAL_MS * Math.exp(normal())));
    return taskOf(index, BEGAN_AT + Math.floor((index * 1000) / count), durationMs);
  });
}

/**
 * Tasks that start every `everyMs` for `spanMs`, and take so long that about `count` of them are in flight at every
 * moment from BEGAN_AT on. Earlier tasks that the list still shows are included. They come in the order in which they
 * start.
 */
export function steadyWorldOf(count: number, everyMs: number, spanMs: number): WorldTask[] {
  const normal = normalNumbers(`steady ${count}`);
  const meanMs = count * everyMs;
  const longestMs = 3 * meanMs;
  const began = Math.ceil(longestMs / everyMs);
  return Array.from({ length: began + Math.floor(spanMs / everyMs) }, (_, index) => {
    // The durations vary by a half around the same mean.
    const durationMs = Math.min(longestMs, Math.max(SHORTEST_MS, meanMs * Math.exp(normal() / 2 - 1 / 8)));
    return taskOf(index, BEGAN_AT + Math.round((index - began) * everyMs), durationMs);
  });
}

function taskOf(index: number, startedAt: number, durationMs: number): WorldTask {
  return {
    awsTaskId: `task-${String(index).padStart(13, '0')}`,
    startedAt,
    endsAt: Math.round(startedAt + durationMs),
  };
}

function normalNumbers(role: string): () => number {
  const random = createRandom(1, role);
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export type Arrivals = {
  /** The time of the next task; Infinity if there is none. */
  nextAt(): number;
  /** Adds the next task, which may wake a sleeper. */
  arrive(): Promise<void>;
};

export function jumpingClock(arrivals: Arrivals = { nextAt: () => Infinity, arrive: () => Promise.resolve() }): Clock {
  let now = BEGAN_AT + 1000;
  return {
    now: () => now,
    monotonic: () => now,
    async sleep(ms, signal) {
      const until = now + Math.max(0, Math.ceil(ms));
      while (signal?.aborted !== true && arrivals.nextAt() <= until) {
        now = Math.max(now, arrivals.nextAt());
        await arrivals.arrive();
      }
      if (signal?.aborted !== true) now = until;
      await turnOfTheLoop();
    },
  };
}

/**
 * @param tasks in the order in which they start
 * @param onCall is called at each List
 */
export function fakePartnerCentral(tasks: readonly WorldTask[], clock: Clock, onCall: () => void): PartnerCentral {
  const byId = new Map(tasks.map((task) => [task.awsTaskId, task]));
  const answerOf = ({ awsTaskId, startedAt, endsAt }: WorldTask): TaskAnswer => ({
    ...NO_DETAILS,
    status: endsAt <= clock.now() ? 'COMPLETE' : 'IN_PROGRESS',
    taskId: awsTaskId,
    startedAt,
  });
  let startedCount = 0;
  return {
    startTask: () => Promise.reject(new Error('nothing is started here')),
    listTasks({ select, nextToken }) {
      onCall();
      while ((tasks[startedCount]?.startedAt ?? Infinity) <= clock.now()) startedCount += 1;
      if ('values' in select) {
        const found = select.values.flatMap((value) => byId.get(value) ?? []);
        return Promise.resolve({ type: 'ok', value: { answers: found.map(answerOf), nextToken: null } });
      }
      // The latest tasks come first unless the oldest are asked for. A token holds the number of remaining tasks.
      const isOldestFirst = select.by === 'inProgress' && select.from === 'oldest';
      const found: TaskAnswer[] = [];
      let left = nextToken === null ? startedCount : Number(nextToken);
      while (left > 0 && found.length < PAGE_SIZE) {
        left -= 1;
        const task = tasks[isOldestFirst ? startedCount - 1 - left : left];
        if (task !== undefined && (select.by === 'startTime' || task.endsAt > clock.now())) found.push(answerOf(task));
      }
      return Promise.resolve({ type: 'ok', value: { answers: found, nextToken: left > 0 ? String(left) : null } });
    },
    read: () => Promise.reject(new Error('nothing is read here')),
    write: () => Promise.reject(new Error('nothing is written here')),
    prepare: () => Promise.resolve(),
    close: () => undefined,
  };
}

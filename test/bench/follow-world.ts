/**
 * A Partner Central that is nothing but a list of tasks, each with the moment at which it ends, on a clock of its own: it stands still while
 * anybody works and jumps to the end of whatever sleep is begun. Only for one who sleeps at a time.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../src/clock.js';
import type { PartnerCentral } from '../../src/partner-central/client.js';
import { PAGE_SIZE } from '../../src/partner-central/operations.js';
import type { TaskAnswer } from '../../src/partner-central/task-kind.js';
import { NO_DETAILS } from '../../src/tasks/task.js';
import { createRandom } from './random.js';

export const BEGAN_AT = Date.UTC(2026, 0, 1);
/** Most are quick and some take a minute. */
const SHORTEST_MS = 1000;
const LONGEST_MS = 60_000;
const USUAL_MS = 4000;

export type WorldTask = { readonly awsTaskId: string; readonly startedAt: number; readonly endsAt: number };

/** As many as are in flight at one moment, the same ones every time. */
export function worldOf(count: number): WorldTask[] {
  const random = createRandom(1, `follow ${count}`);
  return Array.from({ length: count }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const durationMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, USUAL_MS * Math.exp(normal)));
    const startedAt = BEGAN_AT + (index % 1000);
    return { awsTaskId: `task-${String(index).padStart(13, '0')}`, startedAt, endsAt: Math.round(startedAt + durationMs) };
  });
}

export function jumpingClock(): Clock {
  let now = BEGAN_AT + 1000;
  return {
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted !== true) now += Math.max(0, Math.ceil(ms));
      await turnOfTheLoop();
    },
  };
}

/** @param onCall whenever a List is answered */
export function fakePartnerCentral(tasks: readonly WorldTask[], clock: Clock, onCall: () => void): PartnerCentral {
  const latestFirst = [...tasks].sort((a, b) => b.startedAt - a.startedAt);
  const byId = new Map(tasks.map((task) => [task.awsTaskId, task]));
  const answerOf = ({ awsTaskId, startedAt, endsAt }: WorldTask): TaskAnswer => ({ ...NO_DETAILS, status: endsAt <= clock.now() ? 'COMPLETE' : 'IN_PROGRESS', taskId: awsTaskId, startedAt });
  return {
    startTask: () => Promise.reject(new Error('nothing is started here')),
    listTasks({ select, nextToken }) {
      onCall();
      const begin = Number(nextToken ?? 0);
      const found = select.by === 'startTime' ? latestFirst : select.values.flatMap((value) => byId.get(value) ?? []);
      const end = begin + PAGE_SIZE;
      return Promise.resolve({ type: 'ok', value: { answers: found.slice(begin, end).map(answerOf), nextToken: end < found.length ? String(end) : null } });
    },
    read: () => Promise.reject(new Error('nothing is read here')),
    close: () => undefined,
  };
}

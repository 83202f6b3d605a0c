/** Puts the statements, the log and the hub together into what `Tasks` promises. */
import { v4 as randomUuid } from 'uuid';
import type { Clock } from '../clock.js';
import type { Database } from '../db/database.js';
import type { Telemetry } from '../telemetry.js';
import { decodeCursor, encodeCursor, expiredCursor, isCursorProblem, type CursorProblem, type CursorScope } from '../transitions/cursor.js';
import type { Hub } from '../transitions/hub.js';
import { headOf, readLatest, readTaskAfter } from '../transitions/log.js';
import { checkStart } from './input-rules.js';
import { countTasks, isWanted, listTasks } from './list.js';
import { acceptStart } from './record.js';
import { findTask } from './store.js';
import { createStreams } from './streams.js';
import { isTerminal, type Task } from './task.js';
import type { Page, PageRequest, StreamFrom, Tasks } from './tasks.js';
import { maySee } from './viewer.js';

const BEFORE_THE_LOG = 0;
const TASK_NO_LONGER_KEPT = 'The task ended so long ago that it is no longer kept. Nothing can follow after this cursor.';
const FEED_NO_LONGER_KEPT =
  'Some of the transitions after this cursor are no longer kept. Read what matters with `tasks`, then subscribe without `after` to go on from now.';

export async function createTasks(options: {
  db: Database;
  hub: Hub;
  clock: Clock;
  telemetry: Telemetry;
  /** How long a start waits for AWS's answer before it is returned as it stands. */
  startWaitMs: number;
  /** Ends the waiting of all starts: each is returned as it stands. */
  stopping: AbortSignal;
}): Promise<Tasks> {
  const { db, hub, clock, telemetry, startWaitMs, stopping } = options;
  const waits = new Set<AbortController>();
  stopping.addEventListener('abort', () => waits.forEach((wait) => wait.abort()));
  const { logId } = await headOf(db.sql);
  const { followTask, followAll, transitionOf } = createStreams({ db, hub, logId });

  /** Follows the task until AWS has answered or the time is over, and returns it as it then stands. */
  async function answered(task: Task): Promise<Task> {
    if (task.status !== 'QUEUED') return task;
    const stream = followTask(task.id, task.position);
    const wait = new AbortController();
    waits.add(wait);
    if (stopping.aborted) wait.abort();
    try {
      await Promise.race([stream.next(), clock.sleep(startWaitMs, wait.signal)]);
      return (await findTask(db.sql, task.id)) ?? task;
    } catch (error) {
      // The start is accepted, which is what the caller must hear; how it stands can be asked later.
      telemetry.unexpected('start', error);
      return task;
    } finally {
      waits.delete(wait);
      wait.abort();
      await stream.return();
    }
  }

  async function positionOf(scope: CursorScope, cursor: string): Promise<number | CursorProblem> {
    return decodeCursor(logId, scope, cursor, (await headOf(db.sql)).position);
  }

  async function nothingAfter(id: string, position: number): Promise<boolean> {
    return (await readTaskAfter(db.sql, id, position, 1)).length === 0;
  }

  /** After which position a stream of one task begins. */
  async function beginningOf(id: string, from: StreamFrom): Promise<number | CursorProblem> {
    switch (from.type) {
      case 'after':
        return positionOf('transition', from.cursor);
      case 'beginning':
        return BEFORE_THE_LOG;
      case 'current': {
        const latest = await readLatest(db.sql, id);
        return latest === null ? BEFORE_THE_LOG : latest.position - 1;
      }
      default:
        return from satisfies never;
    }
  }

  return {
    async start(viewer, input, clientToken) {
      const problems = checkStart(input, clientToken, viewer.catalogs);
      if (problems.length > 0) return { type: 'invalid', problems };
      const outcome = await acceptStart(db, telemetry, { subject: viewer.subject, input, clientToken: clientToken ?? randomUuid() });
      if (outcome.type === 'token-reused') {
        return {
          type: 'token-reused',
          message: `This client token belongs to the task ${outcome.task.id}, which was started with other input. Use a new token for a new start, or repeat the first input to get that task.`,
        };
      }
      return { ...outcome, task: await answered(outcome.task) };
    },

    async find(viewer, id) {
      const task = await findTask(db.sql, id);
      return task !== null && maySee(viewer, task) ? task : null;
    },

    async list(viewer, filter, page) {
      const before = page.after === null ? null : await positionOf('task', page.after);
      if (isCursorProblem(before)) return before;
      const tasks = await listTasks(db.sql, viewer, filter, before, page.first + 1);
      return pageOf(tasks, page, (task) => encodeCursor(logId, 'task', task.position));
    },

    count(viewer, filter) {
      return countTasks(db.sql, viewer, filter);
    },

    async transitions(taskId, page) {
      const after = page.after === null ? BEFORE_THE_LOG : await positionOf('transition', page.after);
      if (isCursorProblem(after)) return after;
      const logged = await readTaskAfter(db.sql, taskId, after, page.first + 1);
      return pageOf(logged.map(transitionOf), page, (transition) => transition.cursor);
    },

    async follow(viewer, id, from) {
      const task = await findTask(db.sql, id);
      const after = await beginningOf(id, from);
      if (isCursorProblem(after)) return after;
      if (task === null || !maySee(viewer, task)) {
        const pruned = from.type === 'after' && task === null && after <= (await headOf(db.sql)).prunedThrough;
        return pruned ? expiredCursor(TASK_NO_LONGER_KEPT) : { type: 'not-found' };
      }
      const stream = followTask(id, after);
      // A cursor of the terminal transition itself: nothing can follow, so the stream is over before it begins.
      const over = isTerminal(task.status) && (await nothingAfter(id, after).catch((error: unknown) => stream.throw(error)));
      if (over) await stream.return();
      return stream;
    },

    async feed(viewer, filter, after) {
      const head = await headOf(db.sql);
      const position = after === null ? head.position : decodeCursor(logId, 'transition', after, head.position);
      if (isCursorProblem(position)) return position;
      if (position < head.prunedThrough) return expiredCursor(FEED_NO_LONGER_KEPT);
      return followAll(({ task }) => maySee(viewer, task) && isWanted(task, filter), position);
    },
  };
}

/** @param found up to one more than the page holds, which tells whether there is a next one. */
function pageOf<T>(found: readonly T[], page: PageRequest, cursorOf: (item: T) => string): Page<T> {
  return {
    items: found.slice(0, page.first).map((item) => ({ cursor: cursorOf(item), item })),
    hasNextPage: found.length > page.first,
    hasPreviousPage: page.after !== null,
  };
}

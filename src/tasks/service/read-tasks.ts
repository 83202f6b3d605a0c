/** The reads of tasks: by id, in lists, as a batch, and the transitions of one task in pages. */
import type { Database } from '../../db/database.js';
import { createSingleFlight } from '../../runtime/loading/single-flight.js';
import { encodeCursor, isCursorProblem, markOf } from '../../transitions/cursor.js';
import { readTaskAfter } from '../../transitions/log.js';
import { splitAt, type Places } from '../../transitions/places.js';
import { countTasks, listKey, listTasks } from '../store/list.js';
import { findRetry } from '../store/task-queries.js';
import { BEFORE_THE_LOG, type Streams } from './streams.js';
import type { Batch } from '../task-batch.js';
import type { Task } from '../task.js';
import type { Page, PageRequest, Tasks } from '../tasks.js';
import { maySee, type Viewer } from '../viewer.js';

type Reads = Pick<Tasks, 'retryOf' | 'batch' | 'find' | 'list' | 'count' | 'transitions'>;

export function createTaskReads({
  db,
  logId,
  places,
  readTask,
  batchOf,
  transitionOf,
}: {
  db: Database;
  logId: string;
  places: Places;
  readTask: (id: string) => Promise<Task | null>;
  batchOf: (viewer: Viewer, id: string) => Promise<Batch | null>;
  transitionOf: Streams['transitionOf'];
}): Reads {
  const shareList = createSingleFlight<readonly Task[]>();
  const shareBatch = createSingleFlight<Batch | null>();
  const { placeOf, verdictOn, positionOf } = places;

  return {
    async retryOf(viewer, id) {
      const task = await findRetry(db.sql, id);
      return task !== null && maySee(viewer, task) ? task : null;
    },

    batch(viewer, id) {
      // One query may ask each task of a batch for its batch.
      return shareBatch(listKey(viewer, { batchIds: [id] }, null, 0), () => batchOf(viewer, id));
    },

    async find(viewer, id) {
      const task = await readTask(id);
      return task !== null && maySee(viewer, task) ? task : null;
    },

    async list(viewer, filter, page) {
      const before = page.after === null ? null : await positionOf('task', page.after);
      if (isCursorProblem(before)) return before;
      const limit = page.first + 1;
      const tasks = await shareList(listKey(viewer, filter, before, limit), () =>
        listTasks(db.sql, viewer, filter, before, limit),
      );
      return pageOf(tasks, page, (task) =>
        encodeCursor(
          logId,
          'task',
          task.position,
          markOf('task', { taskId: task.id, sequence: 1, recordedAt: task.createdAt }),
        ),
      );
    },

    count(viewer, filter) {
      return countTasks(db.sql, viewer, filter);
    },

    async transitions(taskId, page) {
      const place = page.after === null ? null : placeOf('transition', page.after);
      if (isCursorProblem(place)) return place;
      const after = place?.position ?? BEFORE_THE_LOG;
      const { own, later } = splitAt(after, await readTaskAfter(db.sql, taskId, after - 1, page.first + 2));
      const verdict = place === null ? 'good' : await verdictOn('transition', place, own);
      if (verdict !== 'good') return verdict;
      return pageOf(later.slice(0, page.first + 1).map(transitionOf), page, (transition) => transition.cursor);
    },
  };
}

/** @param found up to one more than the page holds, which shows that there is a next page */
function pageOf<T>(found: readonly T[], page: PageRequest, cursorOf: (item: T) => string): Page<T> {
  return {
    items: found.slice(0, page.first).map((item) => new Edge(item, cursorOf)),
    hasNextPage: found.length > page.first,
    hasPreviousPage: page.after !== null,
  };
}

/**
 * Makes the cursor on access, because most queries select none, and fifty checksums cost more than the rest of a list.
 */
class Edge<T> {
  readonly item: T;
  readonly #cursorOf: (item: T) => string;

  constructor(item: T, cursorOf: (item: T) => string) {
    this.item = item;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.item);
  }
}

/**
 * Pages of the log for a client that holds no stream open: the transitions that a feed from the same cursor delivers,
 * oldest first. One call examines a bounded part of the log.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Database } from '../../db/database.js';
import { expiredCursor, isCursorProblem, type CursorProblem } from '../../transitions/cursor.js';
import { headOf, readAllAfter } from '../../transitions/log.js';
import type { LogPlace, Places } from '../../transitions/places.js';
import { matchesFilter, type TaskFilter } from '../store/filter.js';
import type { LogPage, PageRequest, Tasks, Transition } from '../tasks.js';
import { maySee, type Viewer } from '../viewer.js';
import type { Streams } from './streams.js';

const READ_SIZE = 100;
/** The bound of one call. A client that asks for few of the tasks reads more pages, and other clients need not wait. */
const MAX_EXAMINED = 5000;

/** The message for a cursor of all tasks, when transitions after it are pruned. */
export const LOG_NO_LONGER_KEPT =
  'Some of the transitions after this cursor are no longer kept. Read the current state with `tasks`, and continue ' +
  'after its `logCursor`.';

export function createCatchUp({
  db,
  places,
  transitionOf,
}: {
  db: Database;
  places: Places;
  transitionOf: Streams['transitionOf'];
}): Pick<Tasks, 'catchUp'> {
  async function placeOf(after: string | null): Promise<LogPlace | CursorProblem> {
    if (after === null) return places.beginning();
    const position = await places.positionOf('transition', after);
    return isCursorProblem(position) ? position : { position, cursor: after };
  }

  /** Reads until there is one transition more than the page holds, which shows that there is a next page. */
  async function read(
    begin: LogPlace,
    wanted: (transition: Transition) => boolean,
    { first, after }: PageRequest,
  ): Promise<LogPage> {
    const items: { readonly cursor: string; readonly item: Transition }[] = [];
    let last: LogPlace = begin;
    const page = (hasNextPage: boolean): LogPage => ({
      items,
      hasNextPage,
      hasPreviousPage: after !== null,
      endCursor: last.cursor,
    });
    for (let examined = 0; examined < MAX_EXAMINED; examined += READ_SIZE) {
      const logged = await readAllAfter(db.sql, last.position, READ_SIZE);
      for (const transition of logged.map(transitionOf)) {
        const isWanted = wanted(transition);
        if (isWanted && items.length === first) return page(true);
        if (isWanted) items.push({ cursor: transition.cursor, item: transition });
        last = transition;
      }
      if (logged.length < READ_SIZE) return page(false);
      // An embedded database blocks the event loop.
      await turnOfTheLoop();
    }
    return page(true);
  }

  async function catchUp(viewer: Viewer, filter: TaskFilter, request: PageRequest): Promise<LogPage | CursorProblem> {
    const begin = await placeOf(request.after);
    if (isCursorProblem(begin)) return begin;
    const page = await read(begin, ({ task }) => maySee(viewer, task) && matchesFilter(task, filter), request);
    // The head is read after the transitions, because pruning deletes transitions and changes the head in one
    // transaction.
    if ((await headOf(db.sql)).prunedThrough <= begin.position) return page;
    return request.after === null ? catchUp(viewer, filter, request) : expiredCursor(LOG_NO_LONGER_KEPT);
  }

  return { catchUp };
}

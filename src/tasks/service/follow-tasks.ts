/** The streams of `Tasks`: one task, or all tasks that the viewer may see. A stream that is refused is closed first. */
import type { Database } from '../../db/database.js';
import { expiredCursor, isCursorProblem, type Place } from '../../transitions/cursor.js';
import { headOf, readTaskAfter } from '../../transitions/log.js';
import type { Places } from '../../transitions/places.js';
import { LOG_NO_LONGER_KEPT } from './catch-up.js';
import { matchesFilter } from '../store/filter.js';
import { BEFORE_THE_LOG, type Streams } from './streams.js';
import { isTerminal, type Task } from '../task.js';
import type { Stream, StreamFrom, Tasks, Transition } from '../tasks.js';
import { maySee } from '../viewer.js';

const TASK_NO_LONGER_KEPT =
  'The task ended so long ago that it is no longer kept. No transition can follow after this cursor.';

export function createTaskStreams({
  db,
  places,
  streams,
  readTask,
}: {
  db: Database;
  places: Places;
  streams: Streams;
  readTask: (id: string) => Promise<Task | null>;
}): Pick<Tasks, 'follow' | 'feed' | 'logCursor'> {
  const { placeOf, verdictOn, positionOf, end } = places;
  const { followTask, resumeTask, followAll, transitionOf } = streams;

  async function nothingAfter(id: string, position: number): Promise<boolean> {
    return (await readTaskAfter(db.sql, id, position, 1)).length === 0;
  }

  /**
   * The stream of one task, which has read nothing yet. After its first read, `own` is the transition of the cursor.
   */
  function streamOf(id: string, from: StreamFrom, place: Place | null): ReturnType<typeof resumeTask> {
    if (place !== null) return resumeTask(id, place.position);
    return { stream: followTask(id, from.type === 'current' ? 'latest' : BEFORE_THE_LOG), own: () => null };
  }

  return {
    async follow(viewer, id, from) {
      const place = from.type === 'after' ? placeOf('transition', from.cursor) : null;
      if (isCursorProblem(place)) return place;
      const after = place?.position ?? BEFORE_THE_LOG;
      const { stream, own } = streamOf(id, from, place);
      try {
        const first = await stream.peek();
        const verdict = place === null ? 'good' : await verdictOn('transition', place, own());
        if (verdict !== 'good' && verdict.type === 'bad-cursor') return await endedWith(stream, verdict);
        // A transition holds its task, so that a stream with a transition to deliver needs no other statement.
        const task = first === null ? await readTask(id) : transitionOf(first).task;
        if (task === null || !maySee(viewer, task)) {
          const pruned = place !== null && task === null && after <= (await headOf(db.sql)).prunedThrough;
          return await endedWith(stream, pruned ? expiredCursor(TASK_NO_LONGER_KEPT) : { type: 'not-found' });
        }
        if (verdict !== 'good') return await endedWith(stream, verdict);
        // After the cursor of the terminal transition nothing can follow, so the stream ends at once.
        if (first === null && isTerminal(task.status) && (await nothingAfter(id, after))) await stream.return();
        return stream;
      } catch (error) {
        return stream.throw(error);
      }
    },

    async feed(viewer, filter, after) {
      const wanted = ({ task }: Transition) => maySee(viewer, task) && matchesFilter(task, filter);
      if (after === null) {
        const { position, cursor } = await end();
        return followAll(wanted, position, cursor);
      }
      const position = await positionOf('transition', after);
      if (isCursorProblem(position)) return position;
      if (position < (await headOf(db.sql)).prunedThrough) return expiredCursor(LOG_NO_LONGER_KEPT);
      return followAll(wanted, position, null);
    },

    async logCursor() {
      return (await end()).cursor;
    },
  };
}

async function endedWith<T>(stream: Stream, outcome: T): Promise<T> {
  await stream.return?.();
  return outcome;
}

/**
 * A page of the list that stays current: it is read once, and followed from the cursor of that reading. It is read again
 * only if the gateway does not keep that cursor any more.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TaskFilter } from '#gql';
import { asFailure, type RequestFailed } from '../api/failure.js';
import { waitFor, waitMs } from '../api/wait.js';
import type { Task } from '../parts/words.js';
import { useSession } from '../session/session.js';
import { changed, type PageOfTasks } from './page-of-tasks.js';

const PAGE_SIZE = 50;
/** Changes within this time are shown together, so that a burst of them renders the page once. */
const GATHER_MS = 50;

export type LiveTasks = {
  /** Null before the first answer. */
  readonly page: PageOfTasks<Task> | null;
  /** False while the page is the one of an earlier filter. */
  readonly isCurrent: boolean;
  readonly failure: RequestFailed | null;
  /** Reads the page again, with all new tasks. */
  readonly refresh: () => void;
};

type Wanted = {
  readonly list: TaskFilter;
  readonly stream: TaskFilter;
  readonly after: string | null;
  readonly matches: (task: Task) => boolean;
  /** True while a person is busy with the list, so that no row may move. */
  readonly isBusy: () => boolean;
  /** Called after each change of a task. */
  readonly onChange?: () => void;
};

export function useLiveTasks(wanted: Wanted): LiveTasks {
  const { api } = useSession();
  const [page, setPage] = useState<PageOfTasks<Task> | null>(null);
  const [shownKey, setShownKey] = useState<string | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const [turn, setTurn] = useState(0);
  const latest = useRef(wanted);
  latest.current = wanted;
  const key = JSON.stringify([wanted.list, wanted.stream, wanted.after]);

  useEffect(() => {
    let isOver = false;
    let stop = () => {};
    let showing: ReturnType<typeof setTimeout> | undefined;
    let reading: ReturnType<typeof setTimeout> | undefined;
    let gathered: Task[] = [];
    const [list, stream, after] = JSON.parse(key) as [TaskFilter, TaskFilter, string | null];

    const show = () => {
      showing = undefined;
      const tasks = gathered;
      gathered = [];
      const { matches, isBusy, onChange } = latest.current;
      const mayInsert = after === null && !isBusy();
      setPage((seen) => (seen === null ? seen : changed(seen, { tasks, matches, mayInsert, size: PAGE_SIZE })));
      onChange?.();
    };
    const followFrom = (cursor: string, retries: number) => {
      stop = api.follow(
        'TaskFeed',
        { filter: stream, after: cursor },
        {
          next({ taskFeed: { task } }) {
            gathered.push(task);
            showing ??= setTimeout(show, GATHER_MS);
          },
          // The gateway does not keep the cursor any more, so the page is read again.
          failed() {
            reading = setTimeout(() => read(retries + 1), waitMs(retries));
          },
        },
      );
    };
    const read = (retries: number) => {
      api.request('TaskList', { first: PAGE_SIZE, after, filter: list, withTotalCount: true }).then(
        ({ tasks: { nodes, totalCount = null, pageInfo, logCursor } }) => {
          if (isOver) return;
          const { endCursor, hasNextPage } = pageInfo;
          setShownKey(key);
          setPage({ rows: nodes, total: totalCount, endCursor, hasNextPage, unseen: new Set() });
          setFailure(null);
          followFrom(logCursor, retries);
        },
        (error: unknown) => {
          if (isOver) return;
          const found = asFailure(error);
          setFailure(found);
          if (found.passes) reading = setTimeout(() => read(retries + 1), waitFor(found, retries));
        },
      );
    };
    read(0);
    return () => {
      isOver = true;
      clearTimeout(showing);
      clearTimeout(reading);
      stop();
    };
  }, [api, key, turn]);

  const refresh = useCallback(() => setTurn((last) => last + 1), []);
  return { page, isCurrent: shownKey === key, failure, refresh };
}

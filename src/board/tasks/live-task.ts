/** One task that stays current: it is read, and followed from its latest transition to its end. */
import { useEffect, useState } from 'preact/hooks';
import type { FollowTaskSubscription, TaskPageQuery } from '#gql';
import { useRequest } from '../parts/request.js';
import type { RequestFailed } from '../api/failure.js';
import { useSession } from '../session/session.js';

export type FullTask = NonNullable<TaskPageQuery['task']>;
export type Transition = FullTask['transitions']['nodes'][number];

export type LiveTask = {
  /** Undefined before the first answer; null if there is no such task, or the person may not see it. */
  readonly task: FullTask | null | undefined;
  readonly transitions: readonly Transition[];
  readonly failure: RequestFailed | null;
  readonly reload: () => void;
};

/** The wait before a task is read again whose stream has failed. */
const REREAD_MS = 2000;

type Event = FollowTaskSubscription['taskTransitions'];

export function useLiveTask(id: string): LiveTask {
  const { api } = useSession();
  const { data, failure, reload } = useRequest('TaskPage', { id });
  const [events, setEvents] = useState<readonly Event[]>([]);
  const read = data?.task ?? null;

  useEffect(() => {
    setEvents([]);
    if (read === null || read.isTerminal) return undefined;
    const after = read.transitions.nodes.at(-1)?.cursor ?? null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = api.follow(
      'FollowTask',
      { id, after, from: 'BEGINNING' },
      {
        next({ taskTransitions: event }) {
          setEvents((seen) => (seen.some(({ sequence }) => sequence === event.sequence) ? seen : [...seen, event]));
          // The reading has what the stream does not: the next step after a failure.
          if (event.isTerminal) reload();
        },
        failed() {
          timer = setTimeout(reload, REREAD_MS);
        },
      },
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [api, id, read, reload]);

  const known = read?.transitions.nodes ?? [];
  const last = known.at(-1)?.sequence ?? 0;
  const newer = events.filter(({ sequence }) => sequence > last);
  const latest = newer.at(-1)?.task;
  return {
    task: data === null ? undefined : read === null || latest === undefined ? read : merged(read, latest),
    transitions: [...known, ...newer],
    failure,
    reload,
  };
}

/** The task with what the stream knows of it. Retries and the next step are only in the reading. */
function merged(read: FullTask, { failure, ...latest }: Event['task']): FullTask {
  const known = failure == null ? null : { ...failure, nextAction: read.failure?.nextAction ?? 'NONE' };
  return { ...read, ...latest, failure: known } as FullTask;
}

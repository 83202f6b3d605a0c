/** A request as part of a view: it is sent again until it succeeds, while waiting can heal its failure. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asFailure, type RequestFailed } from '../api/failure.js';
import type { Requests } from '../api/operations.js';
import { waitFor } from '../api/wait.js';
import { useSession } from '../session/session.js';

export type Loaded<T> = {
  /** The latest data for these variables; null before it has come. */
  readonly data: T | null;
  /** The latest data for any variables. */
  readonly latest: T | null;
  /** The latest failure; null once a request has succeeded. */
  readonly failure: RequestFailed | null;
  readonly reload: () => void;
};

/** @param variables null to request nothing */
export function useRequest<N extends keyof Requests>(
  name: N,
  variables: Requests[N]['variables'] | null,
): Loaded<Requests[N]['data']> {
  const { api } = useSession();
  const key = variables === null ? null : JSON.stringify(variables);
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly data: Requests[N]['data'] } | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const [turn, setTurn] = useState(0);
  // A failure stays in sight while the same data is requested again.
  useEffect(() => setFailure(null), [key]);
  useEffect(() => {
    if (key === null) return undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = (retries: number) => {
      api.request(name, JSON.parse(key)).then(
        (data) => {
          if (isOver) return;
          setLoaded({ key, data });
          setFailure(null);
        },
        (error: unknown) => {
          if (isOver) return;
          const found = asFailure(error);
          setFailure(found);
          if (found.passes) timer = setTimeout(() => send(retries + 1), waitFor(found, retries));
        },
      );
    };
    send(0);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api, name, key, turn]);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  const latest = loaded?.data ?? null;
  return { data: loaded?.key === key ? latest : null, latest, failure, reload };
}

/** Reads a record again when the state of its task changes, because the task changes the record. */
export function useReloadAfter(state: string | undefined, reload: () => void): void {
  const last = useRef(state);
  useEffect(() => {
    if (last.current !== state) reload();
    last.current = state;
  }, [state, reload]);
}

/** The value once it has not changed for `ms`. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

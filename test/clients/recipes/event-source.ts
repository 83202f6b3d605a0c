/**
 * Follows a stream by a plain EventSource, which resumes by itself with `Last-Event-ID`. A new EventSource takes over
 * after an answer that makes the first one give up. It also takes over after a minute without an event, when the
 * connection may be half open.
 */
import { cursorOf, passes, waitMs, type Request, type Result, type Sink } from './follow.js';

const SILENCE_MS = 60_000;
const CLOSED = 2;

type Source = {
  readonly readyState: number;
  onerror: ((event: any) => void) | null;
  addEventListener(type: string, listener: (event: any) => void): void;
  close(): void;
};

/**
 * @param create for example `(url) => new EventSource(url)`
 * @param request whose query passes the variable `$after` on
 */
export function followEventSource(
  create: (url: string) => Source,
  url: string,
  { query, variables }: Request,
  sink: Sink,
): () => void {
  let source: Source;
  let after: unknown = variables?.['after'];
  let retries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function open(): void {
    const address = new URL(url);
    address.searchParams.set('query', query);
    address.searchParams.set('variables', JSON.stringify({ ...variables, after }));
    let interrupted = false;
    source = create(address.href);
    source.addEventListener('next', ({ data }) => {
      const result: Result = JSON.parse(data);
      interrupted = !result.data && passes(result.errors ?? null);
      if (interrupted) return;
      reopenIn(SILENCE_MS);
      retries = 0;
      after = cursorOf(result) ?? after;
      sink.next(result);
    });
    source.addEventListener('complete', () => {
      if (interrupted) return again();
      close();
      sink.complete();
    });
    source.onerror = () => (source.readyState === CLOSED ? again() : undefined);
    reopenIn(SILENCE_MS);
  }
  function reopenIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      source.close();
      open();
    }, ms);
  }
  function again(): void {
    source.close();
    reopenIn(waitMs(retries));
    retries += 1;
  }
  function close(): void {
    clearTimeout(timer);
    source.close();
  }
  open();
  return close;
}

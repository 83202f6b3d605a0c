/** A log of texts in memory. A stream follows it from any position, as the gateway's streams follow theirs. */

export type Event = { readonly sequence: number; readonly cursor: string; readonly text: string };

export type TestLog = {
  readonly events: Event[];
  append(...texts: string[]): void;
  /** The number of streams that follow the log. */
  readonly following: () => number;
  /** The number of events that all floods together have yielded. */
  flooded: number;
};

export function createTestLog(): TestLog & { follow(after: number): AsyncIterableIterator<Event> } {
  const events: Event[] = [];
  const wakeUps = new Set<() => void>();
  let following = 0;
  return {
    events,
    flooded: 0,
    following: () => following,
    append(...texts) {
      for (const text of texts) events.push({ sequence: events.length + 1, cursor: `c${events.length + 1}`, text });
      for (const wake of wakeUps) wake();
    },
    follow(after) {
      let position = after;
      let over = false;
      let wake: () => void = () => {};
      const woken = () => wake();
      wakeUps.add(woken);
      following += 1;
      const release = () => {
        if (!over) following -= 1;
        over = true;
        wakeUps.delete(woken);
        wake();
      };
      return {
        async next() {
          while (!over) {
            const event = events[position];
            if (event !== undefined) {
              position += 1;
              return { done: false, value: event };
            }
            if (events[position - 1]?.text === 'END') release();
            else await new Promise<void>((resolve) => (wake = resolve));
          }
          return { done: true, value: undefined };
        },
        async return() {
          release();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}

/** Yields events of the given size as fast as the reader takes them. */
export async function* flood(log: TestLog, kilobytes: number): AsyncGenerator<Event> {
  const text = 'x'.repeat(kilobytes * 1024);
  for (let sequence = 1; ; sequence += 1) {
    log.flooded += 1;
    yield { sequence, cursor: `c${sequence}`, text };
    // The loop turns once, because a source that is always ready must leave time for the sockets to be written.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Answers that get ready in one turn of the event loop are written one right after the other, at its end. A write to a reader on the same
 * machine, such as a proxy, wakes it: each time in between other work, that costs as much as a small query; in a row it is awake already.
 */

/** The first waits for the last of them: no longer than it takes to work out so many. */
const MAX_TOGETHER = 16;

/** @returns what to wait for before writing. */
export function createWriteTogether(): () => Promise<void> {
  let waiting: (() => void)[] = [];

  function write(): void {
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  }

  return async () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(write);
      if (waiting.length === MAX_TOGETHER) write();
    });
}

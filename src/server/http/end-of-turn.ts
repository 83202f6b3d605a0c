/**
 * The end of the present turn of the event loop, at which all its answers are written together. An answer that is
 * written at once wakes its client, and both then compete for the processor while other requests wait.
 */
let end: Promise<void> | null = null;

/** @returns one promise for all that ask in the same turn; it resolves after the requests that arrived in this turn */
export function endOfTurn(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = null;
      resolve();
    });
  });
  return end;
}

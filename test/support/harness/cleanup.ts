/** Cleanups of a test file. */
import { afterAll } from '@jest/globals';

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (error) {
      // The others still run, because a server that is left open keeps the process alive.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
});

/** Runs `cleanup` after the last test of the file, also after a failed one, in reverse order of registration. */
export function whenDone(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

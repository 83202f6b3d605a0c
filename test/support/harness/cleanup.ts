/** Cleanups of a test file. */
import { afterAll } from '@jest/globals';

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs `cleanup` after the last test of the file, also after a failed one, in reverse order of registration. */
export function whenDone(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

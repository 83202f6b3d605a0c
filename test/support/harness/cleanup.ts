import { afterAll } from '@jest/globals';

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs when the test file is done, whatever became of its tests; what was begun last is ended first. */
export function whenDone(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Waits between attempts. */
import type { RequestFailed } from './failure.js';

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** Doubles the wait up to 10 s, and spreads it, so that many pages do not come back at the same moment. */
export function waitMs(retries: number): number {
  return Math.min(FIRST_MS * 2 ** retries, LONGEST_MS) * (0.5 + Math.random() / 2);
}

/** The wait before a request is sent again: at least as long as the gateway says. */
export function waitFor(failure: RequestFailed, retries: number): number {
  return Math.max(waitMs(retries), failure.retryAfterMs);
}

/** A wait that ends early when the network returns, or when a person does not want to wait. */
export type Patience = {
  wait(retries: number): Promise<void>;
  /** Ends all waits now. */
  end(): void;
};

export function createPatience(): Patience {
  const waiting = new Set<() => void>();
  return {
    wait: (retries) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, waitMs(retries));
        waiting.add(done);
      }),
    end() {
      for (const done of waiting) done();
    },
  };
}

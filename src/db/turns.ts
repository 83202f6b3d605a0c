/**
 * First come, first served: one holder at a time, the others in a queue. Handing on costs the same however long the queue is,
 * so that a wake-up of thousands of readers does not cost its square.
 */
export type Turns = {
  /** Resolves when it is the caller's turn; rejects when `signal` aborts before, or with the reason given to `end`. */
  take(signal?: AbortSignal): Promise<void>;
  /** Ends the caller's turn. Whoever took it must pass it on, and once only. */
  pass(): void;
  /** Nobody gets a turn any more, and whoever waits is told `reason`; resolves when the turn under way, if any, has ended. */
  end(reason: Error): Promise<void>;
};

export function createTurns(): Turns {
  type Waiting = { start(): void; refuse(reason: unknown): void };
  const queue = new Set<Waiting>();
  let taken = false;
  let ended: Error | undefined;
  let settle: () => void = () => {};
  const idleForGood = new Promise<void>((resolve) => (settle = resolve));

  return {
    async take(signal) {
      if (ended !== undefined) throw ended;
      signal?.throwIfAborted();
      if (!taken) {
        taken = true;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const waiting: Waiting = {
          start() {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          refuse(reason) {
            signal?.removeEventListener('abort', onAbort);
            queue.delete(waiting);
            reject(reason instanceof Error ? reason : new Error(String(reason)));
          },
        };
        const onAbort = (): void => waiting.refuse(signal?.reason);
        signal?.addEventListener('abort', onAbort);
        queue.add(waiting);
      });
    },
    pass() {
      const [next] = queue;
      if (next === undefined) {
        taken = false;
        if (ended !== undefined) settle();
        return;
      }
      // The turn stays taken while it changes hands: nobody who comes now can slip in before the one who waited.
      queue.delete(next);
      next.start();
    },
    end(reason) {
      ended ??= reason;
      for (const waiting of queue) waiting.refuse(reason);
      if (!taken) settle();
      return idleForGood;
    },
  };
}

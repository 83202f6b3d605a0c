/**
 * First come, first served: one holder at a time, the others in a queue. Handing on costs the same however long the queue is,
 * so that a wake-up of thousands of readers does not cost its square.
 */
export type Mutex = {
  /** Resolves when it is the caller's turn; rejects when `signal` aborts before, or with the reason given to `end`. */
  take(signal?: AbortSignal): Promise<void>;
  /** Ends the caller's turn. Whoever took it must pass it on, and once only. */
  pass(): void;
  /** Nobody gets a turn any more, and whoever waits is told `reason`; resolves when the turn under way, if any, has ended. */
  end(reason: Error): Promise<void>;
};

export function createMutex(): Mutex {
  type Waiting = (isTurn: boolean) => void;
  const queue = new Set<Waiting>();
  let isTaken = false;
  let ended: Error | undefined;
  let settle: () => void = () => {};
  const idleForGood = new Promise<void>((resolve) => (settle = resolve));

  return {
    async take(signal) {
      if (ended !== undefined) throw ended;
      signal?.throwIfAborted();
      if (!isTaken) {
        isTaken = true;
        return;
      }
      const isTurn = await new Promise<boolean>((resolve) => {
        const waiting: Waiting = (answer) => {
          signal?.removeEventListener('abort', onAbort);
          queue.delete(waiting);
          resolve(answer);
        };
        const onAbort = (): void => waiting(false);
        signal?.addEventListener('abort', onAbort);
        queue.add(waiting);
      });
      if (isTurn) return;
      signal?.throwIfAborted();
      throw ended ?? new Error('refused for no reason');
    },
    pass() {
      const [next] = queue;
      if (next === undefined) {
        isTaken = false;
        if (ended !== undefined) settle();
        return;
      }
      // The turn stays taken while it changes hands: nobody who comes now can slip in before the one who waited.
      next(true);
    },
    end(reason) {
      ended ??= reason;
      for (const waiting of queue) waiting(false);
      if (!isTaken) settle();
      return idleForGood;
    },
  };
}

/**
 * A mutex with a queue: one holder at a time, first come, first served. A release costs the same however long the queue
 * is, so that waking thousands of waiters does not take quadratic time.
 */
export type Mutex = {
  /**
   * Resolves when the caller holds the mutex. Rejects when `signal` aborts before, or with the reason given to `close`.
   */
  acquire(signal?: AbortSignal): Promise<void>;
  /** Passes the mutex on. The holder must call it exactly once. */
  release(): void;
  /** Rejects all waiters and later callers with `reason`. Resolves when the current holder, if any, has released it. */
  close(reason: Error): Promise<void>;
};

export function createMutex(): Mutex {
  type Waiter = (isHolder: boolean) => void;
  const queue = new Set<Waiter>();
  let isHeld = false;
  let closed: Error | undefined;
  let settle: () => void = () => {};
  const idle = new Promise<void>((resolve) => (settle = resolve));

  return {
    async acquire(signal) {
      if (closed !== undefined) throw closed;
      signal?.throwIfAborted();
      if (!isHeld) {
        isHeld = true;
        return;
      }
      const isHolder = await new Promise<boolean>((resolve) => {
        const waiter: Waiter = (granted) => {
          signal?.removeEventListener('abort', onAbort);
          queue.delete(waiter);
          resolve(granted);
        };
        const onAbort = (): void => waiter(false);
        signal?.addEventListener('abort', onAbort);
        queue.add(waiter);
      });
      if (isHolder) return;
      signal?.throwIfAborted();
      throw closed ?? new Error('The mutex refused a waiter without a reason.');
    },
    release() {
      const [next] = queue;
      if (next === undefined) {
        isHeld = false;
        if (closed !== undefined) settle();
        return;
      }
      // The mutex stays held while it changes hands, so that a new caller cannot overtake the first waiter.
      next(true);
    },
    close(reason) {
      closed ??= reason;
      for (const waiter of queue) waiter(false);
      if (!isHeld) settle();
      return idle;
    },
  };
}

/**
 * Functions that are called with each value. They run as microtasks, so that a listener that throws breaks neither a
 * connection nor the response to a committed write.
 */
export type Listeners<T> = {
  add(listener: (value: T) => void): void;
  notify(value: T): void;
};

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add: (listener) => void listeners.add(listener),
    notify(value) {
      for (const listener of listeners) queueMicrotask(() => listener(value));
    },
  };
}

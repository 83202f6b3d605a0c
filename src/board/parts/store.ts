/** A value that components watch. A listener is called after each change, and not for an equal value. */
import { useEffect, useState } from 'preact/hooks';

export type Store<T> = {
  get(): T;
  set(next: T): void;
  /** @returns a callback that ends the watch */
  watch(listener: () => void): () => void;
};

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    const update = () => setValue(() => store.get());
    // The value may have changed between the first rendering and this effect.
    update();
    return store.watch(update);
  }, [store]);
  return value;
}

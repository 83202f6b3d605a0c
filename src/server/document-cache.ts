/**
 * Keeps what was used last, within two bounds: how many entries, and how many characters of source they stand for, so that a stranger who
 * sends ever new documents cannot grow the process. A parsed document costs some hundred bytes a token.
 */
export type DocumentCache<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value, characters: number): void;
  readonly size: number;
};

export function createDocumentCache<Value>(bounds: { readonly entries: number; readonly characters: number }): DocumentCache<Value> {
  // A Map iterates in the order of insertion: re-inserting on every use keeps the least recently used entry first.
  const entries = new Map<string, { readonly value: Value; readonly characters: number }>();
  let newest: string | null = null;
  let characters = 0;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    characters -= entry.characters;
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (key !== newest) {
        entries.delete(key);
        entries.set(key, entry);
        newest = key;
      }
      return entry.value;
    },
    set(key, value, weight) {
      drop(key);
      entries.set(key, { value, characters: weight });
      newest = key;
      characters += weight;
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.entries && characters <= bounds.characters) break;
        drop(oldest);
      }
    },
    get size() {
      return entries.size;
    },
  };
}

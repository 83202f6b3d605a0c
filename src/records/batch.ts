/** Collects what is asked for at the same time, until the event loop has turned, and hands it on together. */
import type { Clock } from '../clock.js';
import type { Catalog } from '../partner-central/task-kind.js';

/** What was asked for together: in one catalog, each id once, since `openedAt`. */
export type Batch = { readonly catalog: Catalog; readonly ids: readonly string[]; readonly openedAt: number };

/** @param answer has an answer for each id of the batch */
export function createBatcher<T>(clock: Clock, answer: (batch: Batch) => ReadonlyMap<string, Promise<T>>): (catalog: Catalog, id: string) => Promise<T> {
  const open = new Map<Catalog, { readonly ids: Set<string>; readonly answers: Promise<ReadonlyMap<string, Promise<T>>> }>();

  async function close(catalog: Catalog, ids: Set<string>): Promise<ReadonlyMap<string, Promise<T>>> {
    const openedAt = clock.monotonic();
    await clock.sleep(0);
    open.delete(catalog);
    return answer({ catalog, ids: [...ids], openedAt });
  }

  return async (catalog, id) => {
    let batch = open.get(catalog);
    if (batch === undefined) {
      const ids = new Set<string>();
      batch = { ids, answers: close(catalog, ids) };
      open.set(catalog, batch);
    }
    batch.ids.add(id);
    const answers = await batch.answers;
    const mine = answers.get(id);
    if (mine === undefined) throw new Error(`The batch has no answer for ${id}.`);
    return mine;
  };
}

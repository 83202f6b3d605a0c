/** Tasks by their ids, read together with those that others ask for at about the same time. A damaged row fails none of the other tasks. */
import { createBatchLoader } from '../runtime/batch-loader.js';
import { isStorableText } from '../db/storable-text.js';
import { isDamage } from '../db/errors/unreadable-row.js';
import type { Task } from './task.js';

/** SQLite takes 32,766 parameters. */
const MAX_IDS = 1000;

/** @param read those of the given tasks that there are, in any order; each id is given once */
export function createTaskLoader(
  read: (ids: readonly string[]) => Promise<readonly Task[]>,
): (id: string) => Promise<Task | null> {
  const load = createBatchLoader(
    async (ids: readonly string[]): Promise<readonly (Task | null)[]> => {
      const found = new Map((await read([...new Set(ids)])).map((task) => [task.id, task]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: MAX_IDS, mayConcernOneKey: isDamage },
  );
  return async (id) => (isStorableText(id) ? load(id) : null);
}

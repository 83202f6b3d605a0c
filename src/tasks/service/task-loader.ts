/** Loads tasks by id. Loads that arrive together share one statement, and a damaged row fails only its own load. */
import { createBatchLoader } from '../../runtime/loading/batch-loader.js';
import { isStorableText } from '../../db/storable-text.js';
import { isDamage } from '../../db/errors/unreadable-row.js';
import type { Task } from '../task.js';

/** Far below SQLite's limit of 32,766 variables a statement. */
const MAX_IDS = 1000;

/** @param read gets each id once, and returns the tasks that exist, in any order */
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

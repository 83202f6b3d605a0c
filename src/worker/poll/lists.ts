/** The lists of AWS that a worker reads: one for each kind of task and catalog, all under the read quota. */
import { quotaUsage, type QuotaUsage } from '../../partner-central/quota/quota.js';
import type { ListName } from '../../tasks/store/task-lists.js';
import type { WorkerContext } from '../worker-context.js';

export function awsListKey({ kind, catalog }: ListName): string {
  return `${kind} ${catalog}`;
}

/** Returns the use of the read quota, which all lists share. */
export function readsUsage({ db, limits }: Pick<WorkerContext, 'db' | 'limits'>): Promise<QuotaUsage> {
  return quotaUsage(db, 'reads', limits.reads);
}

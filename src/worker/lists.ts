/** The Lists that a worker reads: one for each kind of task and catalog, under one quota. */
import { quotaUsage } from '../partner-central/quota.js';
import type { Catalog, TaskKind } from '../partner-central/task-kind.js';
import { stretchFor } from './cadence.js';
import type { Term } from './term.js';

export function awsListKey({ kind, catalog }: { readonly kind: TaskKind; readonly catalog: Catalog }): string {
  return `${kind} ${catalog}`;
}

/** By how much Lists are spread now so that the day's reads last. */
export async function stretchNow({ db, limits }: Pick<Term, 'db' | 'limits'>): Promise<number> {
  return stretchFor(await quotaUsage(db, 'reads', limits.reads));
}

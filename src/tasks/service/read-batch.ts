/** Reads a batch from the database, with the tasks that the viewer may see. */
import type { Database } from '../../db/database.js';
import { quotaUsage, type QuotaLimits } from '../../partner-central/quota/quota.js';
import { statusSummariesOf } from '../store/list.js';
import { countQueuedUpTo } from '../store/task-queries.js';
import { batchFrom, type Batch } from '../task-batch.js';
import type { Viewer } from '../viewer.js';

/** @returns null when the batch has no task that the viewer may see */
export async function readBatch(db: Database, writes: QuotaLimits, viewer: Viewer, id: string): Promise<Batch | null> {
  const summaries = await statusSummariesOf(db.sql, viewer, { batchIds: [id] });
  if (summaries.length === 0) return null;
  const queued = summaries.find((summary) => summary.status === 'QUEUED');
  const queuedBefore = queued === undefined ? 0 : await countQueuedUpTo(db.sql, queued.lastPosition);
  return batchFrom(id, summaries, queuedBefore, await quotaUsage(db, 'writes', writes), await db.now());
}

/** Puts starts, reads and streams together into `Tasks`. */
import type { Clock } from '../../runtime/clock.js';
import type { Database } from '../../db/database.js';
import type { QuotaLimits } from '../../partner-central/quota/quota.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Hub } from '../../transitions/hub.js';
import { headOf } from '../../transitions/log.js';
import { createPlaces } from '../../transitions/places.js';
import { createCatchUp } from './catch-up.js';
import { createTaskStreams } from './follow-tasks.js';
import type { OutcomeCheckPort } from '../outcome-check-port.js';
import { readBatch } from './read-batch.js';
import { createTaskReads } from './read-tasks.js';
import { createTaskStarts } from './start-tasks.js';
import { findTasks } from '../store/task-queries.js';
import { createStreams } from './streams.js';
import { createTaskLoader } from './task-loader.js';
import type { Tasks } from '../tasks.js';
import type { Viewer } from '../viewer.js';

export async function createTaskService(options: {
  db: Database;
  hub: Hub;
  clock: Clock;
  telemetry: Telemetry;
  /** The longest wait of a start for AWS's answer. The start is then returned as it stands. */
  startWaitMs: number;
  /** The quota of the starts, for estimates. */
  writes: QuotaLimits;
  /** Reads from AWS if the work of a failed task is done. */
  checkOutcome: OutcomeCheckPort;
  /** Ends the wait of all starts: each is returned as it stands. */
  stopping: AbortSignal;
}): Promise<Tasks> {
  const { db, hub, writes } = options;
  const head = await headOf(db.sql);
  const places = createPlaces(db.sql, head);
  const streams = createStreams({ db, hub, logId: head.logId });
  const readTask = createTaskLoader((ids) => findTasks(db.sql, ids));
  const batchOf = (viewer: Viewer, id: string) => readBatch(db, writes, viewer, id);
  return {
    ...createTaskStarts({ ...options, readTask, batchOf, followTask: streams.followTask }),
    ...createTaskReads({ db, logId: head.logId, places, readTask, batchOf, transitionOf: streams.transitionOf }),
    ...createCatchUp({ db, places, transitionOf: streams.transitionOf }),
    ...createTaskStreams({ db, places, streams, readTask }),
  };
}

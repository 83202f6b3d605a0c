/**
 * Makes the active worker, in any process, look at once at a list with a task that an event of EventBridge concerns.
 * Events may repeat, come in floods or be forged. They cost a few statements for each BATCH_INTERVAL_MS, and no look
 * while the day's reads run low.
 */
import { SECOND, type Clock } from '../../runtime/clock.js';
import { createBatchLoader } from '../../runtime/loading/batch-loader.js';
import { notifyOnCommit, type Database } from '../../db/database.js';
import { recordsNamedBy } from '../../partner-central/event.js';
import { quotaUsage, type QuotaLimits } from '../../partner-central/quota/quota.js';
import { namedTasks, storeEvent, type ListName, type NamedTask } from '../../tasks/store/task-lists.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { awsListKey } from '../poll/lists.js';
import { mayExpedite, paceOf } from '../poll/pace.js';

/** The notification that an event is stored. The worker finds the event later if the notification is lost. */
export const EXPEDITE_NOTIFICATION = 'hurry';

export type EventIntakeOptions = {
  readonly db: Database;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The limits of the read quota. */
  readonly limits: QuotaLimits;
  /** Receives each id that an event names, so that cached records can be dropped. */
  forget(id: string): void;
};

export type EventIntake = {
  /**
   * Takes any event of EventBridge. Rejects if the database is unavailable, so that EventBridge sends the event again.
   */
  receive(event: unknown): Promise<void>;
};

/** The time from the beginning of one batch to the next, so that a flood costs four searches a second. */
const BATCH_INTERVAL_MS = SECOND / 4;

/** The limit on events in one batch, each with a dozen names at most. No process receives as many in that time. */
const MAX_EVENTS = 10_000;

const NO_RECORDS = { catalog: '', ids: [] };

export function createEventIntake(options: EventIntakeOptions): EventIntake {
  const { db, clock, telemetry, limits } = options;
  /** The time of the monotonic clock before which no batch begins. */
  let nextBatchAt = -Infinity;

  /**
   * Resolves with true if a list is read at once because of the names of this event. One batch runs at a time, and
   * later events wait for the next.
   */
  const isUsed = createBatchLoader(
    async (events: readonly (readonly string[])[]) => {
      await clock.sleep(Math.max(0, nextBatchAt - clock.monotonic()));
      nextBatchAt = clock.monotonic() + BATCH_INTERVAL_MS;
      const used = await expedite(new Set(events.flat()));
      return events.map((names) => names.some((name) => used.has(name)));
    },
    { maxBatchSize: MAX_EVENTS, maxInFlight: 1 },
  );

  async function expedite(names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const listOf = listsByName(await namedTasks(db.sql), names);
    if (listOf.size === 0 || !mayExpedite(paceOf(await quotaUsage(db, 'reads', limits)))) return new Set();
    const now = await db.now();
    const lists = new Map([...listOf.values()].map((list) => [awsListKey(list), list]));
    await db.write(async (tx) => {
      for (const list of lists.values()) await storeEvent(tx, list, now);
      notifyOnCommit(tx, EXPEDITE_NOTIFICATION);
    });
    return new Set(listOf.keys());
  }

  return {
    async receive(event) {
      const { catalog, ids } = recordsNamedBy(event) ?? NO_RECORDS;
      for (const id of ids) options.forget(id);
      const names = ids.map((id) => nameOf(catalog, id));
      telemetry.eventReceived({ outcome: names.length > 0 && (await isUsed(names)) ? 'used' : 'ignored' });
    },
  };
}

function listsByName(tasks: readonly NamedTask[], names: ReadonlySet<string>): Map<string, ListName> {
  const found = new Map<string, ListName>();
  for (const { list, names: own } of tasks) {
    for (const id of own) {
      const name = nameOf(list.catalog, id);
      if (names.has(name)) found.set(name, list);
    }
  }
  return found;
}

/** An id is unique only within its catalog. */
function nameOf(catalog: string, id: string): string {
  return `${catalog} ${id}`;
}

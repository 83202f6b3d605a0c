/**
 * Makes the active worker, in any process, look at once at a list with a task that an event of EventBridge concerns.
 * Events may repeat, come in floods or be forged. They cost a few statements for each BATCH_INTERVAL_MS, and no look
 * while the day's reads run low.
 */
import { SECOND, type Clock } from '../../runtime/clock.js';
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

/** The limit on names in one batch. The regular polls cover the rest. */
const MAX_NAMES = 10_000;

const NO_RECORDS = { catalog: '', ids: [] };

/** The names that arrived while the previous batch was processed, or shortly after it. */
type Batch = { readonly names: Set<string>; readonly used: Promise<ReadonlySet<string>> };

export function createEventIntake(options: EventIntakeOptions): EventIntake {
  const { db, clock, telemetry, limits } = options;
  let running: Promise<unknown> = Promise.resolve();
  let next: Batch | null = null;
  /** The time of the monotonic clock before which no batch begins. */
  let nextBatchAt = -Infinity;

  /**
   * Resolves with the names whose lists are read at once. One batch runs at a time, and later names wait for the next.
   */
  function enqueue(names: readonly string[]): Promise<ReadonlySet<string>> {
    next ??= begin();
    if (next.names.size < MAX_NAMES) for (const name of names) next.names.add(name);
    return next.used;
  }

  function begin(): Batch {
    const names = new Set<string>();
    const used = running.then(async () => {
      await clock.sleep(Math.max(0, nextBatchAt - clock.monotonic()));
      nextBatchAt = clock.monotonic() + BATCH_INTERVAL_MS;
      next = null;
      return expedite(names);
    });
    running = used.catch(() => undefined);
    return { names, used };
  }

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
      const used = names.length === 0 ? new Set<string>() : await enqueue(names);
      telemetry.eventReceived({ outcome: names.some((name) => used.has(name)) ? 'used' : 'ignored' });
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

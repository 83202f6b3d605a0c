/**
 * Makes the active worker, in any process, look at once at a list with a task that an event of EventBridge concerns.
 * Events may repeat, come in floods or be forged. They cost at most one look at each list per `poll.minMs`, only while
 * the day's reads are plentiful, and statements per batch, not per event.
 */
import type { Clock } from '../../runtime/clock.js';
import { notifyOnCommit, type Database } from '../../db/database.js';
import { subjectOf } from '../../partner-central/event.js';
import { quotaUsage, type QuotaLimits } from '../../partner-central/quota/quota.js';
import { namedTasks, storeEvent, type ListName, type NamedTask } from '../../tasks/store/task-lists.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { awsListKey } from '../poll/lists.js';
import { mayExpedite, paceOf, type PollBounds } from '../poll/pace.js';

/** The notification that an event is stored. The worker finds the event later if the notification is lost. */
export const EXPEDITE_NOTIFICATION = 'hurry';

export type EventIntakeOptions = {
  readonly db: Database;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The limits of the read quota. */
  readonly limits: QuotaLimits;
  readonly poll: PollBounds;
  /** Receives each id that an event names, so that cached records can be dropped. */
  forget(id: string): void;
};

export type EventIntake = {
  /**
   * Takes any event of EventBridge. Rejects if the database is unavailable, so that EventBridge sends the event again.
   */
  receive(event: unknown): Promise<void>;
};

/** The limit on names in one batch, and on names that are ignored for a while. The regular polls cover the rest. */
const MAX_NAMES = 10_000;

const NO_NAMES: ReadonlySet<string> = new Set();
const NO_SUBJECT = { catalog: '', ids: [] };

/** The names that arrived while the previous batch was processed. */
type Batch = { readonly names: Set<string>; readonly used: Promise<ReadonlySet<string>> };

export function createEventIntake(options: EventIntakeOptions): EventIntake {
  const { db, clock, telemetry, limits, poll } = options;
  /**
   * By name, the time of this process's monotonic clock until which its events are ignored. The order is that of
   * insertion.
   */
  const ignoredUntil = new Map<string, number>();
  /**
   * By list, the earliest time of the look for the last stored event. It is later than the event if another event came
   * shortly before, and until then that look covers every further event.
   */
  const nextLookAt = new Map<string, number>();
  let running: Promise<unknown> = Promise.resolve();
  let next: Batch | null = null;

  /**
   * Resolves with the names whose lists are read sooner. One batch runs at a time, and later names wait for the next.
   */
  function enqueue(names: readonly string[]): Promise<ReadonlySet<string>> {
    next ??= begin();
    if (next.names.size < MAX_NAMES) for (const name of names) next.names.add(name);
    return next.used;
  }

  function begin(): Batch {
    const names = new Set<string>();
    const used = running.then(() => {
      next = null;
      return expediteAll(names);
    });
    running = used.catch(() => undefined);
    return { names, used };
  }

  async function expediteAll(names: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const listOf = listsByName(await namedTasks(db.sql), names);
    for (const name of names) if (!listOf.has(name)) ignoreFor(name, poll.minMs);
    if (listOf.size === 0) return NO_NAMES;
    const isPlentiful = mayExpedite(paceOf(await quotaUsage(db, 'reads', limits)));
    const now = clock.monotonic();
    const lists = new Map<string, ListName>();
    const used = new Set<string>();
    for (const [name, list] of listOf) {
      const key = awsListKey(list);
      const waitMs = isPlentiful ? (nextLookAt.get(key) ?? -Infinity) - now : poll.minMs;
      if (waitMs > 0) ignoreFor(name, waitMs);
      else {
        lists.set(key, list);
        used.add(name);
      }
    }
    if (lists.size === 0) return NO_NAMES;
    const eventAt = await db.now();
    await db.write(async (tx) => {
      for (const list of lists.values()) await storeEvent(tx, list, eventAt);
      notifyOnCommit(tx, EXPEDITE_NOTIFICATION);
    });
    for (const key of lists.keys()) nextLookAt.set(key, Math.max(now, (nextLookAt.get(key) ?? -Infinity) + poll.minMs));
    return used;
  }

  function ignoreFor(name: string, ms: number): void {
    ignoredUntil.delete(name);
    ignoredUntil.set(name, clock.monotonic() + ms);
    const [oldest] = ignoredUntil.keys();
    if (ignoredUntil.size > MAX_NAMES && oldest !== undefined) ignoredUntil.delete(oldest);
  }

  return {
    async receive(event) {
      const { catalog, ids } = subjectOf(event) ?? NO_SUBJECT;
      for (const id of ids) options.forget(id);
      const names = ids
        .map((id) => nameOf(catalog, id))
        .filter((name) => (ignoredUntil.get(name) ?? -Infinity) <= clock.monotonic());
      const used = names.length === 0 ? NO_NAMES : await enqueue(names);
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

/**
 * Makes the active worker, in any process, poll at once the tasks that an event of EventBridge concerns. Events may
 * repeat, come in floods or be forged. They cost at most one poll of each task in progress per `poll.minMs`, and
 * statements per batch, not per event.
 */
import type { Clock } from '../../runtime/clock.js';
import { notifyOnCommit, type Database } from '../../db/database.js';
import { subjectOf } from '../../partner-central/event.js';
import { quotaUsage, type QuotaLimits } from '../../partner-central/quota/quota.js';
import { expeditableTasks, expedite, type ExpeditableTask } from '../../tasks/store/expedite.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { reservedReads, stretchFor, type PollBounds } from '../poll/cadence.js';
import { planExpedite } from './expedite-rule.js';

/**
 * The notification that an expedited poll is scheduled. The worker finds the task later if the notification is lost.
 */
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
  let running: Promise<unknown> = Promise.resolve();
  let next: Batch | null = null;

  /**
   * Resolves with the names whose tasks are polled sooner. One batch runs at a time, and later names wait for the next.
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
    const tasks = tasksByName(await expeditableTasks(db.sql), names);
    for (const name of names) if (!tasks.has(name)) ignoreFor(name, poll.minMs);
    if (tasks.size === 0) return NO_NAMES;
    const usage = await quotaUsage(db, 'reads', limits);
    if (usage.remainingToday <= reservedReads(usage.perDay)) {
      // The remaining reads of the day are reserved for look-ups.
      for (const name of names) ignoreFor(name, poll.minMs);
      return NO_NAMES;
    }
    const now = await db.now();
    const intervalMs = Math.ceil(poll.minMs * stretchFor(usage));
    const plans = [...tasks].map(([name, about]) => ({ name, ...planExpedite(about, now, intervalMs) }));
    const polls = plans.flatMap((plan) => [...plan.polls]);
    if (polls.length > 0) {
      await db.write(async (tx) => {
        for (const [at, ids] of polls) await expedite(tx, ids, at, now);
        notifyOnCommit(tx, EXPEDITE_NOTIFICATION);
      });
    }
    for (const { name, ignoreUntil } of plans) if (ignoreUntil !== null) ignoreFor(name, ignoreUntil - now);
    return new Set(plans.filter((plan) => plan.polls.size > 0).map((plan) => plan.name));
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

function tasksByName(tasks: readonly ExpeditableTask[], names: ReadonlySet<string>): Map<string, ExpeditableTask[]> {
  const found = new Map<string, ExpeditableTask[]>();
  for (const task of tasks) {
    for (const name of new Set(task.subjects.map((id) => nameOf(task.catalog, id)))) {
      if (names.has(name)) found.set(name, [...(found.get(name) ?? []), task]);
    }
  }
  return found;
}

/** An id is unique only within its catalog. */
function nameOf(catalog: string, id: string): string {
  return `${catalog} ${id}`;
}

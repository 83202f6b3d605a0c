/**
 * Makes the worker, in whichever process it is, look at once at the tasks that an event is about. Events repeat, come in floods and may be
 * forged: nothing that comes in here costs more than a look at each task in progress per shortest interval of polls, and no statement an event.
 */
import type { Clock } from '../../runtime/clock.js';
import { notifyOnCommit, type Database } from '../../db/database.js';
import { subjectOf } from '../../partner-central/event.js';
import { quotaUsage, type QuotaLimits } from '../../partner-central/quota/quota.js';
import { expeditableTasks, expedite, type ExpeditableTask } from '../../tasks/store/expedite.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { reservedReads, stretchFor, type PollBounds } from '../poll/cadence.js';
import { planExpedite } from './expedite-rule.js';

/** Tells the worker that a look has been promised. Lost, it costs what a lost wake-up costs. */
export const EXPEDITE_NOTIFICATION = 'hurry';

export type EventIntakeOptions = {
  readonly db: Database;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Of reads. */
  readonly limits: QuotaLimits;
  readonly poll: PollBounds;
  /** Told every id that an event names. */
  forget(id: string): void;
};

export type EventIntake = {
  /** Takes any event of EventBridge; rejects when the database is away, and the event is to be sent again. */
  receive(event: unknown): Promise<void>;
};

/** In one batch, and remembered as quiet; of more than these the rest is left to the polls. */
const MAX_NAMES = 10_000;

const NO_NAMES: ReadonlySet<string> = new Set();
const NO_SUBJECT = { catalog: '', ids: [] };

/** What came in while the batch before was looked at. */
type Batch = { readonly names: Set<string>; readonly used: Promise<ReadonlySet<string>> };

export function createEventIntake(options: EventIntakeOptions): EventIntake {
  const { db, clock, telemetry, limits, poll } = options;
  /** Until when, by the clock of this process, events about a name are no news; in the order in which they were noted. */
  const ignoredUntil = new Map<string, number>();
  let running: Promise<unknown> = Promise.resolve();
  let next: Batch | null = null;

  /** Which of these names the worker now looks at sooner. One batch at a time, however many events come in meanwhile. */
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
      // What is left of the day is people's.
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
      telemetry.hintReceived({ outcome: names.some((name) => used.has(name)) ? 'used' : 'ignored' });
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

/** Ids are an account's own within a catalog only. */
function nameOf(catalog: string, id: string): string {
  return `${catalog} ${id}`;
}

/**
 * Notices that no events of EventBridge come although they are awaited. Partner Central sends events only after a
 * partner has enabled them, and a completed task always causes some. So three days with completed tasks and without an
 * event mean that events are not enabled, or do not arrive. The time of the last event is kept in the database, because
 * each event reaches only one of several gateways, and restarts are frequent.
 */
import { DAY, HOUR, MINUTE, type Clock } from '../../runtime/clock.js';
import { isDatabaseFailure } from '../../db/errors/cannot-write.js';
import type { Database } from '../../db/database.js';
import { recordsNamedBy } from '../../partner-central/event.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { wasCompletedBetween } from '../../tasks/store/completed.js';
import { awaitedSince, beginToAwait, setAwaitedSince } from './awaited-since.js';

/** Enabling events takes up to a day, and a weekend brings few tasks. */
const PATIENCE_DAYS = 3;
/** Events follow a task within seconds; AWS promises no time. */
const EVENT_DELAY_MS = HOUR;
/** Events come in floods, and their time need not be exact. */
const WRITE_INTERVAL_MS = 10 * MINUTE;
const CHECK_INTERVAL_MS = HOUR;

const NOTICE =
  `No event of EventBridge has come for ${PATIENCE_DAYS} days, although tasks were completed. Enable events in Partner ` +
  'Central, which takes up to a day, and check the rule and the API destination (src/worker/README.md, Events from ' +
  'EventBridge). Tasks are polled as usual.';

export type EventWatch = {
  /** Takes the time of any event of Partner Central. Rejects if the database is unavailable. */
  arrived(event: unknown): Promise<void>;
  /** A sentence for the operator while events are missing; otherwise null. */
  notice(): Promise<string | null>;
  /** Logs the notice when it begins, and each day while it lasts, until `signal` aborts. Never rejects. */
  watch(signal: AbortSignal): Promise<void>;
};

type EventWatchOptions = {
  readonly db: Database;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'unexpected'> & { readonly log: { warn(message: string): void } };
  /** False without HINTS_SECRET. */
  readonly isAwaiting: boolean;
};

/** Begins to await events, or stops it, for all gateways on the database. */
export async function createEventWatch({ db, clock, telemetry, isAwaiting }: EventWatchOptions): Promise<EventWatch> {
  let writtenAt = -Infinity;

  if (isAwaiting) {
    const now = await db.now();
    await db.write((tx) => beginToAwait(tx, now));
  } else if ((await awaitedSince(db.sql)) !== 0) {
    await db.write((tx) => setAwaitedSince(tx, 0));
  }

  async function notice(): Promise<string | null> {
    if (!isAwaiting) return null;
    const [since, now] = await Promise.all([awaitedSince(db.sql), db.now()]);
    if (since === 0 || now - since < PATIENCE_DAYS * DAY) return null;
    return (await wasCompletedBetween(db.sql, since, now - EVENT_DELAY_MS)) ? NOTICE : null;
  }

  return {
    notice,
    async arrived(event) {
      if (recordsNamedBy(event) === null || clock.monotonic() - writtenAt < WRITE_INTERVAL_MS) return;
      const before = writtenAt;
      writtenAt = clock.monotonic();
      try {
        const now = await db.now();
        await db.write((tx) => setAwaitedSince(tx, now));
      } catch (error) {
        // EventBridge sends the event again.
        writtenAt = before;
        throw error;
      }
    },
    async watch(signal) {
      let loggedAt = -Infinity;
      while (isAwaiting && !signal.aborted) {
        const found = await notice().catch((error: unknown) => {
          // The statement that needs the database reports an outage.
          if (!signal.aborted && !isDatabaseFailure(error)) telemetry.unexpected('hints', error);
          return null;
        });
        if (found === null) loggedAt = -Infinity;
        else if (clock.monotonic() - loggedAt >= DAY) {
          telemetry.log.warn(found);
          loggedAt = clock.monotonic();
        }
        await clock.sleep(CHECK_INTERVAL_MS, signal);
      }
    },
  };
}

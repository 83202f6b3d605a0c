/**
 * Detects clock jumps by comparison with a monotonic clock, and corrects the age of stored times for them. It knows the
 * jumps that this process has seen. A jump while the process did not run looks like elapsed time.
 */
import { DAY, HOUR, MINUTE, SECOND, type Clock } from './clock.js';

/** NTP makes smaller corrections all the time. */
const TOLERANCE_MS = SECOND;
/** Bounds the memory for a clock that jumps all the time. */
const MAX_JUMPS = 100;
/** Stored times are compared over a day at most, so older jumps have no effect. */
const LONGEST_WINDOW_MS = DAY;

/** Time after a jump, or after the start of the process, in which nothing is deleted because of its age. */
export const STEADY_MS = HOUR;

type Jump = { readonly at: number; readonly ms: number };

/** The time that a clock showed at some moment between `from` and `until` of the monotonic clock. */
type Reading = { readonly now: number; readonly from: number; readonly until: number };

export type ClockWatch = {
  /**
   * Call it before the clock is read, and pass the reading to its result. A server reads its clock at some moment in
   * between.
   */
  startReading(): (now: number) => void;
  /** The age of a stored time, at least 0. Forward jumps since then are subtracted, for ages of up to a day. */
  passedSince(storedAt: number, now: number): number;
  /**
   * The distance from now to the stored time of an entry that is `ms` old, for up to a day. It exceeds `ms` by the
   * forward jumps since. `now` defaults to the latest reading.
   */
  windowMs(ms: number, now?: number): number;
  /** Time since the latest jump, or since the watch began. */
  steadyMs(): number;
  /**
   * The latest jump and its effect, in a sentence for the operator; null once the clock has been steady for an hour.
   */
  notice(): string | null;
  /**
   * Calls `onJump` at each jump with its milliseconds, negative for backwards, and with the sentence of `notice`.
   * @returns a function that ends it
   */
  listen(onJump: (ms: number, message: string) => void): () => void;
};

/** @param name of the clock, as the subject of a sentence */
export function createClockWatch(clock: Clock, name: string): ClockWatch {
  const listeners = new Set<(ms: number, message: string) => void>();
  let latestReading: Reading | null = null;
  let jumps: readonly Jump[] = [];
  let steadySince = clock.monotonic();
  let latest: string | null = null;

  const windowMs = (ms: number, now = latestReading?.now ?? 0) =>
    now - jumps.reduceRight((time, jump) => (jump.at > time ? time - jump.ms : time), now - ms);

  function observe(now: number, from: number): void {
    const until = clock.monotonic();
    const before = latestReading;
    latestReading = { now, from, until };
    if (before === null) return;
    const ms = jumpBetween(now - before.now, from - before.until, until - before.from);
    if (ms === 0) return;
    jumps = afterJump(jumps, now, ms);
    jumps = jumps.filter(({ at }) => at > now - windowMs(LONGEST_WINDOW_MS, now)).slice(-MAX_JUMPS);
    steadySince = until;
    latest = sentenceOf(name, ms);
    for (const listener of listeners) listener(ms, latest);
  }

  return {
    startReading() {
      const from = clock.monotonic();
      return (now) => observe(now, from);
    },
    passedSince(storedAt, now) {
      const ahead = jumps.reduce((sum, jump) => (jump.at > storedAt ? sum + jump.ms : sum), 0);
      return Math.max(0, now - storedAt - ahead);
    },
    windowMs,
    steadyMs: () => clock.monotonic() - steadySince,
    notice: () => (clock.monotonic() - steadySince < STEADY_MS ? latest : null),
    listen(onJump) {
      listeners.add(onJump);
      return () => void listeners.delete(onJump);
    },
  };
}

/**
 * The jump of a clock that advanced by `wentMs` while between `leastMs` and `mostMs` elapsed. Negative means backwards;
 * 0 means that no jump is certain. Pure.
 */
export function jumpBetween(wentMs: number, leastMs: number, mostMs: number): number {
  if (wentMs > mostMs + TOLERANCE_MS || wentMs < leastMs - TOLERANCE_MS)
    return Math.round(wentMs - (leastMs + mostMs) / 2);
  return 0;
}

/** The forward jumps in effect after another jump. A backward jump cancels the latest ones first. Pure. */
export function afterJump(jumps: readonly Jump[], at: number, ms: number): readonly Jump[] {
  if (ms > 0) return [...jumps, { at, ms }];
  const left = [...jumps];
  for (let backMs = -ms; backMs > 0;) {
    const last = left.pop();
    if (last === undefined) break;
    if (last.ms > backMs) left.push({ at: last.at - backMs, ms: last.ms - backMs });
    backMs -= last.ms;
  }
  return left;
}

function sentenceOf(name: string, ms: number): string {
  const effect = 'The gateway continues: no start and no transition is lost.';
  // A sleeping machine stops the monotonic clock as well.
  return ms > 0
    ? `${name} was set forward by ${duration(ms)}, or this machine slept so long. Calls of the preceding 24 hours ` +
        `still count against the quota. No finished task is deleted for an hour. ${effect}`
    : `${name} was set back by ${duration(-ms)}. Starts and polls that were due later than is possible are due now. ` +
        `${effect}`;
}

function duration(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} days`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)} hours`;
  return ms >= 2 * MINUTE ? `${Math.round(ms / MINUTE)} minutes` : `${Math.round(ms / SECOND)} seconds`;
}

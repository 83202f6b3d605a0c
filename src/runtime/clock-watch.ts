/**
 * Notices when a clock jumps, by comparing it with time that cannot, and says how old a stored time is in spite of that. It knows the jumps that this
 * process has seen: a jump while it did not run looks like time that passed.
 */
import { DAY, HOUR, MINUTE, SECOND, type Clock } from './clock.js';

/** Smaller ones are corrections that NTP makes all the time. */
const TOLERANCE_MS = SECOND;
/** Remembered of a clock that jumps all the time. */
const MAX_JUMPS = 100;
/** Stored times are compared over at most so long: older jumps have no effect. */
const LONGEST_WINDOW_MS = DAY;

/** So long after a jump, or after the start of the process, nothing is deleted because of its age. */
export const STEADY_MS = HOUR;

type Jump = { readonly at: number; readonly ms: number };

export type ClockWatch = {
  /** Call it before the clock is asked, and what it returns with the answer: the clock of a server was read at some moment in between. */
  look(): (now: number) => void;
  /** How long ago a stored time is: never less than 0, and, up to a day, without the time by which the clock was set forward since. */
  passedSince(storedAt: number, now: number): number;
  /** How far before now a time was stored that is `ms` old, up to a day: more than `ms` where the clock was set forward since. Without `now`, as of the latest look. */
  windowMs(ms: number, now?: number): number;
  /** How long the clock has been watched without a jump. */
  steadyMs(): number;
  /** The latest jump and its effect, in a sentence for the operator; null once the clock has been steady for an hour. */
  notice(): string | null;
  /** Calls `onJump` at each jump with its milliseconds, below 0 backwards, and with such a sentence. @returns how to end it */
  listen(onJump: (ms: number, message: string) => void): () => void;
};

/** @param name of the clock, as the subject of a sentence */
export function createClockWatch(clock: Clock, name: string): ClockWatch {
  const listeners = new Set<(ms: number, message: string) => void>();
  let seen: { readonly now: number; readonly from: number; readonly until: number } | null = null;
  let jumps: readonly Jump[] = [];
  let steadySince = clock.monotonic();
  let latest: string | null = null;

  const windowMs = (ms: number, now = seen?.now ?? 0) =>
    now - jumps.reduceRight((time, jump) => (jump.at > time ? time - jump.ms : time), now - ms);

  function see(now: number, from: number): void {
    const until = clock.monotonic();
    const before = seen;
    seen = { now, from, until };
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
    look() {
      const from = clock.monotonic();
      return (now) => see(now, from);
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
 * By how much a clock jumped that went on by `wentMs` while at least `leastMs` and at most `mostMs` passed; below 0 backwards, 0 when it need not have
 * jumped. Pure.
 */
export function jumpBetween(wentMs: number, leastMs: number, mostMs: number): number {
  if (wentMs > mostMs + TOLERANCE_MS || wentMs < leastMs - TOLERANCE_MS)
    return Math.round(wentMs - (leastMs + mostMs) / 2);
  return 0;
}

/** The jumps forward that are in effect after another jump: one back takes back the latest ones first. Pure. */
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
  const effect = 'The gateway goes on: no start and no event is lost.';
  // A machine that sleeps stops the time that cannot jump as well.
  return ms > 0
    ? `${name} was set forward by ${duration(ms)}, or this machine slept so long. ${effect} Calls of the 24 hours before still count against the quota, and no finished task is deleted for an hour.`
    : `${name} was set back by ${duration(-ms)}. ${effect} Starts and looks at tasks that were due later than is possible are due now.`;
}

function duration(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} days`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)} hours`;
  return ms >= 2 * MINUTE ? `${Math.round(ms / MINUTE)} minutes` : `${Math.round(ms / SECOND)} seconds`;
}

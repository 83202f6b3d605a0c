/** Computes when to call AWS again. Pure: takes times, counts and random numbers, and returns delays. */
import { DAY, MINUTE, SECOND, backoffMs } from '../../runtime/clock.js';
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { LONGEST_BACKOFF_MS } from '../../tasks/store/due-times.js';

export type PollBounds = { readonly minMs: number; readonly maxMs: number };

/**
 * A task is polled again after a quarter of its age. Its end is thus seen late by at most a quarter of its duration.
 */
const AGE_SHARE = 0.25;
/** The longest delay at any stretch. A task that is due later would still wait when reads are available again. */
export const LONGEST_STRETCHED_MS = 15 * MINUTE;

/**
 * Returns the delay from a poll of a task to its next poll. It is `minMs` for a young task, and up to `maxMs` for an
 * older one.
 * @param stretch the factor by which polls are slowed down so that the daily reads last, 1 or more; the result is
 * capped at LONGEST_STRETCHED_MS
 */
export function nextPollDelayMs(ageMs: number, bounds: PollBounds, stretch: number): number {
  const byAge = Math.max(bounds.minMs, ageMs * AGE_SHARE);
  // Two significant digits let many tasks share one delay, and with it one write.
  const grain = 10 ** Math.floor(Math.log10(byAge) - 1);
  const rounded = Math.max(bounds.minMs, Math.floor(byAge / grain) * grain);
  const longestMs = Math.max(bounds.maxMs, LONGEST_STRETCHED_MS);
  return Math.round(Math.min(longestMs, Math.min(bounds.maxMs, rounded) * stretch));
}

/**
 * Returns the time of the next poll of a task that was polled at `now`, rounded to a multiple of `minMs`. Tasks that
 * are due at about the same time share one poll. Rounding shifts each by at most half of `minMs`.
 */
export function nextPollAt(now: number, ageMs: number, bounds: PollBounds, stretch: number): number {
  return Math.round((now + nextPollDelayMs(ageMs, bounds, stretch)) / bounds.minMs) * bounds.minMs;
}

/**
 * The longest wait of a task in progress. Its due time may come from a larger stretch, which the factor 2 allows for.
 * A stretch that shrinks a little thus does not make every task due at once.
 */
export function longestPollMs(bounds: PollBounds, stretch: number): number {
  return Math.max(LONGEST_BACKOFF_MS, 2 * nextPollDelayMs(4 * bounds.maxMs, bounds, stretch)) + bounds.minMs;
}

/** The share of the daily reads that is reserved for look-ups. */
export const RESERVED_SHARE = 0.1;

/** Returns the number of daily reads that polls leave for look-ups. */
export function reservedReads(perDay: number): number {
  return Math.floor(perDay * RESERVED_SHARE);
}

/**
 * Polls may spend the share `(part of the day) ** BURST_EXPONENT` of their daily reads in a part of a day: 39 % in an
 * hour, 72 % in eight hours. Most bursts are short.
 */
const BURST_EXPONENT = 0.3;
/** Polls run at full pace while more than this share of the allowed reads remains. */
const FULL_PACE_SHARE = 0.3;
/** Below that share, the stretch is the shortage to this power. */
const STRETCH_EXPONENT = 1.5;
/** This stretch turns the shortest delay of one second into more than the longest delay. */
const MAX_STRETCH = 1000;

/**
 * Returns the factor, 1 or more, by which polls are slowed down, so that reads last until spent ones expire after a
 * day.
 *
 * Polls slow down sooner the longer they overspend. They thus reach an even pace within hours, instead of a fast first
 * and a slow second half of each day. A burst of an hour or two still runs at full pace.
 *
 * BURST_EXPONENT and STRETCH_EXPONENT come from a model of days with 0.8 to 6 times as many polls as reads. They
 * minimize the delay of changes without slowing days that have enough reads. `npm run bench -- day` runs a day with
 * three times as many.
 */
export function stretchFor({ perDay, spent }: Pick<QuotaUsage, 'perDay' | 'spent'>): number {
  const forPolls = perDay * (1 - RESERVED_SHARE);
  const left = Math.min(
    1,
    ...spent.map(({ withinMs, count }) => 1 - count / (forPolls * (withinMs / DAY) ** BURST_EXPONENT)),
  );
  return left >= FULL_PACE_SHARE
    ? 1
    : Math.min(MAX_STRETCH, (FULL_PACE_SHARE / Math.max(left, FULL_PACE_SHARE / MAX_STRETCH)) ** STRETCH_EXPONENT);
}

const FIRST_BACKOFF_MS = 0.5 * SECOND;

/** Returns the wait after the n-th failed attempt (n from 1): from half a second to half a minute. */
export function retryDelayMs(attempt: number, random: number): number {
  return backoffMs(attempt, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, random);
}

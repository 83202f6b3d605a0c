/** When to ask AWS again. Pure: facts and random numbers come in, delays go out. */
import { DAY, MINUTE, SECOND, backoffMs } from '../../runtime/clock.js';
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { LONGEST_BACKOFF_MS } from '../../tasks/store/due-times.js';

export type PollBounds = { readonly minMs: number; readonly maxMs: number };

/** A task is asked about again after a quarter of its age: news is late by at most a quarter of what it took. */
const AGE_SHARE = 0.25;
/** However little is left of the day's reads: one that is further off would still be far off when the reads are back. */
export const LONGEST_STRETCHED_MS = 15 * MINUTE;

/**
 * How long after this poll the next one of a task is due: `minMs` while it is young, growing with its age to `maxMs`.
 * @param stretch 1 or more: by how much polls are spread so that the day's reads last, up to LONGEST_STRETCHED_MS
 */
export function nextPollDelayMs(ageMs: number, bounds: PollBounds, stretch: number): number {
  const byAge = Math.max(bounds.minMs, ageMs * AGE_SHARE);
  // Two digits are enough, and let many tasks share one delay, and with it one write.
  const grain = 10 ** Math.floor(Math.log10(byAge) - 1);
  const rounded = Math.max(bounds.minMs, Math.floor(byAge / grain) * grain);
  const longestMs = Math.max(bounds.maxMs, LONGEST_STRETCHED_MS);
  return Math.round(Math.min(longestMs, Math.min(bounds.maxMs, rounded) * stretch));
}

/**
 * When to ask about a task again that was asked about at `now`: after its delay, moved to the nearest multiple of `minMs`. What falls due at about
 * the same time does so at the same moment, and is asked about together; each comes sooner or later than its turn by at most half of `minMs`.
 */
export function nextPollAt(now: number, ageMs: number, bounds: PollBounds, stretch: number): number {
  return Math.round((now + nextPollDelayMs(ageMs, bounds, stretch)) / bounds.minMs) * bounds.minMs;
}

/**
 * No task in progress waits for longer. Twice the longest delay at this stretch, because polls may have been spread further when it was chosen: a
 * stretch that shrinks a little must not have every task asked about at once.
 */
export function longestPollMs(bounds: PollBounds, stretch: number): number {
  return Math.max(LONGEST_BACKOFF_MS, 2 * nextPollDelayMs(4 * bounds.maxMs, bounds, stretch)) + bounds.minMs;
}

/** Of the day's reads, what is left to people's own queries. */
export const RESERVED_SHARE = 0.1;

/** How many of the day's reads polls leave alone. */
export function reservedReads(perDay: number): number {
  return Math.floor(perDay * RESERVED_SHARE);
}

/** So much of what polls have in a day they may spend in a part of it as that part to this power: 39 % in an hour, 72 % in eight. Most rushes are soon over. */
const BURST_EXPONENT = 0.3;
/** While more than this share of what may be spent is left, polls go at their own pace. */
const FULL_PACE_SHARE = 0.3;
/** With less, they are spread by this power of how many times less there is. */
const STRETCH_EXPONENT = 1.5;
/** So much that the shortest delay of a second becomes the longest, beyond which nothing is spread. */
const MAX_STRETCH = 1000;

/**
 * By how much polls are spread, from 1: what is left has to last until reads come back, a day after they were spent. The longer polls spend more than
 * the day has for them, the sooner they are spread, so that they come to an even pace within hours, instead of a slow second half of each day after a
 * fast first one; and a rush of an hour or two is followed at full pace all the same.
 *
 * RUSH and STEEPNESS are what made the news of a day latest by least, without slowing days that have enough, in a model of days with 0.8 to 6 times as
 * many polls as there are reads; `npm run bench -- day` follows one with three times as many.
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

/** How long to wait after the n-th attempt that failed (n from 1): from half a second to half a minute. */
export function retryDelayMs(attempt: number, random: number): number {
  return backoffMs(attempt, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, random);
}

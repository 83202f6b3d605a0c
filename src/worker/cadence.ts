/** When to ask AWS again. Pure: facts and random numbers come in, delays go out. */
import { MINUTE, SECOND } from '../clock.js';

export type PollBounds = { readonly minMs: number; readonly maxMs: number };

/** A task is asked about again after a quarter of its age: news is late by at most a quarter of what it took. */
const AGE_SHARE = 0.25;
/** However little is left of the day's reads: one that is further off would still be far off when the reads are back. */
export const LONGEST_STRETCHED_MS = 15 * MINUTE;

/**
 * How long after this poll the next one of a task is due: `minMs` while it is young, growing with its age to `maxMs`.
 * @param stretch 1 or more: by how much polls are spread because the day's reads run low, up to LONGEST_STRETCHED_MS
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

/** Above this share of the day's reads polls go at their own pace. */
const PLENTY = 0.3;
/** So much that the shortest delay of a second becomes the longest, beyond which nothing is spread. */
const MAX_STRETCH = 1000;

/** Of the day's reads, what is left to people's own queries. */
export const PEOPLES_SHARE = 0.1;

/**
 * 1 while PLENTY of the day's reads is left to the polls, then the square of how many times less there is: what is left has to last until reads come
 * back, a day after they were spent, and no delay grows beyond LONGEST_STRETCHED_MS. Growing in proportion, polls
 * that want three times what there is reach that delay too late, and have nothing left for the last third of the day (`npm run bench -- day`).
 */
export function stretchFor(remainingToday: number, perDay: number): number {
  const share = (remainingToday - perDay * PEOPLES_SHARE) / (perDay * PLENTY);
  return share >= 1 ? 1 : Math.min(MAX_STRETCH, Math.max(share, 1 / MAX_STRETCH) ** -2);
}

const FIRST_BACKOFF_MS = 0.5 * SECOND;
const MAX_BACKOFF_MS = 30 * SECOND;

/**
 * How long to wait after the n-th attempt in vain (n from 1): doubling from half a second to half a minute, of which a random half is
 * taken away, so that many starts that failed together do not come back together.
 * @param random from 0 to 1
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}

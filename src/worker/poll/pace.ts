/**
 * Decides how often each list is read, so that news arrives early and the day's reads last. Pure: takes costs and the
 * use of the quota, and returns intervals.
 */
import { DAY, HOUR, SECOND } from '../../runtime/clock.js';
import type { QuotaUsage } from '../../partner-central/quota/quota.js';

export type PollBounds = { readonly minMs: number; readonly maxMs: number };

/** The share of the daily reads that is reserved for look-ups. */
export const RESERVED_SHARE = 0.1;

/** Returns the number of daily reads that polls leave for look-ups. */
export function reservedReads(perDay: number): number {
  return Math.floor(perDay * RESERVED_SHARE);
}

/** True while only the reads that are reserved for look-ups remain. */
export function areReadsSpent({ perDay, remainingToday }: Pick<QuotaUsage, 'perDay' | 'remainingToday'>): boolean {
  return remainingToday <= reservedReads(perDay);
}

/** The share of their daily reads that polls spend steadily. A list that one call reads is then read every 1.6 s. */
const STEADY_SHARE = 0.6;
/** Polls spend up to this share as long as news would otherwise take longer than NEWS_MS. */
const LARGEST_SHARE = 0.85;
const NEWS_MS = 2 * SECOND;
/** Polls may run ahead of the steady share by this one, and lists are then read at the shortest interval. */
const BURST_SHARE = 0.05;
/** The remaining reads last this long at least. A pace that only this limits settles at 24 / (24 + 4) of the reads. */
const SPREAD_MS = 4 * HOUR;

/** The calls per second that polls may make. */
export type Pace = {
  readonly steady: number;
  readonly largest: number;
  /** The pace at which the remaining reads last for SPREAD_MS; 0 when none are left. */
  readonly lasting: number;
  /** True while polls have spent less than the steady share and the burst allow, in each window of the last day. */
  readonly hasCredit: boolean;
};

type Usage = Pick<QuotaUsage, 'perDay' | 'spent' | 'remainingToday'>;

export function paceOf({ perDay, spent, remainingToday }: Usage): Pace {
  const forPolls = perDay - reservedReads(perDay);
  const left = Math.max(0, remainingToday - reservedReads(perDay));
  const steady = (STEADY_SHARE * forPolls) / (DAY / SECOND);
  return {
    steady,
    largest: (LARGEST_SHARE * forPolls) / (DAY / SECOND),
    lasting: left / (SPREAD_MS / SECOND),
    hasCredit: spent.every(({ withinMs, count }) => count < BURST_SHARE * forPolls + steady * (withinMs / SECOND)),
  };
}

/**
 * Returns the interval of each list. `costs` are the calls that one reading of each list takes. The intervals grow with
 * the square roots of the costs, because this division of the reads makes the sum of the delays smallest.
 */
export function intervalsMs(costs: readonly number[], pace: Pace, bounds: PollBounds): number[] {
  if (pace.hasCredit) return costs.map(() => bounds.minMs);
  const weights = costs.map((cost) => Math.sqrt(cost));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const wanted = (Math.max(...weights) * sum) / (NEWS_MS / SECOND);
  const perSecond = Math.min(pace.lasting, Math.max(pace.steady, Math.min(pace.largest, wanted)));
  return weights.map((weight) => {
    const sustainableMs = (SECOND * weight * sum) / pace.largest;
    const intervalMs = perSecond === 0 ? Infinity : (SECOND * weight * sum) / perSecond;
    return Math.max(bounds.minMs, Math.min(intervalMs, Math.max(bounds.maxMs, sustainableMs)));
  });
}

/** True if an event may make a list be read before its interval has passed. A flood thus leaves reads for the rest. */
export function mayExpedite({ lasting, steady }: Pace): boolean {
  return lasting >= steady;
}

/** Discovery spends this share of the pace at most, which only matters when few reads are left. */
const DISCOVERY_SHARE = 0.05;
const LONGEST_DISCOVERY_MS = HOUR / 4;

/** Returns the wait between two readings of discovery: `usualMs`, or more when few reads are left. */
export function discoveryIntervalMs(usualMs: number, { lasting }: Pace): number {
  return Math.min(LONGEST_DISCOVERY_MS, Math.max(usualMs, SECOND / (DISCOVERY_SHARE * lasting)));
}

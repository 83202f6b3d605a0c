/** Follows starts of a whole day, at the rate that AWS allows, with the gateway's own poller on a jumping clock. */
import { DAY, HOUR } from '../../../src/runtime/clock.js';
import { RESERVED_SHARE } from '../../../src/worker/poll/pace.js';
import { READS, SIMPLE_EVERY_MS, WRITES, followByGateway, type Followed } from './follow-gateway.js';
import { steadyWorldOf } from './follow-world.js';
import { atMost, percentile, rounded, type Goal, type Table } from '../report.js';

/** The share of the day's reads that polls may use. */
export const POLLS_SHARE = 1 - RESERVED_SHARE;
/** Starts at this interval use the whole daily quota of writes. */
const EVERY_MS = DAY / WRITES.perDay;

/** The goals for each number in flight: the share of the polls' reads, and the delay of news. */
const GOALS = [
  { count: 1, share: 0.75, medianMs: 1000, p99Ms: 2500 },
  { count: 10, share: 0.75, medianMs: 1000, p99Ms: 2500 },
  { count: 100, share: 0.75, medianMs: 1200, p99Ms: 3000 },
  { count: 1000, share: 0.8, medianMs: 1500, p99Ms: 4000 },
  { count: 10_000, share: 1, medianMs: 8000, p99Ms: 20_000 },
] as const;

/**
 * Follows the starts that AWS allows in a day. Their tasks take so long that the same number is in flight at every
 * moment. A quick run follows a quarter of an hour, in which polls may run ahead of their share, so it has no share.
 */
export async function steadily(quick: boolean): Promise<{ readonly table: Table; readonly goals: readonly Goal[] }> {
  const spanMs = quick ? HOUR / 4 : DAY;
  const rows = quick ? GOALS.slice(0, 3) : GOALS;
  const allowed = (READS.perDay * spanMs) / DAY;
  const followed: Followed[] = [];
  for (const { count } of rows)
    followed.push(await followByGateway(steadyWorldOf(count, EVERY_MS, spanMs), READS, spanMs));
  const lasts = (count: number): string => {
    const share = (count * spanMs) / SIMPLE_EVERY_MS / allowed;
    return share <= 1 ? `${rounded(100 * share)} %` : `100 % after ${rounded(24 / share)} h`;
  };
  return {
    table: {
      title:
        `Starts all day: one every ${EVERY_MS / 1000} s, followed for ${durationOf(spanMs)}; share of the reads that ` +
        `AWS allows in that time`,
      head: [
        'in flight, and how long each takes',
        ...rows.map(({ count }) => `${count.toLocaleString('en')} · ${durationOf(count * EVERY_MS)}`),
      ],
      rows: [
        [
          '**gateway**',
          ...followed.map(
            ({ calls, delaysMs }) =>
              `${rounded((100 * calls) / allowed)} % · ${rounded(percentile(delaysMs, 0.5) / 1000)} s, ` +
              `${rounded(percentile(delaysMs, 0.99) / 1000)} s`,
          ),
        ],
        ['a List for each task every 2 s', ...rows.map(({ count }) => lasts(count))],
      ],
    },
    goals: rows.flatMap(({ count, share, medianMs, p99Ms }, index) => {
      const { calls, delaysMs } = followed[index] ?? { calls: Number.NaN, delaysMs: [] };
      const label = `${count.toLocaleString('en')} in flight all day`;
      return [
        ...(quick ? [] : [atMost(`${label}: share of the polls' reads`, calls / (allowed * POLLS_SHARE), share)]),
        atMost(`${label}: median delay`, percentile(delaysMs, 0.5), medianMs, 'ms'),
        atMost(`${label}: p99 of the delay`, percentile(delaysMs, 0.99), p99Ms, 'ms'),
      ];
    }),
  };
}

export function durationOf(ms: number): string {
  return ms < 120_000
    ? `${rounded(ms / 1000)} s`
    : ms < 2 * HOUR
      ? `${rounded(ms / 60_000)} min`
      : `${rounded(ms / HOUR)} h`;
}

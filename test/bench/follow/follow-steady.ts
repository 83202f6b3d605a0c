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

/**
 * Follows the starts that AWS allows in a day. Their tasks take so long that the same number is in flight at every
 * moment. A part of a day has the same part of its reads, because a poller that spends more runs out before the day
 * ends.
 */
export async function steadily(quick: boolean): Promise<{ readonly table: Table; readonly goals: readonly Goal[] }> {
  const spanMs = quick ? HOUR / 4 : 2 * HOUR;
  const counts = quick ? [1, 10, 100] : [1, 10, 100, 1000];
  const allowed = (READS.perDay * spanMs) / DAY;
  const followed: Followed[] = [];
  for (const count of counts)
    followed.push(await followByGateway(steadyWorldOf(count, EVERY_MS, spanMs), READS, spanMs));
  const lasts = (count: number): string => {
    const share = (count * spanMs) / SIMPLE_EVERY_MS / allowed;
    return share <= 1 ? `${rounded(100 * share)} %` : `100 % after ${rounded(24 / share)} h`;
  };
  return {
    table: {
      title:
        `Starts all day: one every ${EVERY_MS / 1000} s, followed for ${spanMs / HOUR} h; share of the reads that ` +
        `AWS allows in that time`,
      head: [
        'in flight, and how long each takes',
        ...counts.map((count) => `${count.toLocaleString('en')} · ${durationOf(count * EVERY_MS)}`),
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
        ['a List for each task every 2 s', ...counts.map(lasts)],
      ],
    },
    goals: counts.map((count, index) =>
      atMost(
        `${count} in flight all day: share of the polls' reads`,
        (followed[index]?.calls ?? Number.NaN) / (allowed * POLLS_SHARE),
        1,
      ),
    ),
  };
}

export function durationOf(ms: number): string {
  return ms < 120_000
    ? `${rounded(ms / 1000)} s`
    : ms < 2 * HOUR
      ? `${rounded(ms / 60_000)} min`
      : `${rounded(ms / HOUR)} h`;
}

/**
 * Simulates the hardest day that AWS's quota of writes allows. Starts arrive as fast as it permits and take a day each,
 * so that ten thousand are in flight all day. The gateway's own poller follows them on a jumping clock. A tenth of the
 * size takes a tenth of the time. The result shows whether the reads last, and the delay in each part of the day.
 */
import { DAY } from '../../../src/runtime/clock.js';
import { READS, followByGateway } from './follow-gateway.js';
import { POLLS_SHARE, durationOf } from './follow-steady.js';
import { BEGAN_AT, steadyWorldOf } from './follow-world.js';
import { optionsOf } from '../options.js';
import { atMost, percentile, publish, rounded } from '../report.js';

const SCALE = 10;
const IN_FLIGHT = 10_000 / SCALE;
const READS_PER_DAY = READS.perDay / SCALE;
const PARTS = 8;
/** The goal for the median delay in each part of the day. */
const LATEST_MS = 8000;

export async function run(args: string[]): Promise<void> {
  const { quick } = optionsOf(args, { rounds: 1 });
  const count = quick ? IN_FLIGHT / 10 : IN_FLIGHT;
  const everyMs = DAY / count;
  const { calls, delaysMs, callAts, toldAts } = await followByGateway(
    steadyWorldOf(count, everyMs, DAY),
    { ...READS, perDay: READS_PER_DAY },
    DAY,
  );
  const partMs = DAY / PARTS;
  const partOf = (at: number): number => Math.min(PARTS - 1, Math.floor((at - BEGAN_AT) / partMs));
  const parts = Array.from({ length: PARTS }, (_, part) => ({
    calls: callAts.filter((at) => partOf(at) === part).length,
    delaysMs: delaysMs.filter((_delay, index) => partOf(toldAts[index] ?? BEGAN_AT) === part),
  }));
  const lateIn = (part: number): string => durationOf(percentile(parts[part]?.delaysMs ?? [], 0.5));
  publish({
    name: 'day',
    about:
      `Simulated: a start every ${everyMs / 1000} s of tasks that take ${durationOf(count * everyMs)} each, so that ` +
      `${count.toLocaleString('en')} are in flight. They are followed for a day with ` +
      `${READS_PER_DAY.toLocaleString('en')} reads, a ${SCALE}th of what AWS allows.`,
    versions: {},
    tables: [
      {
        title: 'The day in parts',
        head: ['hours', 'reads', "share of the day's", 'median delay', 'p99'],
        rows: parts.map(({ calls: some, delaysMs: late }, part) => [
          `${(part * 24) / PARTS} to ${((part + 1) * 24) / PARTS}`,
          some.toLocaleString('en'),
          `${rounded((100 * some) / READS_PER_DAY)} %`,
          late.length === 0 ? '–' : durationOf(percentile(late, 0.5)),
          late.length === 0 ? '–' : durationOf(percentile(late, 0.99)),
        ]),
      },
    ],
    goals: [
      atMost(
        `${count.toLocaleString('en')} in flight for a day, with a ${SCALE}th of the reads: share of the polls' reads`,
        calls / (READS_PER_DAY * POLLS_SHARE),
        1,
      ),
      atMost(
        `${count.toLocaleString('en')} in flight for a day, with a ${SCALE}th of the reads: largest median delay of a part`,
        Math.max(...parts.map(({ delaysMs: late }) => percentile(late, 0.5) || 0)),
        LATEST_MS,
        'ms',
      ),
    ],
    conclusions: [
      `The reads ${calls <= READS_PER_DAY ? 'last' : 'do not last'} for the whole day. ` +
        `The median delay is ${lateIn(0)} in the first ${24 / PARTS} hours and ${lateIn(PARTS - 1)} in the last ` +
        `${24 / PARTS}.`,
    ],
    details: {
      parts: parts.map(({ calls: some, delaysMs: late }) => ({
        calls: some,
        seen: late.length,
        p50: percentile(late, 0.5),
        p99: percentile(late, 0.99),
      })),
    },
  });
}

/**
 * Measures the number of calls until the ends of tasks are known, and the delay. The gateway's own poller runs on a
 * fake Partner Central and a jumping clock. Beside it stand the simpler ways, and the fewest calls that ask about every
 * task in flight each second.
 */
import { DAY } from '../../../src/runtime/clock.js';
import { FILTER_SIZE, PAGE_SIZE } from '../../../src/partner-central/task-operations.js';
import { POLL, READS, SIMPLE_EVERY_MS, WRITES, followByGateway, type Followed } from './follow-gateway.js';
import { sampled } from './follow-sample.js';
import { steadily } from './follow-steady.js';
import { BEGAN_AT, worldOf, type WorldTask } from './follow-world.js';
import { optionsOf } from '../options.js';
import { atMost, percentile, publish, rounded, type Goal } from '../report.js';

type Way = { readonly label: string; follow(tasks: readonly WorldTask[]): Promise<Followed> | Followed };

const OURS: Way = { label: '**gateway**', follow: (tasks) => followByGateway(tasks, READS, DAY) };
const BOUND: Way = { label: 'every second, in the fewest calls', follow: fewestCalls };
const WAYS: readonly Way[] = [
  OURS,
  BOUND,
  { label: 'a List for each task every 2 s', follow: (tasks) => askOneByOne(tasks, READS) },
  { label: 'the Start again every 2 s', follow: (tasks) => askOneByOne(tasks, WRITES) },
];

export async function run(args: string[]): Promise<void> {
  const { quick } = optionsOf(args, { rounds: 1 });
  const counts = quick ? [1, 10, 100, 1000] : [1, 10, 100, 1000, 10_000];
  const results = new Map<Way, Map<number, Followed>>(WAYS.map((way) => [way, new Map()]));
  for (const count of counts) {
    const tasks = worldOf(count);
    for (const way of WAYS) results.get(way)?.set(count, await way.follow(tasks));
  }
  const steady = await steadily(quick);
  const sample = await sampled(quick);
  const of = (way: Way, count: number): Followed => results.get(way)?.get(count) ?? { calls: Number.NaN, delaysMs: [] };
  publish({
    name: 'follow',
    about:
      `Calls to AWS for each task that ended, and the delay from its end to the gateway's record (median, p99), ` +
      `within AWS's quotas, simulated. ` +
      `First come tasks that are all in flight at one moment. They take 1 to 60 s, half of them up to 4 s. Then come ` +
      `starts all day. ` +
      `Last comes a sample of whole processes on the real clock, from the end at AWS to a subscriber's socket.`,
    versions: {},
    tables: [
      {
        title: 'In flight at one moment',
        head: ['in flight', ...counts.map((count) => count.toLocaleString('en'))],
        rows: WAYS.map((way) => [
          way.label,
          ...counts.map((count) => {
            const { calls, delaysMs } = of(way, count);
            const delay =
              delaysMs.length === 0
                ? ''
                : ` · ${rounded(percentile(delaysMs, 0.5) / 1000)} s, ${rounded(percentile(delaysMs, 0.99) / 1000)} s`;
            const missing =
              delaysMs.length === 0 || delaysMs.length === count
                ? ''
                : ` · ${(count - delaysMs.length).toLocaleString('en')} not within a day`;
            return (
              `${rounded(calls / Math.max(1, delaysMs.length === 0 ? count : delaysMs.length))} ` +
              `calls${delay}${missing}`
            );
          }),
        ]),
      },
      steady.table,
      sample.table,
    ],
    goals: [
      ...counts.flatMap((count): Goal[] => {
        const ours = of(OURS, count);
        return [
          atMost(`${count} in flight: calls, over full ones`, ours.calls / of(BOUND, count).calls, 1.2),
          atMost(`${count} in flight: median delay`, percentile(ours.delaysMs, 0.5), POLL.minMs, 'ms'),
        ];
      }),
      ...steady.goals,
      ...sample.goals,
    ],
    details: Object.fromEntries(
      WAYS.map((way) => [
        way.label,
        counts.map((count) => ({
          count,
          calls: of(way, count).calls,
          medianMs: percentile(of(way, count).delaysMs, 0.5),
        })),
      ]),
    ),
  });
}

/**
 * Asks about every task in flight in each second, with the fewest calls that cover all of them. The calls are groups of
 * ten ids, or one reading of the list back to the oldest. It counts only calls.
 */
function fewestCalls(tasks: readonly WorldTask[]): Followed {
  let calls = 0;
  let inFlight = tasks;
  for (let at = BEGAN_AT + POLL.minMs; inFlight.length > 0; at += POLL.minMs) {
    const begun = inFlight.filter(({ startedAt }) => startedAt + POLL.minMs <= at);
    const oldest = Math.min(...begun.map(({ startedAt }) => startedAt));
    const listed = tasks.filter(({ startedAt }) => startedAt >= oldest && startedAt <= at).length;
    calls += Math.min(Math.ceil(begun.length / FILTER_SIZE), Math.ceil(listed / PAGE_SIZE));
    inFlight = inFlight.filter(({ endsAt, startedAt }) => endsAt > at || startedAt + POLL.minMs > at);
  }
  return { calls, delaysMs: [] };
}

/**
 * Makes one call for one task. Each task is polled again after two seconds, or later in its turn, within the limits of
 * a second and a day.
 */
function askOneByOne(tasks: readonly WorldTask[], limits: { perSecond: number; perDay: number }): Followed {
  const delaysMs: number[] = [];
  let waiting = tasks
    .map((task) => ({ task, dueAt: task.startedAt + SIMPLE_EVERY_MS }))
    .sort((a, b) => a.dueAt - b.dueAt);
  let now = BEGAN_AT;
  let calls = 0;
  // A polled task goes to the end of the queue, so that the queue stays sorted by due time.
  while (waiting.length > 0 && calls < limits.perDay) {
    const again: typeof waiting = [];
    for (const { task, dueAt } of waiting) {
      now = Math.max(now + 1000 / limits.perSecond, dueAt);
      calls += 1;
      if (now >= task.endsAt) delaysMs.push(now - task.endsAt);
      else again.push({ task, dueAt: now + SIMPLE_EVERY_MS });
      if (calls === limits.perDay) break;
    }
    waiting = again;
  }
  return { calls, delaysMs };
}

/**
 * Cuts ten thousand readers at one moment, lets them miss transitions, and reconnects them as fast as possible. It
 * measures the time until all have the missed transitions, and the service for others during that time. A second run
 * does the same without cursors, by a query of each reader.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BUNDLED, startChild, withChildren } from '../children.js';
import { inTurn, optionsOf } from '../options.js';
import { atMost, median, publish, rounded, type Goal } from '../report.js';
import type { Flaws, Manner, Resume } from './resume-client.js';
import { assertFiles } from './streams.js';

const MANNERS: readonly Manner[] = ['cursor', 'query'];
const LABELS: Readonly<Record<Manner, string>> = {
  cursor: '**by cursor**',
  query: 'new subscriptions, with a query for the missed transitions',
};
/** The number of transitions of each task that the readers miss. */
const MISSED = 2;
const TIMEOUT_MS = 120_000;
const SETTLE_MS = 500;

type Measured = Flaws & { readonly ms: number; readonly loopP99Ms: number };

export async function run(args: string[]): Promise<void> {
  const { quick, rounds } = optionsOf(args, { rounds: 3 });
  const count = quick ? 1000 : 10_000;
  assertFiles(count + 200);
  const results = await withChildren(
    { server: startChild(`${BUNDLED}/stream-gateway.js`), client: startChild('streams/resume-client.js') },
    async ({ server, client }) => {
      const ids: string[] = await server.call('prepare', count, TIMEOUT_MS);
      const request = (manner: Manner): Resume => ({ url: server.ready.url, ids, manner, missed: MISSED });
      await client.call('begin', request('cursor'), TIMEOUT_MS);

      const measured: Record<Manner, Measured[]> = { cursor: [], query: [] };
      const resumed = async (manner: Manner): Promise<Measured> => {
        await client.call('cut');
        for (let index = 0; index < MISSED; index += 1) await server.call('publishEach', count, TIMEOUT_MS);
        await sleep(SETTLE_MS);
        await server.call('watchLoop');
        const ms: number = await client.call('resume', request(manner), TIMEOUT_MS);
        const loopP99Ms: number = await server.call('loopP99Ms');
        await sleep(SETTLE_MS);
        const flaws: Flaws = await client.call('flaws', MISSED);
        return { ...flaws, ms, loopP99Ms };
      };
      // The first run warms up the compiler.
      for (const manner of MANNERS) await resumed(manner);
      for (let round = 0; round < rounds; round += 1) {
        for (const manner of MANNERS) measured[manner].push(await resumed(manner));
      }
      return measured;
    },
  );

  const of = (manner: Manner, value: (each: Measured) => number): number => median(results[manner].map(value));
  const flaws = (manner: Manner): number[] =>
    [(each: Measured) => each.lost, (each: Measured) => each.doubled, (each: Measured) => each.reordered].map((value) =>
      Math.max(...results[manner].map(value)),
    );
  publish({
    name: 'resume',
    about:
      `${count.toLocaleString('en')} subscribers cut off at once, each with ${MISSED} transitions missed, back as ` +
      `fast as they can; ${inTurn(rounds)}.`,
    versions: {},
    tables: [
      {
        title: 'Back after a cut',
        head: ['', 'all have what they missed after', 'event loop of the server, p99', 'lost', 'doubled', 'reordered'],
        rows: MANNERS.map((manner) => [
          LABELS[manner],
          `${rounded(of(manner, ({ ms }) => ms) / 1000)} s`,
          `${rounded(of(manner, ({ loopP99Ms }) => loopP99Ms))} ms`,
          ...flaws(manner),
        ]),
      },
    ],
    goals: [
      atMost('all have what they missed after', of('cursor', ({ ms }) => ms) / 1000, 5, 's'),
      atMost(
        'event loop, p99',
        of('cursor', ({ loopP99Ms }) => loopP99Ms),
        50,
        'ms',
      ),
      ...['lost', 'doubled', 'reordered'].map((what, index): Goal =>
        atMost(what, flaws('cursor')[index] ?? Number.NaN, 0, 'transitions'),
      ),
    ],
    details: results,
  });
}

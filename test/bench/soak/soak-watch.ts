/**
 * The latency and the memory of the gateway under the load of the soak: a small query every 20 ms, summarised by the
 * minute.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptGateway } from '../processes.js';
import { percentile } from '../report.js';
import { query } from '../start/starter.js';

const MINUTE = 60_000;
const BETWEEN_MS = 20;

type Minute = { readonly latenciesMs: number[]; memoryMb: number };

/**
 * @returns a function that stops and gives the text to print. Queries that a killed gateway never answers are not
 *   counted.
 */
export function watchGateway(gateway: KeptGateway, taskId: string): () => Promise<string> {
  const begun = Date.now();
  const minutes: Minute[] = [];
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const minute = (minutes[Math.floor((Date.now() - begun) / MINUTE)] ??= { latenciesMs: [], memoryMb: 0 });
      const askedAt = performance.now();
      const answered = await query(gateway.url, 'query($id: ID!) { task(id: $id) { status } }', { id: taskId }).then(
        () => true,
        () => false,
      );
      if (answered) minute.latenciesMs.push(performance.now() - askedAt);
      minute.memoryMb = Math.max(minute.memoryMb, gateway.memory());
      await sleep(BETWEEN_MS);
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    const row = (what: string, of: (minute: Minute) => string | number): string =>
      `  ${what.padEnd(10)} ${minutes.map((minute) => String(of(minute)).padStart(6)).join('')}`;
    return [
      row('minute', (minute) => minutes.indexOf(minute) + 1),
      row('p50, ms', ({ latenciesMs }) => percentile(latenciesMs, 0.5).toFixed(1)),
      row('p99, ms', ({ latenciesMs }) => percentile(latenciesMs, 0.99).toFixed(1)),
      row('memory, MB', ({ memoryMb }) => memoryMb),
    ].join('\n');
  };
}

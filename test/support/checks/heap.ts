/** What stays in memory, for structures that answer alike whether they forget or not. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function collectAll(): Promise<void> {
  // What is referred to weakly stays until the loop has turned.
  await turnOfTheLoop();
  collectGarbage();
  await turnOfTheLoop();
  collectGarbage();
}

/** Without garbage. */
export async function heapUsed(): Promise<number> {
  await collectAll();
  return process.memoryUsage().heapUsed;
}

/** How many bytes of the heap each of many rounds of work leaves behind, once all garbage is gone; an entry of a map takes more than fifty. */
export async function bytesLeftByEach(work: (round: number) => unknown, rounds = 20_000): Promise<number> {
  // What the first rounds leave are also compiled functions and room in tables.
  for (let round = 0; round < rounds; round += 1) await work(round);
  await collectAll();
  const before = process.memoryUsage().heapUsed;
  for (let round = rounds; round < 2 * rounds; round += 1) await work(round);
  await collectAll();
  return (process.memoryUsage().heapUsed - before) / rounds;
}

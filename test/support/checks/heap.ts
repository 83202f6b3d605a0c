/** Measures of the heap, for structures whose answers do not show if they release memory. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function collectAll(): Promise<void> {
  // Weakly referenced objects stay until the event loop has turned.
  await turnOfTheLoop();
  collectGarbage();
  await turnOfTheLoop();
  collectGarbage();
}

/** The used heap in bytes after garbage collection. */
export async function heapUsed(): Promise<number> {
  await collectAll();
  return process.memoryUsage().heapUsed;
}

/**
 * The bytes of the heap that a round of work leaves behind, after garbage collection. An entry of a Map takes more than
 * 50.
 */
export async function bytesLeftByEach(work: (round: number) => unknown, rounds = 20_000): Promise<number> {
  // The first rounds also leave compiled functions and spare capacity of tables, so they are not counted.
  for (let round = 0; round < rounds; round += 1) await work(round);
  await collectAll();
  const before = process.memoryUsage().heapUsed;
  for (let round = rounds; round < 2 * rounds; round += 1) await work(round);
  await collectAll();
  return (process.memoryUsage().heapUsed - before) / rounds;
}

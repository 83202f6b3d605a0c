/**
 * A thread that reports when each event is due. It can wait for parts of a millisecond, which no timer of Node can.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Rate } from './pace.js';

const { perSecond, count }: Rate = workerData;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const begunMs = performance.now();
for (let tick = 0; tick < count; tick += 1) {
  const waitMs = begunMs + (tick * 1000) / perSecond - performance.now();
  if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
  parentPort?.postMessage(tick);
}

/** Events at a steady rate, in every server alike: those that are due by now, and again in a millisecond. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './child.js';

/** @param publish one event, to one subscriber @returns when each was published */
export async function atRate(perSecond: number, count: number, publish: (subscriber: number) => Promise<number> | number): Promise<Float64Array> {
  const publishedMs = new Float64Array(count);
  const begun = nowMs();
  for (let next = 0; next < count; ) {
    const due = Math.min(count, Math.ceil(((nowMs() - begun) / 1000) * perSecond));
    for (; next < due; next += 1) publishedMs[next] = await publish(next);
    await sleep(1);
  }
  return publishedMs;
}

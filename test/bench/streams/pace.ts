/**
 * Events at a steady rate, in every server alike: each when it is due. A timer of Node's is a millisecond late and more, so that at a thousand
 * events a second they would come in twos and threes, and the tail would tell of the second and third.
 */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Rate = { readonly perSecond: number; readonly count: number };

/** @param publish one event, to one subscriber @returns when each was published */
export async function atRate(
  rate: Rate,
  publish: (subscriber: number) => Promise<number> | number,
): Promise<Float64Array> {
  const publishedMs = new Float64Array(rate.count);
  const ticker = new Worker(new URL('./ticker.js', import.meta.url), { workerData: rate });
  for await (const [subscriber] of on(ticker, 'message', { close: ['exit'] }))
    publishedMs[subscriber] = await publish(subscriber);
  return publishedMs;
}

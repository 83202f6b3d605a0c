/**
 * Publishes events at a steady rate, in the same way in every server. A timer of Node is a millisecond or more late. At
 * a thousand events a second they would come in twos and threes, and the tail would measure the second and third.
 */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Rate = { readonly perSecond: number; readonly count: number };

/**
 * @param publish sends one event to one subscriber
 * @returns the time of each event
 */
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

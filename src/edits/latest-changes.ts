/**
 * The last change of each record that an edit has made in this process. AWS can show an older state for some seconds
 * after a change. The next edit would then be taken for made, be lost, or be refused without cause.
 */
import { SECOND, type Clock } from '../runtime/clock.js';
import { createTtlCache } from '../runtime/loading/cache.js';

/** Longer than AWS shows an older state. A record that is still older then is taken as it is. */
const REMEMBERED_MS = 10 * SECOND;
/** A bound on memory. */
const MAX_RECORDS = 10_000;

export type LatestChanges<R> = {
  /** True if this reading does not show a change that AWS has confirmed lately. */
  isOutdated(key: string, reading: R): boolean;
  confirm(key: string, isShownIn: (reading: R) => boolean): void;
};

export function createLatestChanges<R>(clock: Clock): LatestChanges<R> {
  const latest = createTtlCache<{ readonly isShownIn: (reading: R) => boolean }>(clock, MAX_RECORDS);
  return {
    isOutdated: (key, reading) => latest.get(key)?.isShownIn(reading) === false,
    confirm: (key, isShownIn) => void latest.set(key, { isShownIn }, { ttl: REMEMBERED_MS }),
  };
}

/**
 * The time of the newest change of each record that this process knows of. AWS can show an older state for some seconds
 * after a change. An edit that took it for the present one would be lost, or would conflict with its own caller.
 */
import { createTtlCache } from '../../runtime/loading/cache.js';
import { SECOND, type Clock } from '../../runtime/clock.js';

/** Longer than AWS shows an older state. A record that is still older then is taken as it is. */
const REMEMBERED_MS = 10 * SECOND;
/** A bound on memory. */
const MAX_RECORDS = 10_000;

export type NewestVersions = {
  /** True if AWS has confirmed a later change of the record lately. */
  isOutdated(record: string, modifiedAt: number): boolean;
  confirm(record: string, modifiedAt: number): void;
};

export function createNewestVersions(clock: Clock): NewestVersions {
  const newest = createTtlCache<{ readonly modifiedAt: number }>(clock, MAX_RECORDS);
  return {
    // It is not known if the record and the answer of an update have the time with the same digits.
    isOutdated: (record, modifiedAt) =>
      Math.floor(modifiedAt / SECOND) < Math.floor((newest.get(record)?.modifiedAt ?? -Infinity) / SECOND),
    confirm: (record, modifiedAt) => void newest.set(record, { modifiedAt }, { ttl: REMEMBERED_MS }),
  };
}

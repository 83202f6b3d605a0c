/**
 * What AWS answered a moment ago, and what it is being asked: the same question is not asked twice at once, nor again while its answer
 * is young. Shared by all requests of a process. Answers that are not worth keeping are forgotten as soon as they are given.
 */
import { SECOND, type Clock } from '../clock.js';

/** Long enough for one screen's requests to share their calls; too short for a person to see old news. */
export const CACHE_MS = 2 * SECOND;
const MAX_ENTRIES = 1000;

export type Memory<T> = {
  /** The kept answer for `key`, or the one under way; null when there is none that was asked for at `notBefore` of the monotonic clock or later. */
  recall(key: string, notBefore: number): Promise<T> | null;
  /** Asks, and remembers the answer. */
  learn(key: string, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
  forgetAll(): void;
};

type Entry<T> = { readonly askedAt: number; answeredAt: number | null; readonly answer: Promise<T> };

export function createMemory<T>(clock: Clock, isKept: (answer: T) => boolean): Memory<T> {
  // In the order of asking. Being used does not make an answer younger, so the first is always the least worth keeping.
  const entries = new Map<string, Entry<T>>();

  const isYoung = ({ answeredAt }: Entry<T>) => answeredAt === null || clock.monotonic() - answeredAt < CACHE_MS;

  function makeRoom(): void {
    for (const [key, entry] of entries) {
      if (isYoung(entry) && entries.size < MAX_ENTRIES) return;
      entries.delete(key);
    }
  }

  return {
    recall(key, notBefore) {
      const entry = entries.get(key);
      // Nothing can be newer than now.
      if (entry === undefined || !isYoung(entry) || entry.askedAt < Math.min(notBefore, clock.monotonic())) return null;
      return entry.answer;
    },
    learn(key, ask) {
      entries.delete(key);
      makeRoom();
      const entry: Entry<T> = { askedAt: clock.monotonic(), answeredAt: null, answer: ask() };
      entries.set(key, entry);
      const drop = () => {
        // Meanwhile another question may stand in its place, or none.
        if (entries.get(key) === entry) entries.delete(key);
      };
      entry.answer.then((answer) => {
        entry.answeredAt = clock.monotonic();
        if (!isKept(answer)) drop();
      }, drop);
      return entry.answer;
    },
    forget: (key) => void entries.delete(key),
    forgetAll: () => entries.clear(),
  };
}

/**
 * Accepting single starts for many requests: those that come while a transaction is under way share the next one, since accepting fifty costs
 * hardly more than accepting one. Each has its own outcome, after the commit; a start that cannot be written refuses none but itself.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { refusesEverything } from '../db/cannot-write.js';
import type { AcceptOutcome } from './accept.js';
import type { Start } from './start.js';

/** A turn in the line of writers is no longer than this many starts. */
const MAX_TOGETHER = 200;

type Waiter = { readonly start: Start; readonly resolve: (outcome: AcceptOutcome) => void; readonly reject: (error: unknown) => void };

/** @param accept all of the given starts in one transaction, or none: the outcomes are in the order of the starts. */
export function createAcceptor(accept: (starts: readonly Start[]) => Promise<readonly AcceptOutcome[]>): (start: Start) => Promise<AcceptOutcome> {
  const waiting: Waiter[] = [];
  let underWay = false;

  async function acceptAll(waiters: readonly Waiter[]): Promise<void> {
    try {
      const outcomes = await accept(waiters.map(({ start }) => start));
      for (const [index, { resolve, reject }] of waiters.entries()) {
        const outcome = outcomes[index];
        if (outcome === undefined) reject(new Error('A start was accepted without an outcome.'));
        else resolve(outcome);
      }
    } catch (error) {
      // A database that takes no writes would refuse each of them again.
      if (waiters.length === 1 || refusesEverything(error)) for (const { reject } of waiters) reject(error);
      else for (const waiter of waiters) await acceptAll([waiter]);
    }
  }

  async function acceptNext(): Promise<void> {
    underWay = true;
    while (waiting.length > 0) {
      // An embedded database never lets others run while it works: whoever has come in already is heard first.
      await turnOfTheLoop();
      await acceptAll(waiting.splice(0, MAX_TOGETHER));
    }
    underWay = false;
  }

  return async (start) =>
    new Promise((resolve, reject) => {
      waiting.push({ start, resolve, reject });
      if (!underWay) void acceptNext();
    });
}

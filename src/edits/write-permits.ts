/**
 * The edits of this process that wait for a permit of the write quota. One loop asks for all of them, so that a hundred
 * edits cost no more requests than one. The quota says which subject is next; the edits of a subject keep their order.
 */
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import type { PermitResult, QuotaLimits } from '../partner-central/quota/quota.js';
import { createWakeup } from '../runtime/wakeup.js';
import { ASK_AGAIN_MS, takeEditPermit, type WaitingSubject } from '../partner-central/quota/turns.js';

export type WritePermits = {
  /**
   * Waits for a permit. Resolves with the wait that is left as soon as none can come in time.
   * @param giveUpAt a time of the monotonic clock
   */
  take(subject: string | null, giveUpAt: number): Promise<PermitResult>;
};

export type WritePermitsOptions = {
  readonly db: Database;
  readonly limits: QuotaLimits;
  readonly clock: Clock;
};

type Waiter = {
  readonly subject: string;
  readonly giveUpAt: number;
  resolve(permit: PermitResult): void;
  reject(error: unknown): void;
};

/** Callers without authentication are one subject. */
const UNAUTHENTICATED = '';

export function createWritePermits({ db, limits, clock }: WritePermitsOptions): WritePermits {
  /** In the order of their arrival. */
  const waiters = new Set<Waiter>();
  const wakeup = createWakeup(clock);
  let isAsking = false;

  function subjects(): WaitingSubject[] {
    const now = clock.monotonic();
    const patience = new Map<string, number>();
    for (const { subject, giveUpAt } of waiters)
      patience.set(subject, Math.max(patience.get(subject) ?? 0, giveUpAt - now));
    return [...patience].map(([subject, patienceMs]) => ({ subject, patienceMs }));
  }

  async function ask(): Promise<void> {
    const permit = await db.write((tx) => takeEditPermit(db, tx, limits, subjects()));
    if (permit.type === 'taken') {
      const next = [...waiters].find(({ subject }) => subject === permit.subject);
      if (next === undefined) return;
      waiters.delete(next);
      return next.resolve({ type: 'taken' });
    }
    for (const waiter of waiters) {
      if (clock.monotonic() + permit.waitMs <= waiter.giveUpAt) continue;
      waiters.delete(waiter);
      waiter.resolve(permit);
    }
    if (waiters.size > 0) await wakeup.sleep(Math.min(permit.waitMs, ASK_AGAIN_MS));
  }

  async function askForAll(): Promise<void> {
    isAsking = true;
    try {
      while (waiters.size > 0) await ask();
    } catch (error) {
      for (const waiter of waiters) waiter.reject(error);
      waiters.clear();
    }
    isAsking = false;
  }

  return {
    take(subject, giveUpAt) {
      return new Promise((resolve, reject) => {
        waiters.add({ subject: subject ?? UNAUTHENTICATED, giveUpAt, resolve, reject });
        // A new subject must be known to the other gateways, and an edit that cannot wait must not.
        if (isAsking) wakeup.wake();
        else void askForAll();
      });
    },
  };
}

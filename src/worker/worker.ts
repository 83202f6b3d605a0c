/**
 * Runs the part that talks to AWS for tasks. One process on a database leads at a time. When it stops, another takes
 * over, and later writes of the former leader are void.
 */
import { setMaxListeners } from 'node:events';
import { SECOND } from '../runtime/clock.js';
import { WORKER_LEASE } from '../db/database.js';
import { beginEpoch, recordLead } from '../transitions/log.js';
import { followClock } from './clock-correction.js';
import { runDiscoverer } from './discovery/discoverer.js';
import { EXPEDITE_NOTIFICATION } from './events/event-intake.js';
import { runPoller } from './poll/poller.js';
import { runPruner } from './pruner.js';
import { createReadBudget } from './poll/read-budget.js';
import { runSubmitter } from './submit/submitter.js';
import type { WorkerContext, WorkerOptions } from './worker-context.js';

export type Worker = {
  /** The epoch of this process's term; null while it has none. */
  epoch(): number | null;
  /** Stops leading, after calls in progress are finished and recorded. May be called twice. */
  stop(): Promise<void>;
};

export function startWorker(options: WorkerOptions): Worker {
  const { db, clock, telemetry } = options;
  const stopping = new AbortController();
  const onExpedite = new Set<() => void>();
  db.listen((notification) => {
    if (notification === null || notification === EXPEDITE_NOTIFICATION) for (const wake of onExpedite) wake();
  });
  let ownEpoch: number | null = null;
  const running = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await lead(options, stopping.signal, onExpedite, (epoch) => (ownEpoch = epoch));
      } catch (error) {
        if (stopping.signal.aborted) break;
        telemetry.unexpected('worker', error);
        await clock.sleep(SECOND, stopping.signal);
      }
    }
    telemetry.workerState({ state: 'stopped' });
  }

  return {
    epoch: () => ownEpoch,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Waits for the lease, then leads until stopped or deposed. */
async function lead(
  options: WorkerOptions,
  stopping: AbortSignal,
  onExpedite: WorkerContext['onExpedite'],
  leads: (epoch: number | null) => void,
): Promise<void> {
  const { db, telemetry } = options;
  telemetry.workerState({ state: 'waiting' });
  const lease = await db.lease(WORKER_LEASE, stopping);
  try {
    const epoch = await db.write(async (tx) => {
      const [next] = await Promise.all([beginEpoch(tx), recordLead(db, tx)]);
      return next;
    });
    leads(epoch);
    const deposed = new AbortController();
    const signal = AbortSignal.any([stopping, lease.lost, deposed.signal]);
    // Each call that waits for quota adds a listener. Sixteen calls in flight exceed the number at which Node warns of
    // a leak.
    setMaxListeners(0, signal);
    const stepDown = () => deposed.abort();
    const readBudget = createReadBudget(options.poll, (message) => telemetry.log.warn(message));
    const context: WorkerContext = {
      ...options,
      epoch,
      signal,
      stepDown,
      throttles: { reads: 0, writes: 0 },
      readBudget,
      listedAt: new Map(),
      onExpedite,
    };
    telemetry.workerState({ state: 'leading' });
    followClock(context);
    await Promise.all([runSubmitter(context), runPoller(context), runDiscoverer(context), runPruner(context)]);
  } finally {
    leads(null);
    options.troubles.stopped();
    await lease.release();
  }
}

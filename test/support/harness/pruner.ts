/** The pruner alone, as part of a worker that has just acquired the lease. */
import { DAY, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { createPartnerCentral } from '../../../src/partner-central/client.js';
import { createHub } from '../../../src/transitions/hub.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import { runPruner } from '../../../src/worker/pruner.js';
import type { WorkerContext } from '../../../src/worker/worker-context.js';
import { createTroubles } from '../../../src/worker/troubles.js';
import { steadily } from '../fakes/clocks.js';
import { closeLater, createStrictTelemetry, outcomeUnknown } from './task-harness.js';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.js';

export const RETENTION_MS = 90 * DAY;
const BETWEEN_STEPS_MS = 0.1 * SECOND;
const telemetry = createStrictTelemetry();

/**
 * Starts a pruner on a clock of its own.
 * @param db the pruner's view of the database; by default its clock has long been steady
 */
export async function startPruner(given: Database, clock: ManualClock = createManualClock(), db = steadily(given)) {
  const epoch = await db.write(beginEpoch);
  const hub = await createHub({ db, clock: createManualClock(), telemetry });
  const ending = new AbortController();
  const limits = { perSecond: 1, perDay: 1 };
  const context: WorkerContext = {
    db,
    hub,
    partnerCentral: createPartnerCentral({ region: 'us-east-1', endpoint: null, credentials: null, clock, telemetry }),
    clock,
    telemetry,
    limits: { reads: limits, writes: limits },
    poll: { minMs: 1, maxMs: 1 },
    submitRetryMs: 1,
    retentionMs: RETENTION_MS,
    checkOutcome: outcomeUnknown,
    discoverIn: [],
    troubles: createTroubles({ clock, telemetry }),
    random: () => 0.5,
    epoch,
    signal: ending.signal,
    stepDown: () => ending.abort(),
    throttles: { reads: 0, writes: 0 },
    readBudget: { observe: () => undefined },
    listedAt: new Map(),
    onExpedite: new Set(),
  };
  const ended = runPruner(context);
  const othersAsleep = clock.sleepers();
  closeLater(async () => {
    ending.abort();
    await ended;
    await hub.close();
  });
  return {
    /** Resolves when the pruner sleeps, after a step or when nothing is left to delete. */
    resting: () => clock.whenAsleep(othersAsleep + 1),
    async nextStep() {
      await clock.advance(BETWEEN_STEPS_MS);
      await clock.whenAsleep(othersAsleep + 1);
    },
  };
}

/** What one worker works with, from the moment it leads until it lets go. */
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import type { PartnerCentral } from '../partner-central/client.js';
import type { QuotaLimits, QuotaName } from '../partner-central/quota/quota.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Throttles } from '../partner-central/quota/throttle.js';
import type { OutcomeCheckPort } from '../tasks/outcome-check-port.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { Hub } from '../transitions/hub.js';
import type { PollBounds } from './poll/cadence.js';
import type { ReadBudget } from './poll/read-budget.js';
import type { Troubles } from './troubles.js';

export type WorkerOptions = {
  readonly db: Database;
  readonly hub: Hub;
  readonly partnerCentral: PartnerCentral;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly limits: Readonly<Record<QuotaName, QuotaLimits>>;
  readonly poll: PollBounds;
  /** How long a start that AWS does not settle is sent again. */
  readonly submitRetryMs: number;
  /** How long a finished task is kept. */
  readonly retentionMs: number;
  /** Sees at AWS whether the work of a failed task is done. */
  readonly checkOutcome: OutcomeCheckPort;
  /** Where tasks that were started elsewhere are looked for; empty for nowhere. */
  readonly discoverIn: readonly Catalog[];
  /** Read by the readiness of this process. */
  readonly troubles: Troubles;
  /** From 0 to 1. */
  readonly random: () => number;
};

export type WorkerContext = WorkerOptions & {
  /** Marks this worker's writes; those of an earlier one no longer count. */
  readonly epoch: number;
  /** Aborts when the worker is to stop, or no longer leads. */
  readonly signal: AbortSignal;
  /**
   * Ends this term, because a write has found that another's epoch is the latest. Whoever holds the lease then begins one anew: it may have been overtaken by the
   * belated first write of one that had lost the lease, which does not lead either, and then nobody would.
   */
  readonly stepDown: () => void;
  readonly throttles: Throttles;
  /** By how much polls are spread, as the poller found when it looked last. */
  readonly pace: { stretch: number };
  /** Told of the day's reads whenever they bear on a task in progress. */
  readonly scarcity: ReadBudget;
  /** For each kind and catalog, when its newest tasks were listed last. */
  readonly lookedAt: Map<string, number>;
  /** Called when another process, or this one, has promised a look at a task. */
  readonly onExpedite: Set<() => void>;
};

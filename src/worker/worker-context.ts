/** The dependencies and the state of one worker during one term, from the moment it leads until it stops leading. */
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import type { PartnerCentral } from '../partner-central/client.js';
import type { QuotaLimits, QuotaName } from '../partner-central/quota/quota.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Throttles } from '../partner-central/quota/throttle.js';
import type { OutcomeCheckPort } from '../tasks/outcome-check-port.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { Hub } from '../transitions/hub.js';
import type { PollBounds } from './poll/pace.js';
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
  /** The time during which a start is sent again while AWS neither accepts nor refuses it. */
  readonly submitRetryMs: number;
  /** The time for which a finished task is kept. */
  readonly retentionMs: number;
  /** Checks at AWS if the work of a failed task is done. */
  readonly checkOutcome: OutcomeCheckPort;
  /** The catalogs that are searched for external tasks. Empty means off. */
  readonly discoverIn: readonly Catalog[];
  /** Shared with the readiness of this process. */
  readonly troubles: Troubles;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
};

export type WorkerContext = WorkerOptions & {
  /** Marks the writes of this worker. Writes with an earlier epoch are void. */
  readonly epoch: number;
  /** Aborts when the worker is to stop or does not lead any more. */
  readonly signal: AbortSignal;
  /**
   * Ends the term after a write that found a newer epoch. The holder of the lease then begins a new term. The newer
   * epoch may come from a late first write of a worker that has lost the lease. Without a new term no worker would
   * lead.
   */
  readonly stepDown: () => void;
  readonly throttles: Throttles;
  /** Observes the use of the read quota whenever it concerns a task in progress. */
  readonly readBudget: ReadBudget;
  /** By kind and catalog, the time of the monotonic clock at which the newest tasks were listed last. */
  readonly listedAt: Map<string, number>;
  /** Callbacks for events that this process or another one has received. */
  readonly onExpedite: Set<() => void>;
};

/** What a resolver may see. The server makes one for each operation; the shape of the schema depends on nothing else. */
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Records } from '../records/records.js';
import type { Tasks } from '../tasks/tasks.js';
import type { Viewer } from '../tasks/viewer.js';

export type QuotaStatus = {
  readonly perSecond: number;
  readonly perDay: number;
  readonly availableNow: number;
  readonly remainingToday: number;
};

export type PartnerCentralStatus = {
  readonly upstream: 'AWS' | 'OTHER' | 'SIMULATOR';
  readonly catalogs: readonly Catalog[];
  readonly reads: QuotaStatus;
  readonly writes: QuotaStatus;
  readonly queuedCount: number;
  readonly inProgressCount: number;
  /** Milliseconds since the epoch. */
  readonly lastPolledAt: number | null;
  /** 1 or more: by how much polls are spread so that the day's reads last. */
  readonly pollStretch: number;
  /** Why queued starts are not being sent, e.g. missing credentials; null while nothing holds them up. */
  readonly waitingFor: string | null;
  /** That a clock was set forward or back within the last hour, and what follows. */
  readonly clockJump: string | null;
};

export type GraphqlContext = {
  readonly viewer: Viewer;
  readonly tasks: Tasks;
  readonly records: Records;
  /** As the viewer may see it. */
  readonly partnerCentral: () => Promise<PartnerCentralStatus>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Null when the work takes longer than a start may be held up by it. */
  readonly withTimeout: <T>(work: Promise<T>) => Promise<T | null>;
  /** Where the transport says that this subscription broke off (`Last-Event-ID`, `extensions.resume.after`); wins over the argument. */
  readonly resumeAfter: string | null;
};

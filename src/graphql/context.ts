/**
 * The dependencies of the resolvers. The server makes one context for each operation. The schema depends on nothing
 * else.
 */
import type { Catalog, TaskKind } from '../partner-central/model/task-kind.js';
import type { Edits } from '../edits/edits.js';
import type { QuotaCalls, QuotaWindow } from '../partner-central/quota/quota-calls.js';
import type { Records } from '../records/records.js';
import type { Tasks } from '../tasks/tasks.js';
import type { Viewer } from '../tasks/viewer.js';

export type QuotaStatus = {
  readonly perSecond: number;
  readonly perDay: number;
  readonly availableNow: number;
  readonly remainingToday: number;
  /** The calls of a window in equal steps, the oldest first. */
  readonly calls: (window: QuotaWindow) => Promise<readonly QuotaCalls[]>;
};

/** The worker that leads: the only one that talks to AWS for tasks. */
export type LeaderStatus = {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** True if it is part of the process that answers. */
  readonly isAnswering: boolean;
};

/** How often one list of AWS is read to follow tasks. */
export type TaskListStatus = {
  readonly kind: TaskKind;
  readonly catalog: Catalog;
  /** Null while no task of the list is in progress. */
  readonly intervalMs: number | null;
  /** Milliseconds since the epoch; null before the first reading. */
  readonly readAt: number | null;
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
  /** The factor by which polls are slowed down so that the day's reads last; 1 at full pace. */
  readonly pollStretch: number;
  readonly taskLists: readonly TaskListStatus[];
  /** The reason why queued starts are not sent, e.g. missing credentials; null while nothing delays them. */
  readonly waitingFor: string | null;
  /** A notice that a clock was set forward or back within the last hour, with the consequences. */
  readonly clockJump: string | null;
  /** A notice that no event of EventBridge has come for days; null while events come, or if none is awaited. */
  readonly eventsMissing: string | null;
  /** Null before any worker has led. */
  readonly leader: LeaderStatus | null;
};

export type GraphqlContext = {
  readonly viewer: Viewer;
  readonly tasks: Tasks;
  readonly records: Records;
  readonly edits: Edits;
  /** The counts and reasons cover only the tasks that the viewer may see. */
  readonly partnerCentral: () => Promise<PartnerCentralStatus>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves to null if the work takes longer than a start may be delayed by it. */
  readonly withTimeout: <T>(work: Promise<T>) => Promise<T | null>;
  /**
   * The cursor at which this subscription broke off, as the transport reports it (`Last-Event-ID`,
   * `extensions.resume.after`). Takes precedence over the argument.
   */
  readonly resumeAfter: string | null;
};

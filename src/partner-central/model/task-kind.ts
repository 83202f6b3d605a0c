/** The asynchronous tasks of Partner Central, and the catalogs they run in. */

export const TASK_KINDS = [
  'ENGAGEMENT_FROM_OPPORTUNITY',
  'OPPORTUNITY_FROM_ENGAGEMENT',
  'ENGAGEMENT_BY_ACCEPTING_INVITATION',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const CATALOGS = ['AWS', 'SANDBOX'] as const;
export type Catalog = (typeof CATALOGS)[number];

export const INVOLVEMENT_TYPES = ['CO_SELL', 'FOR_VISIBILITY_ONLY'] as const;
export type InvolvementType = (typeof INVOLVEMENT_TYPES)[number];

export const VISIBILITIES = ['FULL', 'LIMITED'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

export type Tag = { readonly key: string; readonly value: string };

/** The input of a start; one variant for each kind. */
export type TaskInput =
  | {
      readonly kind: 'ENGAGEMENT_FROM_OPPORTUNITY';
      readonly catalog: Catalog;
      /** The opportunity's id. */
      readonly identifier: string;
      readonly involvementType: InvolvementType;
      readonly visibility: Visibility | null;
      readonly tags: readonly Tag[];
    }
  | {
      readonly kind: 'OPPORTUNITY_FROM_ENGAGEMENT';
      readonly catalog: Catalog;
      /** The engagement's id or ARN. */
      readonly identifier: string;
      readonly contextIdentifier: string;
      readonly tags: readonly Tag[];
    }
  | {
      readonly kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION';
      readonly catalog: Catalog;
      /** The invitation's id or ARN. */
      readonly identifier: string;
      readonly tags: readonly Tag[];
    };

/**
 * The known part of a start that was made elsewhere, in a CRM connector or the console. Its task is the only source.
 */
export type ExternalInput = {
  readonly origin: 'EXTERNAL';
  readonly kind: TaskKind;
  readonly catalog: Catalog;
  /** The identifier that the start named; '' when AWS does not report it. */
  readonly identifier: string;
  readonly tags: readonly Tag[];
};

export function isExternal(input: TaskInput | ExternalInput): input is ExternalInput {
  return 'origin' in input;
}

/**
 * AWS's description of a task, from the answer of a Start or from a List. Every member may be absent, also the ids, and
 * also for a COMPLETE task (source: published sample responses of 2024-11).
 */
export type TaskAnswer = {
  readonly status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
  readonly taskId: string | null;
  readonly taskArn: string | null;
  /** Milliseconds since the epoch. A List and a Start differ by some ms, so it is not a key. */
  readonly startedAt: number | null;
  readonly message: string | null;
  /** AWS's spelling, which the SDK may not know. */
  readonly reasonCode: string | null;
  readonly opportunityId: string | null;
  readonly engagementId: string | null;
  readonly engagementInvitationId: string | null;
  readonly resourceSnapshotJobId: string | null;
  /** The context that AWS worked on last, which may differ from the context that the start named. */
  readonly contextId: string | null;
};

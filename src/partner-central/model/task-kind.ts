/** The asynchronous tasks of Partner Central, and the catalogs they run in, in the gateway's words. */

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

/** What a caller asks to be started; one variant for each kind. */
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

/** What is known of a start that was made elsewhere, in a CRM connector or the console: what AWS tells of its task. */
export type ExternalInput = {
  readonly origin: 'EXTERNAL';
  readonly kind: TaskKind;
  readonly catalog: Catalog;
  /** What the start named, as far as AWS tells; '' when AWS tells nothing. */
  readonly identifier: string;
  readonly tags: readonly Tag[];
};

export function isExternal(input: TaskInput | ExternalInput): input is ExternalInput {
  return 'origin' in input;
}

/**
 * What AWS says of a task, in a Start's answer or in a List. Everything may be absent, the ids too, even of a task that is COMPLETE
 * (reference: published sample responses of 2024-11).
 */
export type TaskAnswer = {
  readonly status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED';
  readonly taskId: string | null;
  readonly taskArn: string | null;
  /** Milliseconds since the epoch. A List's differs by some ms from the Start's: never a key. */
  readonly startedAt: number | null;
  readonly message: string | null;
  /** As AWS spells it; it may be one that the SDK does not know. */
  readonly reasonCode: string | null;
  readonly opportunityId: string | null;
  readonly engagementId: string | null;
  readonly engagementInvitationId: string | null;
  readonly resourceSnapshotJobId: string | null;
  /** The context that AWS worked on last, which need not be the one that the start named. */
  readonly contextId: string | null;
};

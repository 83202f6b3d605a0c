/**
 * The kinds of task and the ids of each. A new kind is a new entry here, rows in `scenarios.ts`, and two operations in
 * `operations/tasks/`.
 */
import { REGION } from '../protocol/aws-json.js';
import { engagementOfInvitation } from '../seed/engagements.js';
import { letters, opportunityCreatedBy } from '../records/record-identifiers.js';

export type TaskKind =
  | 'engagement-from-opportunity'
  | 'opportunity-from-engagement'
  | 'engagement-by-accepting-invitation';

export type IdMember =
  | 'TaskId'
  | 'TaskArn'
  | 'OpportunityId'
  | 'EngagementId'
  | 'EngagementInvitationId'
  | 'ResourceSnapshotJobId'
  | 'ContextId';

export type Ids = Readonly<Partial<Record<IdMember, string>>>;

/** The part of a Start's request that decides its task. */
export type Subject = {
  readonly kind: TaskKind;
  readonly catalog: string;
  readonly clientToken: string;
  /** The id of the opportunity, engagement or invitation to start from, even if the request named an ARN. */
  readonly target: string;
  /** The ARN, if the request named one and the answers repeat it. */
  readonly targetArn?: string | undefined;
  readonly contextIdentifier?: string | undefined;
  /** The involvement and the visibility that a submission asks for. */
  readonly involvement?: string | undefined;
  readonly visibility?: string | undefined;
  /** The context that the task adds, if the state decided it. */
  readonly newContextIdentifier?: string | undefined;
};

type KindOfTask = {
  /** The ids that an answer has from the beginning. All others are null until the task is COMPLETE. */
  readonly knownAtStart: readonly IdMember[];
  readonly knownWhenComplete: readonly IdMember[];
  /**
   * The ids of all records that the task concerns or creates, shown in its answers or not. `engagementOf` returns the
   * engagement that an opportunity was created from, if any.
   */
  resultIds(subject: Subject, engagementOf: (opportunity: string) => string | undefined): Ids;
};

export const TASK_KINDS: Readonly<Record<TaskKind, KindOfTask>> = {
  'engagement-from-opportunity': {
    knownAtStart: ['TaskId', 'TaskArn', 'OpportunityId'],
    knownWhenComplete: ['ResourceSnapshotJobId', 'EngagementId', 'EngagementInvitationId'],
    resultIds(subject, engagementOf) {
      // An opportunity has one engagement, even if several tasks submit it.
      const engagement = engagementOf(subject.target) ?? `eng-${letters(14, subject.catalog, subject.target)}`;
      return {
        OpportunityId: subject.target,
        EngagementId: engagement,
        EngagementInvitationId: `engi-${letters(13, subject.catalog, engagement)}`,
      };
    },
  },
  'opportunity-from-engagement': {
    knownAtStart: ['TaskId', 'TaskArn', 'EngagementId'],
    knownWhenComplete: ['ResourceSnapshotJobId', 'OpportunityId', 'ContextId'],
    resultIds: (subject) => ({
      EngagementId: subject.target,
      OpportunityId: opportunityCreatedBy(subject.kind, subject.catalog, subject.clientToken),
      // The answer names the context that the task added, not the one that the request named.
      ContextId: subject.newContextIdentifier ?? String(BigInt(subject.contextIdentifier ?? '1') + 1n),
    }),
  },
  'engagement-by-accepting-invitation': {
    knownAtStart: ['TaskId', 'TaskArn', 'EngagementInvitationId'],
    knownWhenComplete: ['ResourceSnapshotJobId', 'OpportunityId'],
    resultIds: (subject) => ({
      EngagementInvitationId: subject.targetArn ?? subject.target,
      EngagementId: engagementOfInvitation(subject.catalog, subject.target),
      OpportunityId: opportunityCreatedBy(subject.kind, subject.catalog, subject.clientToken),
    }),
  },
};

/** Derives every id from the request, so that the journal keeps only the request. */
export function idsOf(subject: Subject, engagementOf: (opportunity: string) => string | undefined): Ids {
  const key = [subject.kind, subject.catalog, subject.clientToken];
  const taskId = `task-${letters(13, 'task', ...key)}`;
  return {
    ...TASK_KINDS[subject.kind].resultIds(subject, engagementOf),
    TaskId: taskId,
    TaskArn: `arn:aws:partnercentral:${REGION}::catalog/${subject.catalog}/${subject.kind}-task/${taskId}`,
    ResourceSnapshotJobId: `job-${letters(13, 'job', ...key)}`,
  };
}

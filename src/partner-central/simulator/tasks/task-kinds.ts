/**
 * The kinds of task, and for each which ids it carries. Another kind is another entry here, its rows in `scenarios.ts` and its
 * two operations in `operations.ts`.
 */
import { REGION } from '../protocol/aws-json.js';
import { engagementOfInvitation } from '../seed/engagements.js';
import { digest, letters } from '../records/record-identifiers.js';

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

/** What was asked of a Start, apart from what only distinguishes one request from another. */
export type Subject = {
  readonly kind: TaskKind;
  readonly catalog: string;
  readonly clientToken: string;
  /** The id of the opportunity, engagement or invitation to start from, also where the request gave an ARN. */
  readonly target: string;
  /** The ARN, where the request gave one and the answers repeat it. */
  readonly targetArn?: string | undefined;
  readonly contextIdentifier?: string | undefined;
  /** The context that the task adds, where the world decided it. */
  readonly newContextIdentifier?: string | undefined;
};

type KindOfTask = {
  /** The ids that an answer has from the start. All others are null until the task is COMPLETE. */
  readonly knownAtStart: readonly IdMember[];
  readonly knownWhenComplete: readonly IdMember[];
  /**
   * All that the task is about or makes, shown in its answers or not. `engagementOf` tells the engagement that an opportunity
   * was created from, if it was.
   */
  resultIds(subject: Subject, engagementOf: (opportunity: string) => string | undefined): Ids;
};

export const TASK_KINDS: Readonly<Record<TaskKind, KindOfTask>> = {
  'engagement-from-opportunity': {
    knownAtStart: ['TaskId', 'TaskArn', 'OpportunityId'],
    knownWhenComplete: ['ResourceSnapshotJobId', 'EngagementId', 'EngagementInvitationId'],
    resultIds(subject, engagementOf) {
      // An opportunity has one engagement, however many tasks ask for it.
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
      OpportunityId: createdOpportunity(subject),
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
      OpportunityId: createdOpportunity(subject),
    }),
  },
};

/** Ten digits, so that a created opportunity is never one of the sample ones, which have seven. */
function createdOpportunity({ kind, catalog, clientToken }: Subject): string {
  return `O${5_000_000_000n + (digest(kind, catalog, clientToken) % 5_000_000_000n)}`;
}

/** Every id follows from what was asked, so that the journal only has to remember that. */
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

/**
 * The kinds of task, and for each which ids it carries. Another kind is another entry here, its rows in `scenarios.ts` and its
 * two operations in `operations.ts`.
 */
import { createHash } from 'node:crypto';
import { REGION } from './aws-json.js';

export type TaskKind = 'engagement-from-opportunity' | 'opportunity-from-engagement';

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
  /** The id of the opportunity or engagement to start from, also where the request gave an ARN. */
  readonly target: string;
  readonly contextIdentifier?: string | undefined;
};

type KindOfTask = {
  /** The ids that an answer has from the start. All others are null until the task is COMPLETE. */
  readonly knownAtStart: readonly IdMember[];
  readonly knownWhenComplete: readonly IdMember[];
  /** `engagementOf` tells the engagement that an opportunity was created from, if it was. */
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
      // Ten digits, so that a created opportunity is never one of the sample ones, which have seven.
      OpportunityId: `O${5_000_000_000n + (digest(subject.kind, subject.catalog, subject.clientToken) % 5_000_000_000n)}`,
      // The answer names the context that the task added, not the one that the request named.
      ContextId: String(BigInt(subject.contextIdentifier ?? '1') + 1n),
    }),
  },
};

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

function letters(length: number, ...parts: readonly string[]): string {
  return digest(...parts).toString(36).padStart(length, '0').slice(-length);
}

function digest(...parts: readonly string[]): bigint {
  return BigInt(`0x${createHash('sha256').update(parts.join('\n')).digest('hex')}`);
}

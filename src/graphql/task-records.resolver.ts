/** Reads the records that a task concerns. A record is never older than the latest observation of its task. */
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { identifierOf } from '../partner-central/identifiers.js';
import type {
  EngagementSummary,
  Invitation,
  OpportunitySummary,
  SnapshotJob,
} from '../partner-central/model/record-types.js';
import type { TaskKind } from '../partner-central/model/task-kind.js';
import { assertReadsRecords } from './authorization.js';
import type { GraphqlContext } from './context.js';
import { EngagementInvitation } from './invitation/engagement-invitation.type.js';
import { Engagement } from './engagement/engagement.type.js';
import { LOOK_UP_COST, lookUpEngagement, lookUpOpportunity, type Reference } from './record/record-lookup.js';
import { Opportunity } from './opportunity/opportunity.type.js';
import { recordOf } from './record/record-result.js';
import { ResourceSnapshotJob } from './snapshot-job/resource-snapshot-job.type.js';
import type { viewOf } from './task/task-kinds.type.js';
import { TaskView } from './task/task.type.js';

type AnyTask = ReturnType<typeof viewOf>;

@Resolver(() => TaskView)
export class TaskRecordsResolver {
  @FieldResolver(() => Opportunity, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The opportunity of the task, read from AWS: the opportunity that AWS named, otherwise the opportunity that ' +
      'the start named. Null if neither named an opportunity, or AWS has no such record. Costs reads as described on ' +
      '`Opportunity`.',
  })
  opportunity(
    @Root() task: AnyTask,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OpportunitySummary | null> {
    const named = task.opportunityId ?? namedByStart(task, 'ENGAGEMENT_FROM_OPPORTUNITY');
    return lookUp(task, context, named, (reference) => lookUpOpportunity(context, info, reference));
  }

  @FieldResolver(() => Engagement, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The engagement of the task, read from AWS: the engagement that AWS named, otherwise the engagement that the ' +
      'start named. Null if neither named an engagement, or AWS has no such record. Costs reads as described on ' +
      '`Engagement`.',
  })
  engagement(
    @Root() task: AnyTask,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EngagementSummary | null> {
    const named = task.engagementId ?? namedByStart(task, 'OPPORTUNITY_FROM_ENGAGEMENT');
    return lookUp(task, context, named, (reference) => lookUpEngagement(context, info, reference));
  }

  @FieldResolver(() => EngagementInvitation, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The invitation of the task, read from AWS: the invitation that AWS named, otherwise the invitation that the ' +
      'start named. Null if neither named an invitation, or AWS has no such record. Costs one read per task.',
  })
  engagementInvitation(@Root() task: AnyTask, @Ctx() context: GraphqlContext): Promise<Invitation | null> {
    const { records, now } = context;
    const answered = 'engagementInvitationId' in task ? task.engagementInvitationId : null;
    return lookUp(
      task,
      context,
      answered ?? namedByStart(task, 'ENGAGEMENT_BY_ACCEPTING_INVITATION'),
      async ({ catalog, id, maxAgeMs }) => recordOf(await records.invitation(catalog, id, maxAgeMs), now()),
    );
  }

  @FieldResolver(() => ResourceSnapshotJob, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The snapshot job that AWS named, read from AWS. Null if AWS named none, or has no such record. ' +
      'Costs one read per task.',
  })
  resourceSnapshotJob(@Root() task: AnyTask, @Ctx() context: GraphqlContext): Promise<SnapshotJob | null> {
    const { records, now } = context;
    return lookUp(task, context, task.resourceSnapshotJobId, async ({ catalog, id, maxAgeMs }) =>
      recordOf(await records.snapshotJob(catalog, id, maxAgeMs), now()),
    );
  }
}

/** The identifier that the start named, if the task is of this kind; otherwise null. */
function namedByStart(task: AnyTask, kind: TaskKind): string | null {
  if (task.kind !== kind) return null;
  return 'targetIdentifier' in task ? task.targetIdentifier : task.identifier;
}

type Read<T> = (reference: Reference) => Promise<T | null>;

async function lookUp<T>(
  task: TaskView,
  { viewer, now }: GraphqlContext,
  named: string | null,
  read: Read<T>,
): Promise<T | null> {
  assertReadsRecords(viewer);
  // An answer from before the task's last change may lack the effect of the task.
  return named === null
    ? null
    : read({ catalog: task.catalog, id: identifierOf(named), maxAgeMs: Math.max(0, now() - task.updatedAt) });
}

/**
 * The schema, built from the decorated classes of this folder. Building is synchronous and makes no calls; each
 * operation's context carries the dependencies of the resolvers.
 */
import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { TaskBatchResolver } from './task/task-batch.resolver.js';
import { AnswerInvitationResolver } from './edit/answer-invitation.resolver.js';
import { AssignOpportunityResolver } from './edit/assign-opportunity.resolver.js';
import { AssociateOpportunityResolver } from './edit/associate-opportunity.resolver.js';
import { CreateOpportunityResolver } from './edit/create-opportunity.resolver.js';
import { EditLeadResolver } from './edit/edit-lead.resolver.js';
import { EditOpportunityResolver } from './edit/edit-opportunity.resolver.js';
import { EngagementInvitationResolver } from './invitation/engagement-invitation.resolver.js';
import { EngagementResolver } from './engagement/engagement.resolver.js';
import { AwsTeamResolver, RelatedToOpportunityResolver } from './opportunity/related-to-opportunity.resolver.js';
import { OpportunityResolver } from './opportunity/opportunity.resolver.js';
import { NodeResolver } from './task/node.resolver.js';
import { PartnerCentralResolver } from './partner-central/partner-central.resolver.js';
import { QuotaUsageResolver } from './partner-central/quota-usage.resolver.js';
import { ReadinessCheckResolver } from './readiness/readiness-check.resolver.js';
import { ResourceSnapshotJobResolver } from './snapshot-job/resource-snapshot-job.resolver.js';
import { RetryResolver } from './retry/retry.resolver.js';
import { SolutionResolver } from './solution/solution.resolver.js';
import { StartResolver } from './start/start.resolver.js';
import { TaskRecordsResolver } from './task-records.resolver.js';
import { TaskResolver } from './task/task.resolver.js';
import { TASK_VIEWS } from './task/task-kinds.type.js';
import { TaskTransitionsResolver } from './transition/task-transitions.resolver.js';
import { UserErrorResolver } from './user-error/user-error.resolver.js';
import { ViewerResolver } from './viewer/viewer.resolver.js';
import { TransitionLogResolver } from './transition/transition-log.resolver.js';
import { TransitionResolver, transitionView } from './transition/transition.resolver.js';

export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      TaskResolver,
      TaskTransitionsResolver,
      TaskRecordsResolver,
      TaskBatchResolver,
      StartResolver,
      RetryResolver,
      CreateOpportunityResolver,
      EditOpportunityResolver,
      EditLeadResolver,
      AssociateOpportunityResolver,
      AssignOpportunityResolver,
      AnswerInvitationResolver,
      UserErrorResolver,
      TransitionLogResolver,
      TransitionResolver,
      OpportunityResolver,
      RelatedToOpportunityResolver,
      AwsTeamResolver,
      SolutionResolver,
      EngagementResolver,
      EngagementInvitationResolver,
      ResourceSnapshotJobResolver,
      ReadinessCheckResolver,
      PartnerCentralResolver,
      QuotaUsageResolver,
      NodeResolver,
      ViewerResolver,
    ],
    orphanedTypes: [...TASK_VIEWS],
    // Tasks.start checks the inputs, and reports every mistake at once as data.
    validate: false,
    // A test introspects the result, so a start of the process need not.
    skipCheck: true,
    // type-graphql requires it for every subscription, although each of ours has its own `subscribe`.
    pubSub: { subscribe: nothingIsPublished, publish: nothingIsPublished },
  });
  describeRoot(
    schema.getQueryType(),
    "Reads tasks and records. Tasks come from the gateway's own log and cost nothing. An access token needs the scope " +
      '`tasks:read` or `tasks:read:own` for them, and for `partnerCentral`. Opportunities, engagements, invitations, ' +
      'snapshot jobs and solutions are read from AWS, and need the scope `records:read`. Each call costs one read of ' +
      '`partnerCentral.reads`; without a read left it fails with the code `QUOTA_SPENT`. A record that any client ' +
      'requested in the last 2 seconds, and that was not edited since, costs nothing.',
  );
  describeRoot(
    schema.getMutationType(),
    'Starts and retries tasks, and edits records. Each mutation can be repeated safely, a start and a ' +
      'creation under its `clientToken`. Refusals are returned in `userErrors`. An access token needs the scope `tasks:start` for tasks and ' +
      '`records:write` for edits, otherwise the error has the code `FORBIDDEN`.',
  );
  describeRoot(
    schema.getSubscriptionType(),
    'Follows tasks over WebSocket (graphql-transport-ws), Server-Sent Events or multipart HTTP. ' +
      'A cursor resumes an interrupted stream without gap or repeat. An access token needs the scope `tasks:read` or ' +
      '`tasks:read:own`, and the stream ends when the token expires.',
  );
  resolveEventsDirectly(schema);
  return schema;
}

/** The text of schema/schema.graphql. */
export function printGatewaySchema(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

function nothingIsPublished(): never {
  throw new Error('Subscriptions read the log of transitions. The pubSub of type-graphql is not used.');
}

/** The descriptions of the three root types, because type-graphql has no option for them. */
function describeRoot(root: GraphQLObjectType | null | undefined, description: string): void {
  if (root) root.description = description;
}

/**
 * type-graphql converts and awaits all arguments of a subscription again for each event, although only `subscribe`
 * needs them. Direct resolvers save a quarter of the cost of executing an event, for each subscriber.
 */
function resolveEventsDirectly(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.resolve = transitionView;
    // The resolver reads neither arguments nor context, so the server may share one result among all subscribers.
    field.extensions = { ...field.extensions, readsSourceOnly: true };
  }
}

/**
 * The schema, built from the decorated classes of this folder. Building is synchronous and asks nobody; what a resolver needs
 * comes with each operation's context.
 */
import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { TaskBatchResolver } from './task/task-batch.resolver.js';
import { EngagementInvitationResolver } from './invitation/engagement-invitation.resolver.js';
import { EngagementResolver } from './engagement/engagement.resolver.js';
import { OpportunityResolver } from './opportunity/opportunity.resolver.js';
import { PartnerCentralResolver } from './partner-central/partner-central.resolver.js';
import { ResourceSnapshotJobResolver } from './snapshot-job/resource-snapshot-job.resolver.js';
import { RetryResolver } from './retry/retry.resolver.js';
import { StartResolver } from './start/start.resolver.js';
import { TaskRecordsResolver } from './task-records.resolver.js';
import { TaskResolver } from './task/task.resolver.js';
import { TASK_VIEWS } from './task/task-kinds.type.js';
import { TaskTransitionsResolver } from './transition/task-transitions.resolver.js';
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
      TransitionResolver,
      OpportunityResolver,
      EngagementResolver,
      EngagementInvitationResolver,
      ResourceSnapshotJobResolver,
      PartnerCentralResolver,
    ],
    orphanedTypes: [...TASK_VIEWS],
    // Inputs are checked by Tasks.start, which reports every mistake at once as data.
    validate: false,
    // That the result can be introspected is a test's to show, not each start's.
    skipCheck: true,
    // Demanded as soon as there is a subscription, although each of ours brings its own `subscribe`.
    pubSub: { subscribe: nothingIsPublished, publish: nothingIsPublished },
  });
  describeRoot(
    schema.getQueryType(),
    "Reading. Tasks are answered from the gateway's own log and cost none of AWS's quota. Opportunities, engagements, invitations and snapshot " +
      'jobs are read from AWS, or from what was read a moment ago, and cost reads.',
  );
  describeRoot(
    schema.getMutationType(),
    'Starting tasks, and trying them again. Each mutation can be repeated, a start under its `clientToken`, and tells in `userErrors` what was refused.',
  );
  describeRoot(
    schema.getSubscriptionType(),
    'Following tasks, over WebSocket (graphql-transport-ws), server-sent events or multipart HTTP. A stream that broke off goes on after a cursor.',
  );
  resolveEventsDirectly(schema);
  return schema;
}

/** As it is committed in schema/schema.graphql. */
export function printGatewaySchema(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

function nothingIsPublished(): never {
  throw new Error('Subscriptions read the log of transitions; nothing is published.');
}

/** type-graphql has no place for the descriptions of the three roots. */
function describeRoot(root: GraphQLObjectType | null | undefined, description: string): void {
  if (root) root.description = description;
}

/**
 * type-graphql converts and awaits all arguments of a subscription again for each event, although only `subscribe` needs them: a quarter of
 * what executing an event costs, times the subscribers.
 */
function resolveEventsDirectly(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.resolve = transitionView;
    // Neither arguments nor context: the server may make the result once for all its readers.
    field.extensions = { ...field.extensions, readsSourceOnly: true };
  }
}

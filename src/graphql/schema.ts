/**
 * The schema, built from the decorated classes of this folder. Building is synchronous and asks nobody; what a resolver needs
 * comes with each operation's context.
 */
import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { PartnerCentralResolver } from './partner-central.resolver.js';
import { StartResolver } from './start.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { EngagementFromOpportunityTask, OpportunityFromEngagementTask } from './task.type.js';
import { TransitionResolver } from './transition.resolver.js';

export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [TaskResolver, StartResolver, TransitionResolver, PartnerCentralResolver],
    orphanedTypes: [EngagementFromOpportunityTask, OpportunityFromEngagementTask],
    // Inputs are checked by Tasks.start, which reports every mistake at once as data.
    validate: false,
    // The introspection of the result is a test's work, not each start's.
    skipCheck: true,
    pubSub: {
      // type-graphql demands one as soon as there is a subscription, although each of ours brings its own `subscribe`.
      subscribe() {
        throw new Error('Subscriptions read the log of transitions; nothing is published here.');
      },
      publish() {
        throw new Error('Subscriptions read the log of transitions; nothing is published here.');
      },
    },
  });
  describeRoots(schema);
  return schema;
}

/** As it is committed in schema/schema.graphql. */
export function printGatewaySchema(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

/** type-graphql has no place for these descriptions. */
function describeRoots(schema: GraphQLSchema): void {
  const roots = [
    { type: schema.getQueryType(), description: 'Reading. The gateway answers from its own records, so that reading costs none of AWS’s quota.' },
    { type: schema.getMutationType(), description: 'Starting tasks. Every mutation is idempotent under its `clientToken` and returns a payload with `userErrors`.' },
    {
      type: schema.getSubscriptionType(),
      description: 'Following tasks, over WebSocket (graphql-transport-ws), server-sent events or multipart HTTP. A stream that broke off goes on after its last cursor.',
    },
  ];
  for (const { type, description } of roots) if (type) type.description = description;
}

/**
 * The start of a project without this gateway: Apollo Server on Express, a schema by type-graphql, AWS's SDK, and the
 * tasks in a map. It is plain JavaScript, so the decorators are applied by hand. It prints its address when it listens.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import {
  PartnerCentralSellingClient,
  StartEngagementFromOpportunityTaskCommand,
  StartOpportunityFromEngagementTaskCommand,
} from '@aws-sdk/client-partnercentral-selling';
import express from 'express';
import {
  Arg,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  buildSchema,
  registerEnumType,
} from 'type-graphql';

const Catalog = { AWS: 'AWS', SANDBOX: 'Sandbox' };
const InvolvementType = { CO_SELL: 'Co-Sell', FOR_VISIBILITY_ONLY: 'For Visibility Only' };
registerEnumType(Catalog, { name: 'Catalog' });
registerEnumType(InvolvementType, { name: 'InvolvementType' });

class Task {}
const TEXTS = [
  'status',
  'taskId',
  'taskArn',
  'message',
  'reasonCode',
  'opportunityId',
  'engagementId',
  'engagementInvitationId',
  'resourceSnapshotJobId',
  'contextId',
];
for (const name of TEXTS) Field(() => String, { nullable: true })(Task.prototype, name);
Field(() => ID)(Task.prototype, 'id');
Field(() => Catalog)(Task.prototype, 'catalog');
Field(() => String)(Task.prototype, 'clientToken');
Field(() => Date, { nullable: true })(Task.prototype, 'startTime');
Field(() => Date)(Task.prototype, 'createdAt');
ObjectType()(Task);

class SubmitInput {}
Field(() => Catalog)(SubmitInput.prototype, 'catalog');
Field(() => String)(SubmitInput.prototype, 'identifier');
Field(() => InvolvementType)(SubmitInput.prototype, 'involvementType');
Field(() => String, { nullable: true })(SubmitInput.prototype, 'clientToken');
InputType()(SubmitInput);

class ConvertInput {}
Field(() => Catalog)(ConvertInput.prototype, 'catalog');
for (const name of ['identifier', 'contextIdentifier']) Field(() => String)(ConvertInput.prototype, name);
Field(() => String, { nullable: true })(ConvertInput.prototype, 'clientToken');
InputType()(ConvertInput);

const client = new PartnerCentralSellingClient({
  region: 'us-east-1',
  endpoint: process.env.PARTNER_CENTRAL_ENDPOINT,
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
});
const tasks = new Map();

async function started(command, { catalog, clientToken }) {
  const {
    TaskStatus: status,
    TaskId: taskId,
    TaskArn: taskArn,
    StartTime: startTime,
    ...answer
  } = await client.send(command);
  const id = randomUUID();
  const task = {
    id,
    catalog,
    clientToken,
    status,
    taskId,
    taskArn,
    startTime,
    message: answer.Message,
    createdAt: new Date(),
  };
  tasks.set(id, task);
  return task;
}

class TaskResolver {
  task(id) {
    return tasks.get(id) ?? null;
  }

  tasks() {
    return [...tasks.values()];
  }

  submit({ clientToken = randomUUID(), ...input }) {
    const { catalog: Catalog, identifier: Identifier, involvementType: InvolvementType } = input;
    return started(
      new StartEngagementFromOpportunityTaskCommand({
        Catalog,
        ClientToken: clientToken,
        Identifier,
        AwsSubmission: { InvolvementType },
      }),
      { ...input, clientToken },
    );
  }

  convert({ clientToken = randomUUID(), ...input }) {
    const { catalog: Catalog, identifier: Identifier, contextIdentifier: ContextIdentifier } = input;
    return started(
      new StartOpportunityFromEngagementTaskCommand({
        Catalog,
        ClientToken: clientToken,
        Identifier,
        ContextIdentifier,
      }),
      { ...input, clientToken },
    );
  }
}

/** Applies decorators to a method and to its only parameter, as the compiler does. */
function method(name, decorator, argument) {
  const { prototype } = TaskResolver;
  argument?.(prototype, name, 0);
  decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
}
for (const [name, parameter] of [
  ['task', String],
  ['submit', SubmitInput],
  ['convert', ConvertInput],
]) {
  Reflect.defineMetadata('design:paramtypes', [parameter], TaskResolver.prototype, name);
}
Reflect.defineMetadata('design:paramtypes', [], TaskResolver.prototype, 'tasks');
method(
  'task',
  Query(() => Task, { nullable: true }),
  Arg('id', () => ID),
);
method(
  'tasks',
  Query(() => [Task]),
);
method(
  'submit',
  Mutation(() => Task),
  Arg('input', () => SubmitInput),
);
method(
  'convert',
  Mutation(() => Task),
  Arg('input', () => ConvertInput),
);
Resolver()(TaskResolver);

const server = new ApolloServer({ schema: await buildSchema({ resolvers: [TaskResolver] }) });
await server.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(server));
const http = createServer(app);
http.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${http.address().port}/graphql`));

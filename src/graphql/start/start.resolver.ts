/** Starts tasks. The payload reports refusals. Only a caller without the right to start tasks gets an error. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import type { TaskInput } from '../../partner-central/model/task-kind.js';
import { warningsOf } from '../../records/readiness/warnings.js';
import type { Task } from '../../tasks/task.js';
import { assertStarts } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { selectsOnly } from '../selection.js';
import {
  StartEngagementByAcceptingInvitationTaskPayload,
  StartEngagementFromOpportunityTaskPayload,
  StartEngagementFromOpportunityTasksPayload,
  StartOpportunityFromEngagementTaskPayload,
} from './start-payload.type.js';
import {
  StartEngagementByAcceptingInvitationTaskInput,
  StartEngagementFromOpportunityTaskInput,
  StartOpportunityFromEngagementTaskInput,
  engagementByAcceptingInvitation,
  engagementFromOpportunity,
  opportunityFromEngagement,
} from './start.input.js';
import { TaskBatch } from '../task/task-batch.type.js';
import {
  EngagementByAcceptingInvitationTask,
  EngagementFromOpportunityTask,
  OpportunityFromEngagementTask,
  viewOf,
} from '../task/task-kinds.type.js';
import { problemsOf, resultOf } from '../user-error/user-errors.js';

const INPUT = { description: 'The start.' };

const RETURNS =
  'Returns when AWS has answered, or after a few seconds with a task that is still `QUEUED`. A queued start is ' +
  'stored durably and will be sent. If the response is lost, repeat the mutation with the same `clientToken`.';

@Resolver()
export class StartResolver {
  @Mutation(() => StartEngagementFromOpportunityTaskPayload, {
    description: `Submits an opportunity to AWS. ${RETURNS}`,
  })
  async startEngagementFromOpportunityTask(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => StartEngagementFromOpportunityTaskInput, INPUT) input: StartEngagementFromOpportunityTaskInput,
  ): Promise<StartEngagementFromOpportunityTaskPayload> {
    const result = await start(context, info, engagementFromOpportunity(input), input.clientToken ?? null);
    return { ...result, task: viewAs(EngagementFromOpportunityTask, result.task) };
  }

  @Mutation(() => StartEngagementFromOpportunityTasksPayload, {
    description:
      'Submits 1 to 200 opportunities to AWS. Each input is validated on its own. The valid inputs are stored ' +
      'durably together, and the mutation returns without waiting for AWS. Give each input a `clientToken`; if the ' +
      'response is lost, repeat the mutation with the same tokens. Pass `inputs` as a variable, because documents ' +
      'are limited to 1,000 tokens.',
  })
  async startEngagementFromOpportunityTasks(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('inputs', () => [StartEngagementFromOpportunityTaskInput], { description: 'The starts (1 to 200).' })
    inputs: StartEngagementFromOpportunityTaskInput[],
  ): Promise<StartEngagementFromOpportunityTasksPayload> {
    assertStarts(viewer);
    const wanted = inputs.map((input) => ({
      input: engagementFromOpportunity(input),
      clientToken: input.clientToken ?? null,
    }));
    const outcome = await tasks.startMany(viewer, wanted);
    if (outcome.type === 'invalid')
      return { batch: null, results: [], userErrors: problemsOf(outcome.problems, ['inputs']) };
    const results = outcome.outcomes.map((one, index) => {
      const result = resultOf(one, ['inputs', String(index)]);
      return { ...result, task: viewAs(EngagementFromOpportunityTask, result.task), warnings: null };
    });
    return { batch: outcome.batch === null ? null : new TaskBatch(outcome.batch), results, userErrors: [] };
  }

  @Mutation(() => StartOpportunityFromEngagementTaskPayload, {
    description: `Turns a lead in an engagement into a draft opportunity. ${RETURNS}`,
  })
  async startOpportunityFromEngagementTask(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => StartOpportunityFromEngagementTaskInput, INPUT) input: StartOpportunityFromEngagementTaskInput,
  ): Promise<StartOpportunityFromEngagementTaskPayload> {
    const result = await start(context, info, opportunityFromEngagement(input), input.clientToken ?? null);
    return { ...result, task: viewAs(OpportunityFromEngagementTask, result.task) };
  }

  @Mutation(() => StartEngagementByAcceptingInvitationTaskPayload, {
    description: `Accepts an invitation, and creates the partner's own opportunity from the shared one. ${RETURNS}`,
  })
  async startEngagementByAcceptingInvitationTask(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => StartEngagementByAcceptingInvitationTaskInput, INPUT)
    input: StartEngagementByAcceptingInvitationTaskInput,
  ): Promise<StartEngagementByAcceptingInvitationTaskPayload> {
    const result = await start(context, info, engagementByAcceptingInvitation(input), input.clientToken ?? null);
    return { ...result, task: viewAs(EngagementByAcceptingInvitationTask, result.task) };
  }
}

const WITHOUT_WARNINGS = { task: true, replayed: true, userErrors: true } as const;

/** The warnings are evaluated before the start, because the state of the record changes while AWS works on the task. */
async function start(context: GraphqlContext, info: GraphQLResolveInfo, input: TaskInput, clientToken: string | null) {
  const { viewer, tasks, records, now, withTimeout } = context;
  assertStarts(viewer);
  const selected = !selectsOnly(WITHOUT_WARNINGS, info);
  const mayRead = viewer.records && viewer.catalogs.includes(input.catalog);
  const warnings = selected && mayRead ? await withTimeout(warningsOf(records, input, now())) : null;
  const result = resultOf(await tasks.start(viewer, input, clientToken));
  return { ...result, warnings: result.task === null || result.replayed ? null : warnings };
}

/** Each kind has its own tokens, so the task of a start is always of the same kind. */
function viewAs<View>(type: abstract new (...args: never[]) => View, task: Task | null): View | null {
  if (task === null) return null;
  const view = viewOf(task);
  if (!(view instanceof type)) throw new Error(`A start returned the task ${task.id}, which is of another kind.`);
  return view;
}

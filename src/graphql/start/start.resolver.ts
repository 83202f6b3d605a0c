/** Starting tasks. What can go wrong with a start is told in the payload; only a caller who may not start at all gets an error. */
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

const INPUT = { description: 'What to start.' };

@Resolver()
export class StartResolver {
  @Mutation(() => StartEngagementFromOpportunityTaskPayload, {
    description:
      'Submits an opportunity to AWS. Returns once AWS has answered, or after some seconds with a task that is still QUEUED: it is ' +
      'accepted durably ' +
      'and will be sent. Repeat it with the same `clientToken` whenever the answer was lost.',
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
      'Submits 1 to 200 opportunities to AWS. Each input is judged by itself, and all that are valid are accepted durably at once; returns ' +
      'without waiting for AWS. Give each input a `clientToken`, and repeat the whole with the same ones whenever the answer was lost. Pass the ' +
      'inputs as a variable: a document holds only so many words.',
  })
  async startEngagementFromOpportunityTasks(
    @Ctx() { viewer, tasks }: GraphqlContext,
    @Arg('inputs', () => [StartEngagementFromOpportunityTaskInput], { description: 'What to start, 1 to 200.' })
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
    description:
      'Makes a draft opportunity of a lead in an engagement. Returns once AWS has answered, or after some seconds with a task that is ' +
      'still QUEUED: ' +
      'it is accepted durably and will be sent. Repeat it with the same `clientToken` whenever the answer was lost.',
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
    description:
      "Accepts an invitation to an engagement and creates the partner's own opportunity from it. Returns once AWS has answered, or after some " +
      'seconds with a task that is still QUEUED: it is accepted durably and will be sent. Repeat it with the same `clientToken` whenever the ' +
      'answer was lost.',
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

/** What there is to warn of is looked at before the start: while AWS works on it, its state changes. */
async function start(context: GraphqlContext, info: GraphQLResolveInfo, input: TaskInput, clientToken: string | null) {
  const { viewer, tasks, records, now, withTimeout } = context;
  assertStarts(viewer);
  const mayLook = viewer.records && viewer.catalogs.includes(input.catalog) && !selectsOnly(WITHOUT_WARNINGS, info);
  const warnings = mayLook ? await withTimeout(warningsOf(records, input, now())) : null;
  const result = resultOf(await tasks.start(viewer, input, clientToken));
  return { ...result, warnings: result.task === null || result.replayed ? null : warnings };
}

/** Tokens are kept for each kind, so a start can only come back as a task of its own kind. */
function viewAs<View>(type: abstract new (...args: never[]) => View, task: Task | null): View | null {
  if (task === null) return null;
  const view = viewOf(task);
  if (!(view instanceof type)) throw new Error(`A start was answered with the task ${task.id} of another kind.`);
  return view;
}

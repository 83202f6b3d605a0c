/** Looks for the completed task that did some work, in any process of the account, as proof that the work is done. */
import { CATALOG } from './model/enum-mapping.js';
import type { Catalog } from './model/task-kind.js';
import type { RecordOperation } from './record-operations.js';
import { listOf } from './mappers/nullable.js';
import { identifierOf } from './identifiers.js';
import { answerOf } from './task-operations.js';

export type CompletedTask = { readonly taskId: string | null; readonly opportunityId: string | null };

type Summary = Parameters<typeof answerOf>[0];

/** The newest tasks are enough, because one is proof. */
const MAX_RESULTS = 10;

/**
 * The conversion of a lead. The context must be a lead, because a task can name a lead and never adds one. AWS's filter
 * may mean the context that a task named, or the customer project that the task added.
 */
export const FIND_CONVERSION: RecordOperation<
  { readonly catalog: Catalog; readonly engagementId: string; readonly contextId: string },
  CompletedTask | null
> = {
  operation: 'ListOpportunityFromEngagementTasks',
  async send(sdk, client, { catalog, engagementId, contextId }, options) {
    const { TaskSummaries } = await client.send(
      new sdk.ListOpportunityFromEngagementTasksCommand({
        ...requestFor(catalog),
        EngagementIdentifier: [engagementId],
        ContextIdentifier: [contextId],
      }),
      options,
    );
    return completedIn(TaskSummaries, ({ engagementId: of }) => of, engagementId);
  },
};

export const FIND_ACCEPTANCE: RecordOperation<
  { readonly catalog: Catalog; readonly invitationId: string },
  CompletedTask | null
> = {
  operation: 'ListEngagementByAcceptingInvitationTasks',
  async send(sdk, client, { catalog, invitationId }, options) {
    const { TaskSummaries } = await client.send(
      new sdk.ListEngagementByAcceptingInvitationTasksCommand({
        ...requestFor(catalog),
        EngagementInvitationIdentifier: [invitationId],
      }),
      options,
    );
    return completedIn(TaskSummaries, ({ engagementInvitationId }) => engagementInvitationId, invitationId);
  },
};

function requestFor(catalog: Catalog) {
  return {
    Catalog: CATALOG[catalog],
    MaxResults: MAX_RESULTS,
    TaskStatus: ['COMPLETE' as const],
    Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' } as const,
  };
}

/** Checks the answer against the filters, because a task of another record would prove nothing. */
function completedIn(
  summaries: readonly Summary[] | undefined,
  targetOf: (answer: ReturnType<typeof answerOf>) => string | null,
  target: string,
): CompletedTask | null {
  const found = listOf(summaries)
    .map(answerOf)
    .find((answer) => answer.status === 'COMPLETE' && identifierOf(targetOf(answer) ?? '') === target);
  return found === undefined ? null : { taskId: found.taskId, opportunityId: found.opportunityId };
}

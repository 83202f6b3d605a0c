/**
 * Lists the tasks of one kind and catalog that match all filters. Without a Sort the newest come first, although AWS
 * does not define that order.
 */
import type { Delivery } from '../protocol/aws-json.js';
import { withoutArn } from '../records/record-identifiers.js';
import { type Filter, type PageRequest, matches, pageOf, readPageRequest } from '../protocol/list-pages.js';
import { type Service, elapsedMs } from '../state/service.js';
import type { TaskKind } from './task-kinds.js';
import { type TaskSummary, asListAnswers, isListed, phaseAt, timelineOf } from './timeline.js';
import { CATALOG, type Fields, OPPORTUNITY_ID, TASK_ARN_OR_ID, TASK_STATUS } from '../protocol/validation.js';
import type { StoredTask } from '../state/state.js';

type Filters = {
  readonly catalog: string;
  readonly ascending: boolean;
  readonly tasks: Filter;
  readonly statuses: Filter;
  readonly opportunities: Filter;
  readonly engagements?: Filter;
  readonly contexts?: Filter;
  readonly invitations?: Filter;
};

export type ListRequest = { readonly page: PageRequest; readonly filters: Filters };

/** Reads the members that every List has. `more` holds the filters that only some Lists have. */
export function readListRequest(
  fields: Fields,
  more: Pick<Filters, 'engagements' | 'contexts' | 'invitations'>,
): ListRequest {
  return {
    page: readPageRequest(fields, 1000),
    filters: {
      catalog: fields.string('Catalog', CATALOG),
      ascending: fields.sort(['StartTime'])?.ascending ?? false,
      tasks: fields.optionalStrings('TaskIdentifier', 10, TASK_ARN_OR_ID),
      statuses: fields.optionalStrings('TaskStatus', 3, TASK_STATUS),
      opportunities: fields.optionalStrings('OpportunityIdentifier', 10, OPPORTUNITY_ID),
      ...more,
    },
  };
}

export function list(service: Service, kind: TaskKind, { page, filters }: ListRequest): Delivery {
  return pageOf<StoredTask>(page, {
    member: 'TaskSummaries',
    query: [kind, filters],
    ascending: filters.ascending,
    pageSize: service.pageSize,
    items: candidates(service, filters),
    sortKeyOf: (task) => [task.startedAt, task.sequence],
    show(task) {
      if (task.kind !== kind || task.catalog !== filters.catalog) return undefined;
      const summary = summaryNow(service, task);
      return summary !== undefined && passes(task, summary, filters) ? summary : undefined;
    },
  });
}

/** The tasks to filter. A filter by task id does not read any other task. */
function candidates({ state }: Service, filters: Filters): Iterable<StoredTask> {
  if (filters.tasks === undefined) return state.tasks();
  return new Set(filters.tasks.flatMap((idOrArn) => state.task(idOrArn) ?? []));
}

function summaryNow(service: Service, task: StoredTask): TaskSummary | undefined {
  const timeline = timelineOf(task);
  const elapsed = elapsedMs(service, task);
  return isListed(timeline, elapsed) ? asListAnswers(task, timeline, phaseAt(timeline, elapsed)) : undefined;
}

/** Filters compare the shown summary, so that an engagement that does not exist yet matches nothing. */
function passes(task: StoredTask, summary: TaskSummary, filters: Filters): boolean {
  return (
    matches(filters.statuses, summary['TaskStatus']) &&
    matches(filters.opportunities, summary['OpportunityId']) &&
    matches(filters.engagements, summary['EngagementId']) &&
    matches(filters.invitations, withoutArn(summary['EngagementInvitationId'] ?? '')) &&
    // AWS's "contexts associated with the creation" may be the requested or the created context, so both match.
    (matches(filters.contexts, summary['ContextId']) || matches(filters.contexts, task.contextIdentifier))
  );
}

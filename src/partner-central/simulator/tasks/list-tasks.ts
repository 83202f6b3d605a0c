/**
 * What every List of tasks does: the tasks of one kind and catalog that pass all filters. Without a Sort the newest come first,
 * where AWS promises nothing.
 */
import type { Delivery } from '../protocol/aws-json.js';
import { withoutArn } from '../records/record-identifiers.js';
import { type Filter, type PageRequest, fits, pageOf, readPageRequest } from '../protocol/list-pages.js';
import { type Service, elapsedMs } from '../state/service.js';
import type { TaskKind } from './task-kinds.js';
import { type TaskSummary, asListAnswers, isListed, phaseAt, planOf } from './timeline.js';
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

/** The members that every List has, and the filters that only some have. */
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
    things: candidates(service, filters),
    placeOf: (task) => [task.startedAt, task.sequence],
    show(task) {
      if (task.kind !== kind || task.catalog !== filters.catalog) return undefined;
      const summary = summaryNow(service, task);
      return summary !== undefined && passes(task, summary, filters) ? summary : undefined;
    },
  });
}

/** Asking for known tasks does not look at the others, however many there are. */
function candidates({ world }: Service, filters: Filters): Iterable<StoredTask> {
  if (filters.tasks === undefined) return world.tasks();
  return new Set(filters.tasks.flatMap((idOrArn) => world.task(idOrArn) ?? []));
}

function summaryNow(service: Service, task: StoredTask): TaskSummary | undefined {
  const plan = planOf(task);
  const elapsed = elapsedMs(service, task);
  return isListed(plan, elapsed) ? asListAnswers(task, plan, phaseAt(plan, elapsed)) : undefined;
}

/** Filters see what the summary shows: an engagement that does not exist yet finds nothing. */
function passes(task: StoredTask, summary: TaskSummary, filters: Filters): boolean {
  return (
    fits(filters.statuses, summary['TaskStatus']) &&
    fits(filters.opportunities, summary['OpportunityId']) &&
    fits(filters.engagements, summary['EngagementId']) &&
    fits(filters.invitations, withoutArn(summary['EngagementInvitationId'] ?? '')) &&
    // "The contexts associated with the creation" could be the one asked for or the one created: both find the task.
    (fits(filters.contexts, summary['ContextId']) || fits(filters.contexts, task.contextIdentifier))
  );
}

/**
 * Lists the tasks of one kind and catalog that match all filters. Without a Sort the newest come first, although AWS
 * does not define that order.
 */
import type { Reply } from '../protocol/aws-json.js';
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

export function list(service: Service, kind: TaskKind, { page, filters }: ListRequest): Reply {
  return pageOf<StoredTask>(page, {
    member: 'TaskSummaries',
    query: [kind, filters],
    ascending: filters.ascending,
    pageSize: service.pageSize,
    items: candidates(service, filters),
    isSorted: filters.tasks === undefined,
    sortKeyOf: (task) => [task.startedAt, task.sequence],
    show(task) {
      if (task.kind !== kind || task.catalog !== filters.catalog) return undefined;
      const summary = summaryNow(service, task, filters.statuses);
      return summary !== undefined && passes(task, summary, filters) ? summary : undefined;
    },
  });
}

/** The tasks to filter, in order unless ids name them. A filter by task id does not read any other task. */
function candidates({ state }: Service, { tasks, ascending }: Filters): Iterable<StoredTask> {
  if (tasks !== undefined) return new Set(tasks.flatMap((idOrArn) => state.task(idOrArn) ?? []));
  return ascending ? state.tasks() : latestFirst(state.tasks());
}

/** A copy of a hundred thousand tasks in reverse would take longer than a page. */
function* latestFirst(tasks: readonly StoredTask[]): Iterable<StoredTask> {
  for (let index = tasks.length - 1; index >= 0; index -= 1) {
    const task = tasks[index];
    if (task !== undefined) yield task;
  }
}

/** The status is checked before the summary is made, because most of the tasks in a long list have ended. */
function summaryNow(service: Service, task: StoredTask, statuses: Filter): TaskSummary | undefined {
  const timeline = timelineOf(task);
  const elapsed = elapsedMs(service, task);
  if (!isListed(timeline, elapsed)) return undefined;
  const phase = phaseAt(timeline, elapsed);
  return matches(statuses, phase.status) ? asListAnswers(task, timeline, phase) : undefined;
}

/** Filters compare the shown summary, so that an engagement that does not exist yet matches nothing. */
function passes(task: StoredTask, summary: TaskSummary, filters: Filters): boolean {
  return (
    matches(filters.opportunities, summary['OpportunityId']) &&
    matches(filters.engagements, summary['EngagementId']) &&
    matches(filters.invitations, withoutArn(summary['EngagementInvitationId'] ?? '')) &&
    // AWS's "contexts associated with the creation" may be the requested or the created context, so both match.
    (matches(filters.contexts, summary['ContextId']) || matches(filters.contexts, task.contextIdentifier))
  );
}

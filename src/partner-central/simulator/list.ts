/**
 * What every List does: the tasks of one kind and catalog that pass all filters, in pages. A token is given after every full
 * page, also when nothing follows, as AWS does; without a Sort the newest come first, where AWS promises nothing.
 */
import type { Delivery } from './aws-json.js';
import { fingerprint } from './fingerprint.js';
import { scenarioOf } from './scenarios.js';
import { type Service, elapsedMs } from './service.js';
import type { TaskKind } from './task-kinds.js';
import { type TaskSummary, asListAnswers, isListed, phaseAt } from './timeline.js';
import {
  CATALOG,
  ENGAGEMENT_ARN_OR_ID,
  type Fields,
  NEXT_TOKEN,
  OPPORTUNITY_ID,
  SORT_BY,
  SORT_ORDER,
  TASK_ARN_OR_ID,
  TASK_STATUS,
  validationException,
} from './validation.js';
import type { StoredTask } from './world.js';

/** Between filters all must fit, within one any. Undefined lets everything through. */
type Filter = readonly string[] | undefined;

export type ListRequest = {
  readonly catalog: string;
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
  readonly ascending: boolean;
  readonly tasks: Filter;
  readonly statuses: Filter;
  readonly opportunities: Filter;
  readonly engagements: Filter;
  readonly contexts: Filter;
};

/** The members that every List has. */
export function readListRequest(fields: Fields): ListRequest {
  const sortOrder = fields.optionalStructure('Sort', (sort) => {
    sort.string('SortBy', SORT_BY);
    return sort.string('SortOrder', SORT_ORDER);
  });
  return {
    catalog: fields.string('Catalog', CATALOG),
    maxResults: fields.optionalInteger('MaxResults', 1, 1000),
    nextToken: fields.optionalString('NextToken', NEXT_TOKEN),
    ascending: sortOrder === 'ASCENDING',
    tasks: fields.optionalStrings('TaskIdentifier', 10, TASK_ARN_OR_ID),
    statuses: fields.optionalStrings('TaskStatus', 3, TASK_STATUS),
    opportunities: fields.optionalStrings('OpportunityIdentifier', 10, OPPORTUNITY_ID),
    engagements: fields.optionalStrings('EngagementIdentifier', 10, ENGAGEMENT_ARN_OR_ID)?.map(withoutArn),
    contexts: undefined,
  };
}

export function list(service: Service, kind: TaskKind, request: ListRequest): Delivery {
  const { nextToken, maxResults, ...query } = request;
  const queryId = fingerprint([kind, query]);
  const after = nextToken === undefined ? undefined : readToken(nextToken, queryId);
  const limit = Math.min(maxResults ?? service.pageSize, service.pageSize);
  const inOrder = (one: Place, other: Place) => (request.ascending ? compare(one, other) : compare(other, one));

  const found: { readonly task: StoredTask; readonly summary: TaskSummary }[] = [];
  for (const task of candidates(service, request)) {
    if (task.kind !== kind || task.catalog !== request.catalog) continue;
    if (after !== undefined && inOrder(after, task) >= 0) continue;
    const summary = summaryNow(service, task);
    if (summary !== undefined && passes(task, summary, request)) found.push({ task, summary });
  }
  found.sort((one, other) => inOrder(one.task, other.task));

  const page = found.slice(0, limit);
  const last = page.length === limit ? page.at(-1) : undefined;
  return {
    kind: 'answer',
    body: {
      TaskSummaries: page.map(({ summary }) => summary),
      NextToken: last === undefined ? null : writeToken(last.task, queryId),
    },
  };
}

/** Asking for known tasks does not look at the others, however many there are. */
function candidates({ world }: Service, request: ListRequest): Iterable<StoredTask> {
  if (request.tasks === undefined) return world.tasks();
  return new Set(request.tasks.flatMap((idOrArn) => world.task(idOrArn) ?? []));
}

function summaryNow(service: Service, task: StoredTask): TaskSummary | undefined {
  const scenario = scenarioOf(task.kind, task.target);
  const elapsed = elapsedMs(service, task);
  return isListed(scenario, elapsed) ? asListAnswers(task, scenario, phaseAt(scenario, elapsed)) : undefined;
}

/** Filters see what the summary shows: an engagement that does not exist yet finds nothing. */
function passes(task: StoredTask, summary: TaskSummary, request: ListRequest): boolean {
  return (
    fits(request.statuses, summary['TaskStatus']) &&
    fits(request.opportunities, summary['OpportunityId']) &&
    fits(request.engagements, summary['EngagementId']) &&
    // "The contexts associated with the creation" could be the one asked for or the one created: both find the task.
    (fits(request.contexts, summary['ContextId']) || fits(request.contexts, task.contextIdentifier))
  );
}

function fits(filter: Filter, value: string | null | undefined): boolean {
  return filter === undefined || (typeof value === 'string' && filter.includes(value));
}

function withoutArn(arnOrId: string): string {
  return arnOrId.slice(arnOrId.lastIndexOf('/') + 1);
}

/** Where a page ended. It stays valid while tasks are added. */
type Place = { readonly startedAt: number; readonly sequence: number };

function compare(one: Place, other: Place): number {
  return one.startedAt - other.startedAt || one.sequence - other.sequence;
}

function writeToken(place: Place, queryId: string): string {
  return Buffer.from(JSON.stringify([queryId, place.startedAt, place.sequence])).toString('base64url');
}

function readToken(token: string, queryId: string): Place {
  const wrong = (complaint: string) =>
    validationException([{ FieldName: 'nextToken', Message: `Value at 'nextToken' ${complaint}.`, Code: 'INVALID_VALUE' }]);
  const [tokenQueryId, startedAt, sequence] = decode(token);
  if (typeof startedAt !== 'number' || typeof sequence !== 'number') throw wrong('is not a token given by this operation');
  if (tokenQueryId !== queryId) throw wrong('was given for another request');
  return { startedAt, sequence };
}

function decode(token: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

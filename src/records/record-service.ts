/** Combines validation, quota, cache and batching into the look-ups that `Records` promises. */
import type { Clock } from '../runtime/clock.js';
import { FIND_ACCEPTANCE, FIND_CONVERSION } from '../partner-central/completed-tasks.js';
import {
  ENGAGEMENT,
  INVITATION,
  OPPORTUNITY,
  SNAPSHOT_JOB,
  type TextRule,
  identifierOf,
} from '../partner-central/identifiers.js';
import type {
  Engagement,
  EngagementSummary,
  Opportunity,
  OpportunitySummary,
} from '../partner-central/model/record-types.js';
import {
  ENGAGEMENTS_PER_FILTER,
  GET_ENGAGEMENT,
  GET_INVITATION,
  GET_OPPORTUNITY,
  GET_SNAPSHOT_JOB,
  LIST_ENGAGEMENTS,
  LIST_INVITATIONS,
  LIST_OPPORTUNITIES,
  OPPORTUNITIES_PER_FILTER,
  RECORD_PAGE_SIZE,
  type ById,
  type ListPage,
  type ListQuery,
  type RecordOperation,
} from '../partner-central/record-operations.js';
import { GET_AWS_OPPORTUNITY, LIST_SOLUTIONS } from '../partner-central/related-operations.js';
import { CATALOGS, type Catalog } from '../partner-central/model/task-kind.js';
import { createAssociationLoader } from './association-loader.js';
import { createQuotaRead, type Answered, type QuotaRead, type QuotaReadOptions } from './quota-read.js';
import {
  validateEngagementFilter,
  validateId,
  validateInvitationFilter,
  validateOpportunityFilter,
  validateSolutionFilter,
} from './validate-filter.js';
import { fingerprintOf } from './record-cursor.js';
import { readList } from './list-page.js';
import { createLoadingCache } from './loading-cache.js';
import { createRecordLoader, foundOf, isKept, keyOf } from './record-loader.js';
import type { Found, RecordPage, RecordPageRequest, RecordProblem, Records } from './records.js';

export type RecordService = {
  readonly records: Records;
  /**
   * Drops all cached answers about this opportunity, engagement or invitation (by id or ARN), after an event about it.
   */
  forget(id: string): void;
};

export function createRecordService(options: QuotaReadOptions): RecordService {
  const { clock } = options;
  const readFromAws = createQuotaRead(options);

  const opportunities = createRecordLoader<OpportunitySummary, Opportunity>({
    clock,
    get: (catalog, id) => readFromAws(GET_OPPORTUNITY, { catalog, id }),
    list: (catalog, identifiers, nextToken) =>
      readFromAws(LIST_OPPORTUNITIES, { catalog, filter: { identifiers }, maxResults: RECORD_PAGE_SIZE, nextToken }),
    listSize: OPPORTUNITIES_PER_FILTER,
  });
  const engagements = createRecordLoader<EngagementSummary, Engagement>({
    clock,
    get: (catalog, id) => readFromAws(GET_ENGAGEMENT, { catalog, id }),
    list: (catalog, identifiers, nextToken) =>
      readFromAws(LIST_ENGAGEMENTS, { catalog, filter: { identifiers }, maxResults: RECORD_PAGE_SIZE, nextToken }),
    listSize: ENGAGEMENTS_PER_FILTER,
  });
  const invitations = createSingles(clock, readFromAws, GET_INVITATION);
  const snapshotJobs = createSingles(clock, readFromAws, GET_SNAPSHOT_JOB);
  const awsOpportunities = createSingles(clock, readFromAws, GET_AWS_OPPORTUNITY);
  const associations = createAssociationLoader(clock, readFromAws);
  const opportunityLists = createLists(clock, readFromAws, LIST_OPPORTUNITIES);
  const engagementLists = createLists(clock, readFromAws, LIST_ENGAGEMENTS);
  const invitationLists = createLists(clock, readFromAws, LIST_INVITATIONS);
  const solutionLists = createLists(clock, readFromAws, LIST_SOLUTIONS);

  const records: Records = {
    opportunity: byId(clock, OPPORTUNITY, opportunities.full),
    opportunitySummary: byId(clock, OPPORTUNITY, opportunities.summary),
    opportunities: async (catalog, filter, page) =>
      validateOpportunityFilter(filter) ?? opportunityLists.read(catalog, filter, page),
    awsOpportunity: byId(clock, OPPORTUNITY, awsOpportunities.read),
    engagementIds: byId(clock, OPPORTUNITY, associations.read),
    solutions: async (catalog, filter, page) =>
      validateSolutionFilter(filter) ?? solutionLists.read(catalog, filter, page),
    engagement: byId(clock, ENGAGEMENT, engagements.full),
    engagementSummary: byId(clock, ENGAGEMENT, engagements.summary),
    engagements: async (catalog, filter, page) =>
      validateEngagementFilter(filter) ?? engagementLists.read(catalog, filter, page),
    invitation: byId(clock, INVITATION, invitations.read),
    invitations: async (catalog, filter, page) =>
      validateInvitationFilter(filter) ?? invitationLists.read(catalog, filter, page),
    snapshotJob: byId(clock, SNAPSHOT_JOB, snapshotJobs.read),
    conversion: async (catalog, engagementId, contextId) =>
      presentOf(await readFromAws(FIND_CONVERSION, { catalog, engagementId: identifierOf(engagementId), contextId })),
    acceptance: async (catalog, invitationId) =>
      presentOf(await readFromAws(FIND_ACCEPTANCE, { catalog, invitationId: identifierOf(invitationId) })),
  };

  return {
    records,
    forget(id) {
      for (const known of [opportunities, awsOpportunities, engagements, invitations]) known.forget(identifierOf(id));
      // An event about an engagement does not name its opportunities.
      associations.forgetAll();
      for (const lists of [opportunityLists, engagementLists, invitationLists]) lists.forget();
    },
  };
}

function presentOf<T>(answer: Answered<T | null> | RecordProblem): Found<T> {
  if (answer.type !== 'answered') return answer;
  return answer.value === null ? { type: 'missing' } : { type: 'found', record: answer.value };
}

/** An id and the ARN that ends in it are the same question. */
function byId<T>(
  clock: Clock,
  rule: TextRule,
  read: (catalog: Catalog, id: string, notBefore: number) => Promise<Found<T>>,
) {
  return async (catalog: Catalog, id: string, maxAgeMs = Infinity): Promise<Found<T>> =>
    validateId(rule, id) ?? read(catalog, identifierOf(id), clock.monotonic() - maxAgeMs);
}

function createSingles<T>(clock: Clock, readFromAws: QuotaRead, get: RecordOperation<ById, T>) {
  const cache = createLoadingCache<Found<T>>(clock, isKept);
  const read = (catalog: Catalog, id: string, notBefore: number): Promise<Found<T>> => {
    const key = keyOf(catalog, id);
    return cache.get(key, notBefore) ?? cache.load(key, async () => foundOf(await readFromAws(get, { catalog, id })));
  };
  const forget = (id: string): void => {
    for (const catalog of CATALOGS) cache.forget(keyOf(catalog, id));
  };
  return { read, forget };
}

function createLists<F extends object, T>(
  clock: Clock,
  readFromAws: QuotaRead,
  list: RecordOperation<ListQuery<F>, ListPage<T>>,
) {
  const cache = createLoadingCache<RecordPage<T> | RecordProblem>(clock, ({ type }) => type === 'page');
  return {
    async read(catalog: Catalog, filter: F, page: RecordPageRequest): Promise<RecordPage<T> | RecordProblem> {
      if (matchesNothing(filter))
        return { type: 'page', items: [], hasNextPage: false, hasPreviousPage: page.after !== null };
      const fingerprint = fingerprintOf(list.operation, catalog, filter);
      const key = JSON.stringify([fingerprint, page.first, page.after]);
      const read = () =>
        readList(fingerprint, page, (maxResults, nextToken) =>
          readFromAws(list, { catalog, filter, maxResults, nextToken }),
        );
      return cache.get(key, 0) ?? cache.load(key, read);
    },
    forget: () => cache.forgetAll(),
  };
}

/** AWS would ignore an empty list, as if there were no filter. An empty list of exclusions excludes nothing. */
function matchesNothing(filter: object): boolean {
  return Object.entries(filter).some(
    ([member, value]) => !member.startsWith('exclude') && Array.isArray(value) && value.length === 0,
  );
}

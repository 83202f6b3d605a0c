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
import { createVersionReader, keyOf, keyOfLists } from './edited-records.js';
import { createLoadingCache, type Freshness } from './loading-cache.js';
import { createRecordLoader, foundOf, isKept } from './record-loader.js';
import type { Found, RecordPage, RecordPageRequest, RecordProblem, Records } from './records.js';

export type RecordService = {
  readonly records: Records;
  /**
   * Drops all cached answers about this opportunity, engagement or invitation (by id or ARN), after an event about it.
   */
  forget(id: string): void;
};

export function createRecordService(options: QuotaReadOptions): RecordService {
  const { clock, db } = options;
  const readFromAws = createQuotaRead(options);
  const versionOf = createVersionReader(db);
  const freshnessOf = async (key: string, maxAgeMs: number): Promise<Freshness> => {
    const notBefore = clock.monotonic() - maxAgeMs;
    return { notBefore, ...(await versionOf(key)) };
  };
  const ofRecord = (catalog: Catalog, id: string, maxAgeMs: number) => freshnessOf(keyOf(catalog, id), maxAgeMs);
  const ofLists = (catalog: Catalog, maxAgeMs = Infinity) => freshnessOf(keyOfLists(catalog), maxAgeMs);

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
  const opportunityLists = createLists(clock, readFromAws, ofLists, LIST_OPPORTUNITIES);
  const engagementLists = createLists(clock, readFromAws, ofLists, LIST_ENGAGEMENTS);
  const invitationLists = createLists(clock, readFromAws, ofLists, LIST_INVITATIONS);
  const solutionLists = createLists(clock, readFromAws, ofLists, LIST_SOLUTIONS);

  const records: Records = {
    opportunity: byId(OPPORTUNITY, opportunities.full, ofRecord),
    opportunitySummary: byId(OPPORTUNITY, opportunities.summary, ofRecord),
    opportunities: async (catalog, filter, page) =>
      validateOpportunityFilter(filter) ?? opportunityLists.read(catalog, filter, page),
    awsOpportunity: byId(OPPORTUNITY, awsOpportunities.read, ofRecord),
    engagementIds: byId(OPPORTUNITY, associations.read, (catalog, _id, maxAgeMs) => ofLists(catalog, maxAgeMs)),
    solutions: async (catalog, filter, page) =>
      validateSolutionFilter(filter) ?? solutionLists.read(catalog, filter, page),
    engagement: byId(ENGAGEMENT, engagements.full, ofRecord),
    engagementSummary: byId(ENGAGEMENT, engagements.summary, ofRecord),
    engagements: async (catalog, filter, page) =>
      validateEngagementFilter(filter) ?? engagementLists.read(catalog, filter, page),
    invitation: byId(INVITATION, invitations.read, ofRecord),
    invitations: async (catalog, filter, page) =>
      validateInvitationFilter(filter) ?? invitationLists.read(catalog, filter, page),
    snapshotJob: byId(SNAPSHOT_JOB, snapshotJobs.read, ofRecord),
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
  rule: TextRule,
  read: (catalog: Catalog, id: string, freshness: Freshness) => Promise<Found<T>>,
  freshnessOf: (catalog: Catalog, id: string, maxAgeMs: number) => Promise<Freshness>,
) {
  return async (catalog: Catalog, identifier: string, maxAgeMs = Infinity): Promise<Found<T>> => {
    const mistake = validateId(rule, identifier);
    if (mistake !== null) return mistake;
    const id = identifierOf(identifier);
    return read(catalog, id, await freshnessOf(catalog, id, maxAgeMs));
  };
}

function createSingles<T>(clock: Clock, readFromAws: QuotaRead, get: RecordOperation<ById, T>) {
  const cache = createLoadingCache<Found<T>>(clock, isKept);
  const read = (catalog: Catalog, id: string, freshness: Freshness): Promise<Found<T>> => {
    const key = keyOf(catalog, id);
    const ask = async () => foundOf(await readFromAws(get, { catalog, id }));
    return cache.get(key, freshness) ?? cache.load(key, freshness, ask);
  };
  const forget = (id: string): void => {
    for (const catalog of CATALOGS) cache.forget(keyOf(catalog, id));
  };
  return { read, forget };
}

function createLists<F extends object, T>(
  clock: Clock,
  readFromAws: QuotaRead,
  freshnessOf: (catalog: Catalog) => Promise<Freshness>,
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
      const freshness = await freshnessOf(catalog);
      return cache.get(key, freshness) ?? cache.load(key, freshness, read);
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

/** Puts checks, quota, memory and batching together into what `Records` promises. */
import type { Clock } from '../runtime/clock.js';
import { ENGAGEMENT, INVITATION, OPPORTUNITY, SNAPSHOT_JOB, type TextRule } from '../partner-central/identifiers.js';
import { identifierOf } from '../partner-central/task-operations.js';
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
  type Read,
} from '../partner-central/record-operations.js';
import { CATALOGS, type Catalog } from '../partner-central/model/task-kind.js';
import { createAsk, type Ask, type AskOptions } from './quota-read.js';
import { checkEngagementFilter, checkId, checkInvitationFilter, checkOpportunityFilter } from './validate-filter.js';
import { fingerprintOf } from './record-cursor.js';
import { readList } from './list-page.js';
import { createMemory } from './ttl-cache.js';
import { createReader, foundOf, isKept, keyOf } from './record-loader.js';
import type { Found, RecordPage, RecordPageRequest, RecordProblem, Records } from './records.js';

export type RecordSource = {
  readonly records: Records;
  /** What is known of this opportunity, engagement or invitation (by id or ARN) is to be asked again: an event says that it changed. */
  forget(id: string): void;
};

export function createRecordSource(options: AskOptions): RecordSource {
  const { clock } = options;
  const ask = createAsk(options);

  const opportunities = createReader<OpportunitySummary, Opportunity>({
    clock,
    get: (catalog, id) => ask(GET_OPPORTUNITY, { catalog, id }),
    list: (catalog, identifiers, nextToken) =>
      ask(LIST_OPPORTUNITIES, { catalog, filter: { identifiers }, maxResults: RECORD_PAGE_SIZE, nextToken }),
    listSize: OPPORTUNITIES_PER_FILTER,
  });
  const engagements = createReader<EngagementSummary, Engagement>({
    clock,
    get: (catalog, id) => ask(GET_ENGAGEMENT, { catalog, id }),
    list: (catalog, identifiers, nextToken) =>
      ask(LIST_ENGAGEMENTS, { catalog, filter: { identifiers }, maxResults: RECORD_PAGE_SIZE, nextToken }),
    listSize: ENGAGEMENTS_PER_FILTER,
  });
  const invitations = createSingles(clock, ask, GET_INVITATION);
  const snapshotJobs = createSingles(clock, ask, GET_SNAPSHOT_JOB);
  const opportunityLists = createLists(clock, ask, LIST_OPPORTUNITIES);
  const engagementLists = createLists(clock, ask, LIST_ENGAGEMENTS);
  const invitationLists = createLists(clock, ask, LIST_INVITATIONS);

  const records: Records = {
    opportunity: byId(clock, OPPORTUNITY, opportunities.whole),
    opportunitySummary: byId(clock, OPPORTUNITY, opportunities.summary),
    opportunities: async (catalog, filter, page) =>
      checkOpportunityFilter(filter) ?? opportunityLists.read(catalog, filter, page),
    engagement: byId(clock, ENGAGEMENT, engagements.whole),
    engagementSummary: byId(clock, ENGAGEMENT, engagements.summary),
    engagements: async (catalog, filter, page) =>
      checkEngagementFilter(filter) ?? engagementLists.read(catalog, filter, page),
    invitation: byId(clock, INVITATION, invitations.read),
    invitations: async (catalog, filter, page) =>
      checkInvitationFilter(filter) ?? invitationLists.read(catalog, filter, page),
    snapshotJob: byId(clock, SNAPSHOT_JOB, snapshotJobs.read),
  };

  return {
    records,
    forget(id) {
      for (const known of [opportunities, engagements, invitations]) known.forget(identifierOf(id));
      for (const lists of [opportunityLists, engagementLists, invitationLists]) lists.forget();
    },
  };
}

/** An id and the ARN that ends in it are the same question. */
function byId<T>(
  clock: Clock,
  rule: TextRule,
  read: (catalog: Catalog, id: string, notBefore: number) => Promise<Found<T>>,
) {
  return async (catalog: Catalog, id: string, maxAgeMs = Infinity): Promise<Found<T>> =>
    checkId(rule, id) ?? read(catalog, identifierOf(id), clock.monotonic() - maxAgeMs);
}

function createSingles<T>(clock: Clock, ask: Ask, get: Read<ById, T>) {
  const memory = createMemory<Found<T>>(clock, isKept);
  const read = (catalog: Catalog, id: string, notBefore: number): Promise<Found<T>> => {
    const key = keyOf(catalog, id);
    return memory.recall(key, notBefore) ?? memory.learn(key, async () => foundOf(await ask(get, { catalog, id })));
  };
  const forget = (id: string): void => {
    for (const catalog of CATALOGS) memory.forget(keyOf(catalog, id));
  };
  return { read, forget };
}

function createLists<F extends object, T>(clock: Clock, ask: Ask, list: Read<ListQuery<F>, ListPage<T>>) {
  const memory = createMemory<RecordPage<T> | RecordProblem>(clock, ({ type }) => type === 'page');
  return {
    async read(catalog: Catalog, filter: F, page: RecordPageRequest): Promise<RecordPage<T> | RecordProblem> {
      if (letsNothingThrough(filter))
        return { type: 'page', items: [], hasNextPage: false, hasPreviousPage: page.after !== null };
      const fingerprint = fingerprintOf(list.operation, catalog, filter);
      const key = JSON.stringify([fingerprint, page.first, page.after]);
      const read = () =>
        readList(fingerprint, page, (maxResults, nextToken) => ask(list, { catalog, filter, maxResults, nextToken }));
      return memory.recall(key, 0) ?? memory.learn(key, read);
    },
    forget: () => memory.forgetAll(),
  };
}

/** AWS would take an empty list for none at all. */
function letsNothingThrough(filter: object): boolean {
  return Object.entries(filter).some(
    ([member, value]) => member !== 'excludeContextTypes' && Array.isArray(value) && value.length === 0,
  );
}

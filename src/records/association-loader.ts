/**
 * Finds the engagements of opportunities. AWS's list names one opportunity or all of them. So a single look-up asks for
 * its opportunity, and several at the same time share one call for all. One page of a longer list may lack engagements
 * of an opportunity. Each opportunity is then asked for on its own.
 */
import type { Clock } from '../runtime/clock.js';
import { createBatchLoader } from '../runtime/loading/batch-loader.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { EngagementAssociation } from '../partner-central/model/related-types.js';
import { ASSOCIATION_PAGE_SIZE, LIST_ENGAGEMENT_ASSOCIATIONS } from '../partner-central/related-operations.js';
import { keyOf } from './edited-records.js';
import { createLoadingCache, type Freshness } from './loading-cache.js';
import { RETRY_AFTER_MS, type QuotaRead } from './quota-read.js';
import { REPEATED_PAGE, isKept } from './record-loader.js';
import type { Found } from './records.js';

/** The number of look-ups that share one call. */
const MAX_BATCH_SIZE = 100;
/** An opportunity has few engagements. More pages than these count as a failure. */
const MAX_PAGES = 10;

type EngagementIds = readonly string[];

export type AssociationLoader = {
  readonly read: (catalog: Catalog, opportunityId: string, freshness: Freshness) => Promise<Found<EngagementIds>>;
  forgetAll(): void;
};

export function createAssociationLoader(clock: Clock, readFromAws: QuotaRead): AssociationLoader {
  const cache = createLoadingCache<Found<EngagementIds>>(clock, isKept);
  const loaders = { AWS: createLoader('AWS'), SANDBOX: createLoader('SANDBOX') } satisfies Record<Catalog, unknown>;

  function createLoader(catalog: Catalog) {
    const load = async (ids: readonly string[]): Promise<readonly Promise<Found<EngagementIds>>[]> => {
      const distinct = [...new Set(ids)];
      const [only, another] = distinct;
      const shared = only === undefined || another === undefined ? null : readAll(catalog, distinct);
      return ids.map(async (id) =>
        shared === null ? readOne(catalog, id) : ((await shared).get(id) ?? readOne(catalog, id)),
      );
    };
    // The quota decides when each call may leave.
    return createBatchLoader(load, { maxBatchSize: MAX_BATCH_SIZE, maxInFlight: Infinity });
  }

  async function pageAfter(catalog: Catalog, opportunityId: string | null, nextToken: string | null) {
    return readFromAws(LIST_ENGAGEMENT_ASSOCIATIONS, {
      catalog,
      filter: { opportunityId },
      maxResults: ASSOCIATION_PAGE_SIZE,
      nextToken,
    });
  }

  async function readOne(catalog: Catalog, opportunityId: string): Promise<Found<EngagementIds>> {
    const found: EngagementAssociation[] = [];
    let nextToken: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer: Awaited<ReturnType<typeof pageAfter>> = await pageAfter(catalog, opportunityId, nextToken);
      if (answer.type !== 'answered') return answer;
      found.push(...answer.value.items);
      if (answer.value.nextToken === null) return engagementsOf(opportunityId, found);
      if (answer.value.nextToken === nextToken) return REPEATED_PAGE;
      nextToken = answer.value.nextToken;
    }
    return {
      type: 'unavailable',
      message: `AWS's list did not end after ${MAX_PAGES} pages.`,
      retryAfterMs: RETRY_AFTER_MS,
    };
  }

  /** The engagements of each opportunity, or the problem of the call; empty if the list has another page. */
  async function readAll(catalog: Catalog, ids: readonly string[]): Promise<ReadonlyMap<string, Found<EngagementIds>>> {
    const answer = await pageAfter(catalog, null, null);
    if (answer.type !== 'answered') return new Map(ids.map((id) => [id, answer]));
    const { items, nextToken } = answer.value;
    if (nextToken !== null) return new Map();
    return new Map(ids.map((id) => [id, engagementsOf(id, items)]));
  }

  return {
    read(catalog, opportunityId, freshness) {
      const key = keyOf(catalog, opportunityId);
      return cache.get(key, freshness) ?? cache.load(key, freshness, async () => loaders[catalog](opportunityId));
    },
    forgetAll: () => cache.forgetAll(),
  };
}

/** An engagement is listed once for each account that shares the opportunity in it. */
function engagementsOf(id: string, associations: readonly EngagementAssociation[]): Found<EngagementIds> {
  const ids = associations.flatMap(({ opportunityId, engagementId }) => (opportunityId === id ? [engagementId] : []));
  return { type: 'found', record: [...new Set(ids)] };
}

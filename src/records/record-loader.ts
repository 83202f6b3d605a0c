/**
 * Reads records of one kind by their ids, as full records or as summaries. Summaries that are requested at the same
 * time share one List call. A single summary, and each full record, costs one Get call.
 */
import { createBatchLoader } from '../runtime/loading/batch-loader.js';
import type { Clock } from '../runtime/clock.js';
import type { ListPage } from '../partner-central/record-operations.js';
import { CATALOGS, type Catalog } from '../partner-central/model/task-kind.js';
import { RETRY_AFTER_MS, type Answered } from './quota-read.js';
import { keyOf } from './edited-records.js';
import { createLoadingCache, type Freshness } from './loading-cache.js';
import type { Found, RecordProblem } from './records.js';

/** A List by ids has few pages, even if AWS leaves some empty. More pages count as a failure. */
const MAX_PAGES = 20;

/** The problem of a list that returns the same NextToken twice. */
export const REPEATED_PAGE: RecordProblem = {
  type: 'unavailable',
  message: 'AWS returned the same page of the list twice, and not its end.',
  retryAfterMs: RETRY_AFTER_MS,
};

export type RecordLoader<S, F> = {
  readonly full: (catalog: Catalog, id: string, freshness: Freshness) => Promise<Found<F>>;
  readonly summary: (catalog: Catalog, id: string, freshness: Freshness) => Promise<Found<S>>;
  forget(id: string): void;
};

export type RecordLoaderOptions<S, F> = {
  readonly clock: Clock;
  readonly get: (catalog: Catalog, id: string) => Promise<Answered<F> | RecordProblem>;
  readonly list: (
    catalog: Catalog,
    ids: readonly string[],
    nextToken: string | null,
  ) => Promise<Answered<ListPage<S>> | RecordProblem>;
  /** Number of ids that one List takes. */
  readonly listSize: number;
};

type Question = { readonly id: string; readonly freshness: Freshness };

export function createRecordLoader<S extends { readonly id: string }, F extends S>({
  clock,
  get,
  list,
  listSize,
}: RecordLoaderOptions<S, F>): RecordLoader<S, F> {
  const fullRecords = createLoadingCache<Found<F>>(clock, isKept);
  const summaries = createLoadingCache<Found<S>>(clock, isKept);
  const summaryLoaders = { AWS: createSummaryLoader('AWS'), SANDBOX: createSummaryLoader('SANDBOX') };

  function full(catalog: Catalog, id: string, freshness: Freshness): Promise<Found<F>> {
    const key = keyOf(catalog, id);
    return (
      fullRecords.get(key, freshness) ?? fullRecords.load(key, freshness, async () => foundOf(await get(catalog, id)))
    );
  }

  function createSummaryLoader(catalog: Catalog) {
    const load = async (questions: readonly Question[]): Promise<readonly Promise<Found<S>>[]> => {
      const asked = questions.map(({ id, freshness }) => fullRecords.get(keyOf(catalog, id), freshness));
      const rest = questions.filter((_, index) => asked[index] === null);
      const found = readBatch(catalog, distinct(rest));
      return questions.map(
        ({ id }, index) => asked[index] ?? found.then((records): Found<S> => records.get(id) ?? { type: 'missing' }),
      );
    };
    // The quota decides when each call may leave.
    return createBatchLoader(load, { maxBatchSize: listSize, maxInFlight: Infinity });
  }

  async function readBatch(catalog: Catalog, questions: readonly Question[]): Promise<ReadonlyMap<string, Found<S>>> {
    const [only, another] = questions;
    if (only === undefined) return new Map();
    if (another === undefined) return new Map([[only.id, await full(catalog, only.id, only.freshness)]]);
    const ids = [...new Set(questions.map(({ id }) => id))];
    const found = new Map<string, Found<S>>();
    const tokens = new Set<string>();
    let nextToken: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer: Answered<ListPage<S>> | RecordProblem = await list(catalog, ids, nextToken);
      if (answer.type !== 'answered') {
        if (!mayConcernOneId(answer)) return withRest(found, ids, answer);
        const middle = Math.ceil(questions.length / 2);
        const halves = await Promise.all(
          [questions.slice(0, middle), questions.slice(middle)].map((half) => readBatch(catalog, half)),
        );
        return new Map(halves.flatMap((half) => [...half]));
      }
      for (const record of answer.value.items) found.set(record.id, { type: 'found', record });
      nextToken = answer.value.nextToken;
      if (nextToken === null || ids.every((id) => found.has(id))) return found;
      if (tokens.has(nextToken)) return withRest(found, ids, REPEATED_PAGE);
      tokens.add(nextToken);
    }
    return withRest(found, ids, {
      type: 'unavailable',
      message: `AWS's list did not end after ${MAX_PAGES} pages.`,
      retryAfterMs: RETRY_AFTER_MS,
    });
  }

  return {
    full,
    summary(catalog, id, freshness) {
      const key = keyOf(catalog, id);
      return (
        fullRecords.get(key, freshness) ??
        summaries.get(key, freshness) ??
        summaries.load(key, freshness, async () => summaryLoaders[catalog]({ id, freshness }))
      );
    },
    forget(id) {
      for (const catalog of CATALOGS) {
        fullRecords.forget(keyOf(catalog, id));
        summaries.forget(keyOf(catalog, id));
      }
    },
  };
}

/** The newest question for each version of a record. An answer of one version may be older than an edit of another. */
function distinct(questions: readonly Question[]): readonly Question[] {
  const newest = new Map<string, Question>();
  for (const question of questions) {
    const { id, freshness } = question;
    const key = `${id} ${freshness.version}`;
    const other = newest.get(key);
    if (other === undefined || other.freshness.notBefore < freshness.notBefore) newest.set(key, question);
  }
  return [...newest.values()];
}

/** A missing record is an answer worth keeping; a problem is not. */
export function isKept(found: Found<unknown>): boolean {
  return found.type === 'found' || found.type === 'missing';
}

export function foundOf<T>(answer: Answered<T> | RecordProblem): Found<T> {
  if (answer.type === 'answered') return { type: 'found', record: answer.value };
  return answer.type === 'refused' && answer.code === 'NOT_FOUND' ? { type: 'missing' } : answer;
}

/** An id that AWS refuses must not keep the others from their answers. */
function mayConcernOneId(problem: RecordProblem): boolean {
  return problem.type === 'refused' && (problem.code === 'VALIDATION_FAILED' || problem.code === 'NOT_FOUND');
}

function withRest<S>(
  found: ReadonlyMap<string, Found<S>>,
  ids: readonly string[],
  others: RecordProblem,
): ReadonlyMap<string, Found<S>> {
  return new Map(ids.map((id) => [id, found.get(id) ?? others]));
}

/**
 * Reads records of one kind by their ids, whole or as a list tells of them. Summaries that are asked for at the same time go into one List;
 * one alone, or one that somebody wants whole, is asked for by its id.
 */
import { createBatchLoader } from '../runtime/batch-loader.js';
import type { Clock } from '../runtime/clock.js';
import type { ListPage } from '../partner-central/record-operations.js';
import { CATALOGS, type Catalog } from '../partner-central/model/task-kind.js';
import { RETRY_AFTER_MS, type Answered } from './quota-read.js';
import { createMemory } from './ttl-cache.js';
import type { Found, RecordProblem } from './records.js';

/** A List that names its ids has few pages, also where AWS leaves some empty; more are no answer. */
const MAX_PAGES = 20;

/** A list whose NextToken comes a second time. */
export const REPEATS: RecordProblem = {
  type: 'unavailable',
  message: 'AWS answered a page of the list a second time, and never its end.',
  retryAfterMs: RETRY_AFTER_MS,
};

export type Reader<S, F> = {
  readonly whole: (catalog: Catalog, id: string, notBefore: number) => Promise<Found<F>>;
  readonly summary: (catalog: Catalog, id: string, notBefore: number) => Promise<Found<S>>;
  forget(id: string): void;
};

export type ReaderOptions<S, F> = {
  readonly clock: Clock;
  readonly get: (catalog: Catalog, id: string) => Promise<Answered<F> | RecordProblem>;
  readonly list: (
    catalog: Catalog,
    ids: readonly string[],
    nextToken: string | null,
  ) => Promise<Answered<ListPage<S>> | RecordProblem>;
  /** How many ids one List takes. */
  readonly listSize: number;
};

type Question = { readonly id: string; readonly notBefore: number };

export function createReader<S extends { readonly id: string }, F extends S>({
  clock,
  get,
  list,
  listSize,
}: ReaderOptions<S, F>): Reader<S, F> {
  const wholes = createMemory<Found<F>>(clock, isKept);
  const summaries = createMemory<Found<S>>(clock, isKept);
  const summaryLoaders = { AWS: createSummaryLoader('AWS'), SANDBOX: createSummaryLoader('SANDBOX') };

  function whole(catalog: Catalog, id: string, notBefore: number): Promise<Found<F>> {
    const key = keyOf(catalog, id);
    return wholes.recall(key, notBefore) ?? wholes.learn(key, async () => foundOf(await get(catalog, id)));
  }

  function createSummaryLoader(catalog: Catalog) {
    const load = async (questions: readonly Question[]): Promise<readonly Promise<Found<S>>[]> => {
      const asked = questions.map(({ id, notBefore }) => wholes.recall(keyOf(catalog, id), notBefore));
      const rest = questions.filter((_, index) => asked[index] === null);
      const found = readTogether(
        catalog,
        [...new Set(rest.map(({ id }) => id))],
        Math.max(...rest.map(({ notBefore }) => notBefore)),
      );
      return questions.map(
        ({ id }, index) => asked[index] ?? found.then((records): Found<S> => records.get(id) ?? { type: 'missing' }),
      );
    };
    // The quota decides when each call may leave.
    return createBatchLoader(load, { maxBatchSize: listSize, maxInFlight: Infinity });
  }

  async function readTogether(
    catalog: Catalog,
    ids: readonly string[],
    notBefore: number,
  ): Promise<ReadonlyMap<string, Found<S>>> {
    const [only, another] = ids;
    if (only === undefined) return new Map();
    if (another === undefined) return new Map([[only, await whole(catalog, only, notBefore)]]);
    const found = new Map<string, Found<S>>();
    const tokens = new Set<string>();
    let nextToken: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer: Answered<ListPage<S>> | RecordProblem = await list(catalog, ids, nextToken);
      if (answer.type !== 'answered') {
        if (!mayBeAboutOne(answer)) return withOthers(found, ids, answer);
        const middle = Math.ceil(ids.length / 2);
        const halves = await Promise.all(
          [ids.slice(0, middle), ids.slice(middle)].map((half) => readTogether(catalog, half, notBefore)),
        );
        return new Map(halves.flatMap((half) => [...half]));
      }
      for (const record of answer.value.items) found.set(record.id, { type: 'found', record });
      nextToken = answer.value.nextToken;
      if (nextToken === null || ids.every((id) => found.has(id))) return found;
      if (tokens.has(nextToken)) return withOthers(found, ids, REPEATS);
      tokens.add(nextToken);
    }
    return withOthers(found, ids, {
      type: 'unavailable',
      message: `AWS's list did not end after ${MAX_PAGES} pages.`,
      retryAfterMs: RETRY_AFTER_MS,
    });
  }

  return {
    whole,
    summary(catalog, id, notBefore) {
      const key = keyOf(catalog, id);
      return (
        wholes.recall(key, notBefore) ??
        summaries.recall(key, notBefore) ??
        summaries.learn(key, async () => summaryLoaders[catalog]({ id, notBefore }))
      );
    },
    forget(id) {
      for (const catalog of CATALOGS) {
        wholes.forget(keyOf(catalog, id));
        summaries.forget(keyOf(catalog, id));
      }
    },
  };
}

export function keyOf(catalog: Catalog, id: string): string {
  return `${catalog} ${id}`;
}

/** That something is not there is knowledge; a problem is none. */
export function isKept(found: Found<unknown>): boolean {
  return found.type === 'found' || found.type === 'missing';
}

export function foundOf<T>(answer: Answered<T> | RecordProblem): Found<T> {
  if (answer.type === 'answered') return { type: 'found', record: answer.value };
  return answer.type === 'refused' && answer.code === 'NOT_FOUND' ? { type: 'missing' } : answer;
}

/** One id that AWS does not take must not keep the others from their answers. */
function mayBeAboutOne(problem: RecordProblem): boolean {
  return problem.type === 'refused' && (problem.code === 'VALIDATION_FAILED' || problem.code === 'NOT_FOUND');
}

function withOthers<S>(
  found: ReadonlyMap<string, Found<S>>,
  ids: readonly string[],
  others: RecordProblem,
): ReadonlyMap<string, Found<S>> {
  return new Map(ids.map((id) => [id, found.get(id) ?? others]));
}

/** The filter of the list, in the address of the page, so that it can be shared and survives a reload. */
import type { TaskFilter } from '#gql';
import { KINDS, STATUSES, type Task } from '../parts/words.js';

export type Filter = {
  readonly statuses: readonly (typeof STATUSES)[number][];
  readonly kind: (typeof KINDS)[number] | null;
  readonly catalog: 'AWS' | 'SANDBOX' | null;
  /** Identifiers of records or tasks, as a person typed them. */
  readonly text: string;
  readonly isOwn: boolean;
};

export const EVERYTHING: Filter = { statuses: [], kind: null, catalog: null, text: '', isOwn: false };

const TASK_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_IDENTIFIERS = 200;

export function filterOf(query: URLSearchParams): Filter {
  const asked = query.get('status')?.split(',') ?? [];
  const catalog = query.get('catalog');
  return {
    statuses: STATUSES.filter((status) => asked.includes(status)),
    kind: KINDS.find((kind) => kind === query.get('kind')) ?? null,
    catalog: catalog === 'AWS' || catalog === 'SANDBOX' ? catalog : null,
    text: query.get('find') ?? '',
    isOwn: query.get('own') === '1',
  };
}

export function queryOf({ statuses, kind, catalog, text, isOwn }: Filter): Record<string, string | null> {
  return { status: statuses.join(','), kind, catalog, find: text.trim(), own: isOwn ? '1' : null };
}

export function isEverything(filter: Filter): boolean {
  return Object.values(queryOf(filter)).every((value) => !value);
}

/** The filter for a list and its stream, without the statuses: a task that changes must not leave the stream. */
export function streamFilterOf(filter: Filter, subject: string | null): TaskFilter {
  const words = wordsIn(filter.text);
  const ids = words.filter((word) => TASK_ID.test(word));
  return {
    ...(filter.kind === null ? {} : { kinds: [filter.kind] }),
    ...(filter.catalog === null ? {} : { catalogs: [filter.catalog] }),
    ...(words.length === 0 ? {} : ids.length > 0 ? { ids } : { identifiers: words }),
    ...(filter.isOwn && subject !== null ? { startedBy: subject } : {}),
  };
}

export function listFilterOf(filter: Filter, subject: string | null): TaskFilter {
  const rest = streamFilterOf(filter, subject);
  return filter.statuses.length === 0 ? rest : { ...rest, statuses: [...filter.statuses] };
}

/** True if the status of the task is one of the filter's. The stream applies the rest of the filter. */
export function hasStatus({ statuses }: Pick<Filter, 'statuses'>, task: Task): boolean {
  return statuses.length === 0 || statuses.some((status) => status === task.status);
}

function wordsIn(text: string): string[] {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  return [...new Set(words)].slice(0, MAX_IDENTIFIERS);
}

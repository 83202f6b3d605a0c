/**
 * Sorts and pages the results of every List. Each full page has a token even if nothing follows, as at AWS. The token
 * holds the sort key of the last item, so that it stays valid while items are added.
 */
import { tryParseJson } from '../../../runtime/json/bounded-json.js';
import type { Reply } from './aws-json.js';
import { requestHash } from './request-hash.js';
import { type FieldError, type Fields, NEXT_TOKEN, validationException } from './validation.js';

/** The sort key of an item; `tie` orders items with an equal key. */
export type SortKey = readonly [key: string | number, tie: string | number];

export type PageRequest = { readonly maxResults: number | undefined; readonly nextToken: string | undefined };

export function readPageRequest(fields: Fields, most: number): PageRequest {
  return {
    maxResults: fields.optionalInteger('MaxResults', 1, most),
    nextToken: fields.optionalString('NextToken', NEXT_TOKEN),
  };
}

export type Listing<T> = {
  /** The member of the answer that holds the items. */
  readonly member: string;
  /** The query. A token is valid only for the query that it was given for. */
  readonly query: unknown;
  readonly ascending: boolean;
  /** The largest page, even if the request allows more. */
  readonly pageSize: number;
  readonly items: Iterable<T>;
  /** True if the items come in the order of the list, so that reading them ends with the page. */
  readonly isSorted?: boolean;
  sortKeyOf(item: T): SortKey;
  /** The form of the item in the answer; undefined to leave it out. */
  show(item: T): object | undefined;
};

export function pageOf<T>(request: PageRequest, listing: Listing<T>): Reply {
  const queryId = requestHash(listing.query);
  const after = request.nextToken === undefined ? undefined : readToken(request.nextToken, queryId);
  const limit = Math.min(request.maxResults ?? listing.pageSize, listing.pageSize);
  const inOrder = (one: SortKey, other: SortKey) => (listing.ascending ? compare(one, other) : compare(other, one));

  const found: { readonly sortKey: SortKey; readonly shown: object }[] = [];
  for (const item of listing.items) {
    const sortKey = listing.sortKeyOf(item);
    if (after !== undefined && inOrder(after, sortKey) >= 0) continue;
    const shown = listing.show(item);
    if (shown !== undefined) found.push({ sortKey, shown });
    if (listing.isSorted === true && found.length === limit) break;
  }
  found.sort((one, other) => inOrder(one.sortKey, other.sortKey));

  const page = found.slice(0, limit);
  const last = page.length === limit ? page.at(-1) : undefined;
  const token = last === undefined ? null : writeToken(last.sortKey, queryId);
  return { kind: 'answer', body: { [listing.member]: page.map(({ shown }) => shown), NextToken: token } };
}

/** An item must match every filter, by any one value of it. A filter without values matches every item. */
export type Filter = readonly string[] | undefined;

export function matches(filter: Filter, value: string | null | undefined): boolean {
  return filter === undefined || filter.length === 0 || (typeof value === 'string' && filter.includes(value));
}

function compare([oneKey, oneTie]: SortKey, [otherKey, otherTie]: SortKey): number {
  if (oneKey !== otherKey) return oneKey < otherKey ? -1 : 1;
  if (oneTie !== otherTie) return oneTie < otherTie ? -1 : 1;
  return 0;
}

function writeToken(sortKey: SortKey, queryId: string): string {
  return Buffer.from(JSON.stringify([queryId, ...sortKey])).toString('base64url');
}

function readToken(token: string, queryId: string): SortKey {
  const [tokenQueryId, key, tie] = decode(token);
  if (!isKey(key) || !isKey(tie)) throw wrongToken('is not a token given by this operation');
  if (tokenQueryId !== queryId) throw wrongToken('was given for another request');
  return [key, tie];
}

function wrongToken(problem: string) {
  const error: FieldError = {
    FieldName: 'nextToken',
    Message: `Value at 'nextToken' ${problem}.`,
    Code: 'INVALID_VALUE',
  };
  return validationException([error]);
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function decode(token: string): readonly unknown[] {
  const value = tryParseJson(Buffer.from(token, 'base64url').toString('utf8'));
  return Array.isArray(value) ? value : [];
}

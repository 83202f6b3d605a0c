/**
 * What every List does in the end: what it found, in order, in pages. A token is given after every full page, also when nothing
 * follows, as AWS does. It names the place where the page ended, so that it stays valid while things are added.
 */
import { tryParseJson } from '../../../runtime/bounded-json.js';
import type { Delivery } from './aws-json.js';
import { fingerprint } from './request-hash.js';
import { type FieldError, type Fields, NEXT_TOKEN, validationException } from './validation.js';

/** What things are ordered by, and what orders those that are equal in that. */
export type Place = readonly [key: string | number, tie: string | number];

export type PageRequest = { readonly maxResults: number | undefined; readonly nextToken: string | undefined };

export function readPageRequest(fields: Fields, most: number): PageRequest {
  return {
    maxResults: fields.optionalInteger('MaxResults', 1, most),
    nextToken: fields.optionalString('NextToken', NEXT_TOKEN),
  };
}

export type Listing<T> = {
  /** The member of the answer that holds the page. */
  readonly member: string;
  /** What a token is good for: the same question again. */
  readonly query: unknown;
  readonly ascending: boolean;
  /** The largest page, whatever was asked for. */
  readonly pageSize: number;
  readonly things: Iterable<T>;
  placeOf(thing: T): Place;
  /** How the answer shows it; undefined when it does not. */
  show(thing: T): object | undefined;
};

export function pageOf<T>(request: PageRequest, listing: Listing<T>): Delivery {
  const queryId = fingerprint(listing.query);
  const after = request.nextToken === undefined ? undefined : readToken(request.nextToken, queryId);
  const limit = Math.min(request.maxResults ?? listing.pageSize, listing.pageSize);
  const inOrder = (one: Place, other: Place) => (listing.ascending ? compare(one, other) : compare(other, one));

  const found: { readonly place: Place; readonly shown: object }[] = [];
  for (const thing of listing.things) {
    const place = listing.placeOf(thing);
    if (after !== undefined && inOrder(after, place) >= 0) continue;
    const shown = listing.show(thing);
    if (shown !== undefined) found.push({ place, shown });
  }
  found.sort((one, other) => inOrder(one.place, other.place));

  const page = found.slice(0, limit);
  const last = page.length === limit ? page.at(-1) : undefined;
  const token = last === undefined ? null : writeToken(last.place, queryId);
  return { kind: 'answer', body: { [listing.member]: page.map(({ shown }) => shown), NextToken: token } };
}

/** Between filters all must fit, within one any. Without values it lets everything through. */
export type Filter = readonly string[] | undefined;

export function fits(filter: Filter, value: string | null | undefined): boolean {
  return filter === undefined || filter.length === 0 || (typeof value === 'string' && filter.includes(value));
}

function compare([oneKey, oneTie]: Place, [otherKey, otherTie]: Place): number {
  if (oneKey !== otherKey) return oneKey < otherKey ? -1 : 1;
  if (oneTie !== otherTie) return oneTie < otherTie ? -1 : 1;
  return 0;
}

function writeToken(place: Place, queryId: string): string {
  return Buffer.from(JSON.stringify([queryId, ...place])).toString('base64url');
}

function readToken(token: string, queryId: string): Place {
  const [tokenQueryId, key, tie] = decode(token);
  if (!isKey(key) || !isKey(tie)) throw wrongToken('is not a token given by this operation');
  if (tokenQueryId !== queryId) throw wrongToken('was given for another request');
  return [key, tie];
}

function wrongToken(complaint: string) {
  const error: FieldError = {
    FieldName: 'nextToken',
    Message: `Value at 'nextToken' ${complaint}.`,
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

/**
 * Reads one record, or several. A summary is enough, and cheapest, if the operation selects only fields that AWS's
 * lists contain.
 */
import type { EngagementSummary, OpportunitySummary } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import type { Found } from '../../records/records.js';
import { badUserInput } from '../errors.js';
import { nodeOf, recordOf, type Node } from './record-result.js';
import { selectsOnly, type Selection } from '../selection.js';
import { ENGAGEMENT_SUMMARY, OPPORTUNITY_SUMMARY } from './summary-fields.js';

/**
 * The weight of a field that calls AWS, among the fields that an operation may resolve. An operation can read fifty
 * tasks with one look-up each, and cannot read a hundred tasks with four.
 */
export const LOOK_UP_COST = 20;

export const CATALOG = { description: 'Catalog of the record.' };

const MAX_IDENTIFIERS = 20;

/** The argument of a field that reads several records. `name` says what an identifier is. */
export const identifiersOf = (name: string) => ({
  description: `${name} of the records (at most ${MAX_IDENTIFIERS}). More are refused with the code \`BAD_USER_INPUT\`.`,
});

/** The weight of such a field is the weight of one look-up for each identifier. */
export const SIZED_BY_IDENTIFIERS = { sizedBy: 'identifiers' };

export const MANY =
  'in the order of the identifiers. An item is null if AWS has no such record, or (with an entry in `errors`) if ' +
  'reading it failed.';

/** `maxAgeMs` limits the age of an answer, counted from its request. */
export type Reference = { readonly catalog: Catalog; readonly id: string; readonly maxAgeMs?: number };

/** A record with the limit of its age, which holds for further reads that it leads to. */
export type Aged<T> = T & { readonly maxAgeMs?: number };

export function aged<T extends object>(record: T | null, maxAgeMs: number | undefined): Aged<T> | null {
  return record === null || maxAgeMs === undefined ? record : { ...record, maxAgeMs };
}

/** The time since a change. An answer of that age, or younger, has the change; undefined if the change is not known. */
export function ageOf(changedAt: number | null, now: number): number | undefined {
  return changedAt === null ? undefined : Math.max(0, now - changedAt);
}

export async function lookUpOpportunity(
  context: GraphqlContext,
  info: Selection,
  reference: Reference,
): Promise<Aged<OpportunitySummary> | null> {
  const found = await findOpportunity(context, info, reference);
  return aged<OpportunitySummary>(recordOf(found, context.now()), reference.maxAgeMs);
}

export function findOpportunity(
  { records }: GraphqlContext,
  info: Selection,
  { catalog, id, maxAgeMs }: Reference,
): Promise<Found<OpportunitySummary>> {
  const summary = selectsOnly(OPPORTUNITY_SUMMARY, info);
  return records[summary ? 'opportunitySummary' : 'opportunity'](catalog, id, maxAgeMs);
}

export async function lookUpEngagement(
  context: GraphqlContext,
  info: Selection,
  reference: Reference,
): Promise<EngagementSummary | null> {
  return recordOf(await findEngagement(context, info, reference), context.now());
}

export function findEngagement(
  { records }: GraphqlContext,
  info: Selection,
  { catalog, id, maxAgeMs }: Reference,
): Promise<Found<EngagementSummary>> {
  const summary = selectsOnly(ENGAGEMENT_SUMMARY, info);
  return records[summary ? 'engagementSummary' : 'engagement'](catalog, id, maxAgeMs);
}

/** Reads a record for each identifier. Reads that AWS can answer together share a call. */
export async function lookUpMany<T>(
  { now }: GraphqlContext,
  identifiers: readonly string[],
  read: (id: string) => Promise<Found<T>>,
): Promise<readonly Node<T>[]> {
  if (identifiers.length > MAX_IDENTIFIERS)
    throw badUserInput(`identifiers has too many values (limit ${MAX_IDENTIFIERS}, got ${identifiers.length}).`);
  return Promise.all(identifiers.map(async (id) => nodeOf(await read(id), now())));
}

/**
 * Reads one record. A summary is enough, and cheapest, if the operation selects only fields that AWS's lists contain.
 */
import type { EngagementSummary, OpportunitySummary } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { recordOf } from './record-result.js';
import { selectsOnly, type Selection } from '../selection.js';
import { ENGAGEMENT_SUMMARY, OPPORTUNITY_SUMMARY } from './summary-fields.js';

/**
 * The weight of a field that calls AWS, among the fields that an operation may resolve. An operation can read fifty
 * tasks with one look-up each, and cannot read a hundred tasks with four.
 */
export const LOOK_UP_COST = 20;

export const CATALOG = { description: 'Catalog of the record.' };

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
  const { records, now } = context;
  const { catalog, id, maxAgeMs } = reference;
  const summary = selectsOnly(OPPORTUNITY_SUMMARY, info);
  const found = await records[summary ? 'opportunitySummary' : 'opportunity'](catalog, id, maxAgeMs);
  return aged<OpportunitySummary>(recordOf(found, now()), maxAgeMs);
}

export async function lookUpEngagement(
  context: GraphqlContext,
  info: Selection,
  reference: Reference,
): Promise<EngagementSummary | null> {
  const { records, now } = context;
  const { catalog, id, maxAgeMs } = reference;
  const summary = selectsOnly(ENGAGEMENT_SUMMARY, info);
  return recordOf(await records[summary ? 'engagementSummary' : 'engagement'](catalog, id, maxAgeMs), now());
}

/** Looking up one record: as a list tells it where the operation selects no more, because that costs least. */
import type { EngagementSummary, OpportunitySummary } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { recordOf } from './record-result.js';
import { selectsOnly, type Selection } from '../selection.js';
import { ENGAGEMENT_SUMMARY, OPPORTUNITY_SUMMARY } from './summary-fields.js';

/**
 * What each field that asks AWS weighs among the fields that an operation may resolve: fifty tasks can be read with one look-up each, a
 * hundred cannot with four.
 */
export const LOOK_UP_COST = 20;

export const CATALOG = { description: 'The catalog to look in.' };

/** `maxAgeMs`: an answer that was asked for longer ago does not count. */
export type Reference = { readonly catalog: Catalog; readonly id: string; readonly maxAgeMs?: number };

export async function lookUpOpportunity(
  context: GraphqlContext,
  info: Selection,
  reference: Reference,
): Promise<OpportunitySummary | null> {
  const { records, now } = context;
  const { catalog, id, maxAgeMs } = reference;
  const summary = selectsOnly(OPPORTUNITY_SUMMARY, info);
  return recordOf(await records[summary ? 'opportunitySummary' : 'opportunity'](catalog, id, maxAgeMs), now());
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

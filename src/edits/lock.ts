/** Says which members the state of an opportunity locks, so that no write is spent on them. Pure. */
import type { Opportunity } from '../partner-central/model/record-types.js';
import { editabilityOf } from '../records/editability.js';

/**
 * The reason for which the member is locked; null if it is not locked, or if only AWS knows.
 * @param aws AWS's name, for example `Project.Title`
 */
export function lockOf(opportunity: Opportunity, aws: string): string | null {
  const lock = editabilityOf(opportunity).find(({ field }) => aws === field || aws.startsWith(`${field}.`));
  return lock?.editable === false ? lock.reason : null;
}

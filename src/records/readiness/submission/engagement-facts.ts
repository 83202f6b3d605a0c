/** Finds the engagements of an opportunity, for the rule about leads. */
import type { ContextType, Engagement } from '../../../partner-central/model/record-types.js';
import type { Catalog } from '../../../partner-central/model/task-kind.js';
import type { Records } from '../../records.js';

/** The types of the contexts of an engagement. */
export type ContextTypes = readonly ContextType[];

export function contextTypesOf({ contexts }: Engagement): ContextTypes {
  return contexts.flatMap(({ type }) => type ?? []);
}

/**
 * The engagements of the opportunity by AWS's list; an empty list for none. Null if AWS cannot be asked or too few
 * reads are left, because readiness must not fail for one rule.
 */
export async function engagementsOf(
  records: Pick<Records, 'engagementIds' | 'engagementSummary'>,
  catalog: Catalog,
  opportunityId: string,
): Promise<readonly ContextTypes[] | null> {
  const listed = await records.engagementIds(catalog, opportunityId);
  if (listed.type !== 'found') return null;
  const engagements = await Promise.all(listed.record.map((id) => records.engagementSummary(catalog, id)));
  const known = engagements.flatMap((found) => (found.type === 'found' ? [found.record.contextTypes] : []));
  return known.length === engagements.length ? known : null;
}

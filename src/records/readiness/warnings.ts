/**
 * The reasons for which AWS is known to refuse a start, found before the start is sent. The start is still sent,
 * because AWS decides and may know more.
 */
import type { Engagement, Invitation, Opportunity } from '../../partner-central/model/record-types.js';
import type { TaskInput } from '../../partner-central/model/task-kind.js';
import { acceptanceChecks } from './acceptance.js';
import { conversionChecks } from './conversion.js';
import { codes, model } from './evidence.js';
import { failed, type Check } from './rule.js';
import type { Found, Records } from '../records.js';
import { submissionChecks } from './submission.js';

/** The checks that fail; null when AWS could not be asked. */
export async function warningsOf(records: Records, input: TaskInput, now: number): Promise<Check[] | null> {
  const { catalog, identifier } = input;
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return warned(await records.opportunity(catalog, identifier), 'opportunity', (opportunity: Opportunity) =>
        submissionChecks(opportunity, { submission: input, engagements: null }, now),
      );
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return warned(await records.engagement(catalog, identifier), 'engagement', (engagement: Engagement) => {
        const context = engagement.contexts.find(({ id }) => id === input.contextIdentifier);
        return context === undefined
          ? [noContext(engagement, input.contextIdentifier)]
          : conversionChecks(engagement, context);
      });
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return warned(await records.invitation(catalog, identifier), 'invitation', (invitation: Invitation) =>
        acceptanceChecks(invitation, now),
      );
    default:
      return input satisfies never;
  }
}

function warned<T>(found: Found<T>, noun: string, checks: (record: T) => Check[]): Check[] | null {
  if (found.type === 'found') return checks(found.record).filter(({ outcome }) => outcome === 'FAILED');
  if (found.type !== 'missing') return null;
  const message =
    `AWS knows no such ${noun} in this catalog. Check the identifier and the catalog; a new record may need a ` +
    `moment.`;
  return [{ rule: 'IDENTIFIER_KNOWN', field: 'Identifier', ...model('ResourceNotFoundException'), ...failed(message) }];
}

function noContext({ contexts }: Engagement, identifier: string): Check {
  const known = contexts.flatMap(({ id }) => id ?? []).join(', ');
  const message =
    `The engagement has no context ${identifier}. ` +
    `${known === '' ? 'It has none at all.' : `It has ${known}: choose the one that is a lead.`}`;
  return { rule: 'CONTEXT_PRESENT', field: 'Contexts.Id', ...codes('ContextNotFound'), ...failed(message) };
}

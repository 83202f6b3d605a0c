/**
 * The readiness rules for converting a lead into an opportunity (StartOpportunityFromEngagementTask): one rule for each
 * known precondition.
 */
import type { Engagement, EngagementContext } from '../../partner-central/model/record-types.js';
import { codes, guide, model } from './evidence.js';
import { checksOf, failed, passed, unknown, type Check, type Rule, type Verdict } from './rule.js';

type Facts = { readonly engagement: Engagement; readonly context: EngagementContext };

export function conversionChecks(engagement: Engagement, context: EngagementContext): Check[] {
  return checksOf(RULES, { engagement, context });
}

/** A conversion adds one context, and an engagement has room for five. */
const MAX_CONTEXTS = 5;

const RULES: readonly Rule<Facts>[] = [
  { rule: 'CONTEXT_IS_LEAD', field: 'Contexts.Type', ...guide('Working with your leads'), check: contextIsLead },
  {
    rule: 'LEAD_NOT_DISQUALIFIED',
    field: 'Contexts.Payload.Lead.QualificationStatus',
    ...codes('DisqualifiedLeadNotPermitted'),
    check: leadNotDisqualified,
  },
  { rule: 'ROOM_FOR_CONTEXT', field: 'Contexts', ...model('EngagementContexts'), check: roomForContext },
  {
    rule: 'CALLER_IS_MEMBER',
    field: null,
    ...guide('Working with your leads'),
    check: () =>
      unknown(
        'Only a member of the engagement can convert its lead. If the lead invitation is not accepted yet, accept ' +
          'it first.',
      ),
  },
];

function contextIsLead({ context: { type } }: Facts): Verdict {
  switch (type) {
    case 'LEAD':
      return passed('The context is a lead.');
    case 'CUSTOMER_PROJECT':
      return failed(
        'The context is a customer project, so it has an opportunity already. Choose the context that is a lead.',
      );
    case 'PROSPECTING_RESULT':
      return failed('The context is a prospecting result. Choose the context that is a lead.');
    case null:
      return unknown('The type of the context is not known. Only a lead can be converted.');
    default:
      return type satisfies never;
  }
}

/** The status is free text, so a partner may use other words. */
function leadNotDisqualified({ context: { lead } }: Facts): Verdict {
  switch (lead?.qualificationStatus ?? null) {
    case 'Qualified':
      return passed('The lead is Qualified.');
    case 'Disqualified':
      return failed('The lead is Disqualified. If that is wrong, set its qualification status to Qualified.');
    case null:
      return unknown('The lead has no qualification status. AWS recommends Qualified and refuses Disqualified.');
    default:
      return unknown(
        'The qualification status of the lead is neither Qualified nor Disqualified. AWS recommends Qualified, and ' +
          'does not say whether it takes others.',
      );
  }
}

function roomForContext({ engagement: { contexts } }: Facts): Verdict {
  if (contexts.length < MAX_CONTEXTS) return passed('The engagement has room for the context that is added.');
  return failed(
    `The engagement has ${contexts.length} contexts, and the conversion adds one. It has room for ${MAX_CONTEXTS}.`,
  );
}

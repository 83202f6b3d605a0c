/** The members that a partner sets in a new opportunity: those that an update takes, and some that only a creation takes. */
import type { Opportunity } from '../../partner-central/model/record-types.js';
import type { NewOpportunity } from '../../partner-central/raw-operations.js';
import { structures, text, type MembersOf, type PatchOf } from './members.js';
import { CONTACT, OPPORTUNITY_MEMBERS, type OpportunityPatch } from './opportunity-members.js';

/** An absent value is the same as null. */
export type OpportunityValues = OpportunityPatch &
  PatchOf<Pick<Opportunity, 'opportunityTeam'> & { readonly origin: string | null }>;

export const CREATION_MEMBERS = {
  ...OPPORTUNITY_MEMBERS,
  origin: text('Origin'),
  opportunityTeam: structures('OpportunityTeam', CONTACT, { max: 10, key: 'email' }),
} as const satisfies MembersOf<OpportunityValues, NewOpportunity>;

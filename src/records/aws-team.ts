/**
 * AWS's people on an opportunity. The summary should have them, but AWS has been seen to put them into the team of the
 * partner's opportunity instead. Pure.
 */
import type { Contact } from '../partner-central/model/record-types.js';
import type { AwsOpportunity, AwsTeamMember } from '../partner-central/model/related-types.js';

/** AWS's titles (service model). A partner's people have others, such as PartnerAccountManager. */
const AWS_TITLES: ReadonlySet<string> = new Set(['WWPSPDM', 'PDM', 'PSM', 'ISVSM', 'Signatory']);

/** True if the team can only be in the opportunity. Before its submission an opportunity has no AWS team. */
export function needsOpportunityTeam({ team, rawInvolvementType }: AwsOpportunity): boolean {
  return team.length === 0 && rawInvolvementType !== null;
}

/** The members of an opportunity's team that are AWS's people. */
export function awsPeopleIn(team: readonly Contact[]): AwsTeamMember[] {
  return team
    .filter(({ businessTitle, email }) => isAwsTitle(businessTitle ?? '') || isAwsAddress(email ?? ''))
    .map(({ email, firstName, lastName, businessTitle }) => ({ email, firstName, lastName, businessTitle }));
}

function isAwsTitle(title: string): boolean {
  return title.startsWith('AWS') || AWS_TITLES.has(title);
}

function isAwsAddress(email: string): boolean {
  return /@(?:[a-z0-9-]+\.)*amazon\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/i.test(email);
}

/**
 * Assigns an opportunity to a user of the partner's account. AWS shows the user in the team of the opportunity, with
 * the business title of the assignment. It takes the name from the user's profile.
 */
import { OPPORTUNITY } from '../partner-central/identifiers.js';
import type { Contact, Opportunity } from '../partner-central/model/record-types.js';
import { GET_OPPORTUNITY } from '../partner-central/record-operations.js';
import { ASSIGN_OPPORTUNITY, type Assignment } from '../partner-central/writes/opportunity-writes.js';
import { foundOf } from '../records/record-loader.js';
import { editError, inputErrors, refused } from './edit-errors.js';
import type { EditContext, EditOutcome } from './edits.js';
import { lockOf } from './lock.js';
import { problemsOfNew } from './patch/check.js';
import { structure, text } from './patch/members.js';
import { EMAIL, PHONE, length } from './patch/text-checks.js';
import { settle } from './settle.js';

const REQUIRED = { required: true };
const ASSIGNEE = {
  email: text('Email', EMAIL, REQUIRED),
  firstName: text('FirstName', length(0, 80), REQUIRED),
  lastName: text('LastName', length(0, 80), REQUIRED),
  businessTitle: text('BusinessTitle', length(0, 80), REQUIRED),
  phone: text('Phone', PHONE),
} as const;
const INPUT = { identifier: text('Identifier'), assignee: structure('Assignee', ASSIGNEE) };

export async function assignOpportunity(
  context: EditContext,
  subject: string | null,
  assignment: Assignment,
): Promise<EditOutcome<Opportunity>> {
  const { catalog, identifier, assignee } = assignment;
  const errors = [
    ...inputErrors([[['identifier'], OPPORTUNITY, identifier]]),
    ...problemsOfNew(ASSIGNEE, assignee, ['assignee']).map(({ path, message }) =>
      editError('INVALID_INPUT', message, { path }),
    ),
  ];
  if (errors.length > 0) return refused(...errors);
  const hasRole = (member: Contact): boolean => isEqual(member.businessTitle, assignee.businessTitle);
  const isAssignee = (member: Contact): boolean => hasRole(member) && isEqual(member.email, assignee.email);
  const isShown = (member: Contact): boolean => isAssignee(member) && [member.phone, null].includes(assignee.phone);
  return settle(context, {
    noun: 'opportunity',
    id: identifier,
    catalog,
    latest: context.latest.opportunities,
    read: async () => foundOf(await context.read(GET_OPPORTUNITY, { catalog, id: identifier })),
    // If others have the role too, the team does not show who received the opportunity last.
    isMade: ({ opportunityTeam }) => opportunityTeam.some(isShown) && opportunityTeam.filter(hasRole).every(isAssignee),
    refusalsOf(opportunity) {
      const reason = lockOf(opportunity, 'OpportunityTeam');
      return reason === null ? [] : [editError('NOT_EDITABLE', reason, { path: ['assignee'] })];
    },
    write: () => context.write(subject, ASSIGN_OPPORTUNITY, assignment),
    input: INPUT,
    applied: (opportunity) =>
      opportunity.opportunityTeam.some(isShown)
        ? opportunity
        : {
            ...opportunity,
            lastModifiedAt: null,
            opportunityTeam: [...opportunity.opportunityTeam.filter((member) => !isAssignee(member)), assignee],
          },
    changed: ['opportunityTeam'],
  });
}

function isEqual(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/**
 * Accepts and rejects invitations. A task accepts an invitation to an opportunity, because its acceptance also creates
 * an opportunity.
 */
import { INVITATION, identifierOf, type TextRule } from '../partner-central/identifiers.js';
import { catalogMistake } from '../partner-central/model/request-rules.js';
import type { Invitation } from '../partner-central/model/record-types.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import { GET_INVITATION } from '../partner-central/record-operations.js';
import { ACCEPT_INVITATION, REJECT_INVITATION } from '../partner-central/writes/invitation-writes.js';
import { foundOf } from '../records/record-loader.js';
import { editError, inputErrors, refused } from './edit-errors.js';
import type { EditContext, EditError, EditOutcome, InvitationEdit, InvitationRejection } from './edits.js';
import { text } from './patch/members.js';
import { settle } from './settle.js';

/** The model leaves out characters beyond the first plane, such as most emoji. */
const REJECTION_REASON: TextRule = {
  noun: 'a reason for a rejection',
  pattern: /^[\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD]{1,80}$/u,
  expected: '1 to 80 printable characters without line breaks and emoji, for example Unable to support',
};

/** Accepts an invitation to a lead. */
export async function acceptEngagementInvitation(
  context: EditContext,
  subject: string | null,
  { catalog, identifier }: InvitationEdit,
): Promise<EditOutcome<Invitation>> {
  const errors = identifierErrors(catalog, identifier);
  if (errors.length > 0) return refused(...errors);
  const id = identifierOf(identifier);
  return settle(context, {
    ...target(context, catalog, id),
    isMade: ({ payloadType, status }) => payloadType !== 'OPPORTUNITY_INVITATION' && status === 'ACCEPTED',
    refusalsOf: (invitation) => {
      const errors = answerErrors(invitation);
      return errors.length === 0 && invitation.payloadType === 'OPPORTUNITY_INVITATION' ? [isOfTask(id)] : errors;
    },
    write: () => context.write(subject, ACCEPT_INVITATION, { catalog, id }),
    applied: (invitation) => ({ ...invitation, status: 'ACCEPTED' }),
    changed: ['status'],
  });
}

/** Rejects an invitation to a lead or an opportunity. */
export async function rejectEngagementInvitation(
  context: EditContext,
  subject: string | null,
  { catalog, identifier, reason }: InvitationRejection,
): Promise<EditOutcome<Invitation>> {
  const errors = [
    ...identifierErrors(catalog, identifier),
    ...(reason === null ? [] : inputErrors([[['rejectionReason'], REJECTION_REASON, reason]])),
  ];
  if (errors.length > 0) return refused(...errors);
  const id = identifierOf(identifier);
  return settle(context, {
    ...target(context, catalog, id),
    isMade: ({ status, rejectionReason }) =>
      status === 'REJECTED' && (reason === null || rejectionReason === null || rejectionReason === reason),
    refusalsOf: answerErrors,
    write: () => context.write(subject, REJECT_INVITATION, { catalog, id, reason }),
    applied: (invitation) => ({ ...invitation, status: 'REJECTED', rejectionReason: reason }),
    changed: reason === null ? ['status'] : ['status', 'rejectionReason'],
  });
}

const INPUT = { identifier: text('Identifier'), rejectionReason: text('RejectionReason') };

/** The common parts of both changes. */
function target(context: EditContext, catalog: Catalog, id: string) {
  return {
    noun: 'invitation',
    id,
    catalog,
    latest: context.latest.invitations,
    read: async () => foundOf(await context.read(GET_INVITATION, { catalog, id })),
    input: INPUT,
  };
}

function identifierErrors(catalog: Catalog, identifier: string): EditError[] {
  const mistake = catalogMistake(identifier, catalog);
  return [
    ...inputErrors([[['identifier'], INVITATION, identifier]]),
    ...(mistake === null ? [] : [editError('INVALID_INPUT', mistake, { path: ['identifier'] })]),
  ];
}

function isOfTask(id: string): EditError {
  const message =
    `The invitation ${id} is to an opportunity. Accept it with startEngagementByAcceptingInvitationTask, which also ` +
    `creates the opportunity.`;
  return editError('INVALID_INPUT', message, { path: ['identifier'] });
}

/**
 * The error if the invitation can no longer be answered. AWS decides if its status is not known. The reason of a
 * rejection stays out, because the caller may have no right to read records.
 */
function answerErrors({ status }: Invitation): EditError[] {
  switch (status) {
    case 'PENDING':
    case null:
      return [];
    case 'ACCEPTED':
      return [final('The invitation is Accepted already.')];
    case 'REJECTED':
      return [final('The invitation is Rejected already.')];
    case 'EXPIRED':
      return [final('The invitation is Expired. Ask the sender for a new one.')];
    default:
      return status satisfies never;
  }
}

function final(message: string): EditError {
  return editError('NOT_EDITABLE', message, { path: ['identifier'] });
}

/** Associates opportunities with solutions, products and offers, and removes the associations. */
import { OPPORTUNITY, type TextRule } from '../partner-central/identifiers.js';
import type { Opportunity } from '../partner-central/model/record-types.js';
import { GET_OPPORTUNITY, type RecordOperation } from '../partner-central/record-operations.js';
import {
  ASSOCIATE_OPPORTUNITY,
  DISASSOCIATE_OPPORTUNITY,
  type Association,
} from '../partner-central/writes/opportunity-writes.js';
import { foundOf } from '../records/record-loader.js';
import { editError, inputErrors, refused } from './edit-errors.js';
import type { EditContext, EditError, EditOutcome } from './edits.js';
import { lockOf } from './lock.js';
import { text } from './patch/members.js';
import {
  isAssociated,
  limitProblem,
  listField,
  listPath,
  withAssociation,
  withoutAssociation,
} from './related-entities.js';
import { settle, type Change } from './settle.js';

/** The model bounds the identifier of an item, and gives it no form. */
const RELATED_ENTITY: TextRule = {
  noun: 'the identifier of an item',
  pattern: /^[\s\S]{1,255}$/u,
  expected: '1 to 255 characters',
};

export function associateOpportunity(
  context: EditContext,
  subject: string | null,
  association: Association,
): Promise<EditOutcome<Opportunity>> {
  return change(context, subject, association, ASSOCIATE_OPPORTUNITY, {
    isMade: (opportunity) => isAssociated(opportunity, association),
    refusalsOf(opportunity) {
      const tooMany = limitProblem(opportunity, association);
      return [
        ...lockErrors(opportunity, association),
        ...(tooMany === null ? [] : [editError('INVALID_INPUT', tooMany, { path: ['relatedEntityIdentifier'] })]),
      ];
    },
    applied: (opportunity) => withAssociation(opportunity, association),
  });
}

export function disassociateOpportunity(
  context: EditContext,
  subject: string | null,
  association: Association,
): Promise<EditOutcome<Opportunity>> {
  return change(context, subject, association, DISASSOCIATE_OPPORTUNITY, {
    isMade: (opportunity) => !isAssociated(opportunity, association),
    refusalsOf: (opportunity) => lockErrors(opportunity, association),
    applied: (opportunity) => withoutAssociation(opportunity, association),
  });
}

const INPUT = {
  identifier: text('OpportunityIdentifier'),
  relatedEntityType: text('RelatedEntityType'),
  relatedEntityIdentifier: text('RelatedEntityIdentifier'),
};

async function change(
  context: EditContext,
  subject: string | null,
  association: Association,
  write: RecordOperation<Association, null>,
  effect: Pick<Change<Opportunity>, 'isMade' | 'refusalsOf' | 'applied'>,
): Promise<EditOutcome<Opportunity>> {
  const { catalog, identifier, entityType, entityIdentifier } = association;
  const errors = inputErrors([
    [['identifier'], OPPORTUNITY, identifier],
    [['relatedEntityIdentifier'], RELATED_ENTITY, entityIdentifier],
  ]);
  if (errors.length > 0) return refused(...errors);
  return settle(context, {
    noun: 'opportunity',
    id: identifier,
    catalog,
    latest: context.latest.opportunities,
    read: async () => foundOf(await context.read(GET_OPPORTUNITY, { catalog, id: identifier })),
    ...effect,
    write: () => context.write(subject, write, association),
    input: INPUT,
    changed: [listPath(entityType)],
  });
}

function lockErrors(opportunity: Opportunity, { entityType }: Association): EditError[] {
  const reason = lockOf(opportunity, listField(entityType));
  return reason === null ? [] : [editError('NOT_EDITABLE', reason, { path: ['relatedEntityType'] })];
}

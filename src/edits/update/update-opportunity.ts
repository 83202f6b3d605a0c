/** Changes an opportunity at AWS by a merge patch. */
import { OPPORTUNITY, patternError } from '../../partner-central/identifiers.js';
import { CATALOG } from '../../partner-central/model/enum-mapping.js';
import type { Opportunity } from '../../partner-central/model/record-types.js';
import {
  GET_RAW_OPPORTUNITY,
  UPDATE_OPPORTUNITY,
  opportunityFromJson,
  type JsonObject,
} from '../../partner-central/raw-operations.js';
import { foundOf } from '../../records/record-loader.js';
import { editError, refused } from '../edit-errors.js';
import type { EditContext, EditOutcome, OpportunityEdit } from '../edits.js';
import { lockOf } from '../lock.js';
import { problemsIn } from '../patch/check.js';
import { OPPORTUNITY_MEMBERS } from '../patch/opportunity-members.js';
import { updateRecord } from './update-record.js';

/** The members that only GetOpportunity answers. UpdateOpportunity takes every other one, known or not. */
export const ANSWERED_ONLY: ReadonlySet<string> = new Set([
  'Catalog',
  'Id',
  'Arn',
  'CreatedDate',
  'LastModifiedDate',
  'RelatedEntityIdentifiers',
  'OpportunityTeam',
]);

export async function updateOpportunity(
  context: EditContext,
  subject: string | null,
  { catalog, identifier, patch, expectedModifiedAt }: OpportunityEdit,
): Promise<EditOutcome<Opportunity>> {
  const wrongId = patternError(OPPORTUNITY, identifier);
  const errors = [
    ...(wrongId === null ? [] : [editError('INVALID_INPUT', wrongId, { path: ['identifier'] })]),
    ...problemsIn(OPPORTUNITY_MEMBERS, patch).map(({ path, message }) =>
      editError('INVALID_INPUT', message, { path: ['patch', ...path] }),
    ),
  ];
  if (errors.length > 0) return refused(...errors);
  return updateRecord(context, {
    noun: 'opportunity',
    key: `${catalog}/${identifier}`,
    id: identifier,
    members: OPPORTUNITY_MEMBERS,
    patch,
    expectedModifiedAt,
    read: async () => foundOf(await context.read(GET_RAW_OPPORTUNITY, { catalog, id: identifier })),
    locate: (json) => ({ type: 'located', part: partOf(json), version: json['LastModifiedDate'] }),
    lockOf,
    write: (part, version) =>
      context.write(subject, UPDATE_OPPORTUNITY, {
        ...part,
        Catalog: CATALOG[catalog],
        Identifier: identifier,
        LastModifiedDate: version,
      }),
    merged: (json, part, modifiedAt) => ({
      ...opportunityFromJson({ ...json, ...part }, catalog, identifier),
      lastModifiedAt: modifiedAt,
    }),
  });
}

function partOf(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !ANSWERED_ONLY.has(name)));
}

/** Changes a lead of an engagement at AWS by a merge patch. */
import { ENGAGEMENT, identifierOf, type TextRule } from '../../partner-central/identifiers.js';
import { CATALOG, CONTEXT_TYPE } from '../../partner-central/model/enum-mapping.js';
import type { Engagement } from '../../partner-central/model/record-types.js';
import { catalogMistake } from '../../partner-central/model/request-rules.js';
import {
  GET_RAW_ENGAGEMENT,
  UPDATE_ENGAGEMENT_CONTEXT,
  engagementFromJson,
  type JsonObject,
} from '../../partner-central/raw-operations.js';
import { foundOf } from '../../records/record-loader.js';
import { isJsonObject } from '../../runtime/guards.js';
import { editError, inputErrors, refused } from '../edit-errors.js';
import type { EditContext, EditOutcome, LeadEdit } from '../edits.js';
import { problemsIn } from '../patch/check.js';
import { LEAD_MEMBERS } from '../patch/lead-members.js';
import { updateRecord } from './update-record.js';

const CONTEXT: TextRule = {
  noun: 'a context identifier',
  pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]{1,3}$/u,
  expected: '1 to 3 characters, for example 1',
};

export async function updateLead(
  context: EditContext,
  subject: string | null,
  { catalog, identifier, contextIdentifier, patch, expectedModifiedAt }: LeadEdit,
): Promise<EditOutcome<Engagement>> {
  const wrongCatalog = catalogMistake(identifier, catalog);
  const errors = [
    ...inputErrors([
      [['identifier'], ENGAGEMENT, identifier],
      [['contextIdentifier'], CONTEXT, contextIdentifier],
    ]),
    ...(wrongCatalog === null ? [] : [editError('INVALID_INPUT', wrongCatalog, { path: ['identifier'] })]),
    ...problemsIn(LEAD_MEMBERS, patch).map(({ path, message }) =>
      editError('INVALID_INPUT', message, { path: ['patch', ...path] }),
    ),
  ];
  if (errors.length > 0) return refused(...errors);
  const id = identifierOf(identifier);
  return updateRecord(context, {
    noun: 'engagement',
    key: `${catalog}/${id}`,
    id,
    members: LEAD_MEMBERS,
    patch,
    expectedModifiedAt,
    read: async () => foundOf(await context.read(GET_RAW_ENGAGEMENT, { catalog, id })),
    locate: (json) => locate(json, contextIdentifier),
    // AWS documents no state in which a lead cannot be changed.
    lockOf: () => null,
    write: (lead, version) =>
      context.write(subject, UPDATE_ENGAGEMENT_CONTEXT, {
        Catalog: CATALOG[catalog],
        EngagementIdentifier: id,
        ContextIdentifier: contextIdentifier,
        EngagementLastModifiedAt: version,
        Type: CONTEXT_TYPE.LEAD,
        Payload: { Lead: lead },
      }),
    merged: (json, lead, modifiedAt) => ({
      ...engagementFromJson(withLead(json, contextIdentifier, lead), catalog, id),
      modifiedAt,
    }),
  });
}

/** An update adds at most one interaction and cannot send back several, so AWS keeps them without it. */
const ANSWERED_ONLY = 'Interactions';

function locate(json: JsonObject, contextId: string) {
  const context = contextsOf(json).find(({ Id }) => Id === contextId);
  const path = ['contextIdentifier'];
  if (context === undefined)
    return refused(editError('NOT_FOUND', `The engagement has no context ${contextId}.`, { path }));
  const payload = isJsonObject(context['Payload']) ? context['Payload'] : {};
  const lead = payload['Lead'];
  if (context['Type'] !== CONTEXT_TYPE.LEAD || !isJsonObject(lead))
    return refused(
      editError('INVALID_INPUT', `Context ${contextId} does not hold a lead. Expected the number of a lead.`, { path }),
    );
  const { [ANSWERED_ONLY]: _interactions, ...part } = lead;
  return { type: 'located', part, version: json['ModifiedAt'] } as const;
}

/** The engagement with the changed lead, and with its interactions. */
function withLead(json: JsonObject, contextId: string, lead: JsonObject): JsonObject {
  const contexts = contextsOf(json).map((context) => {
    if (context['Id'] !== contextId || !isJsonObject(context['Payload'])) return context;
    const before = context['Payload']['Lead'];
    const interactions = isJsonObject(before) ? before[ANSWERED_ONLY] : undefined;
    return { ...context, Payload: { ...context['Payload'], Lead: { ...lead, [ANSWERED_ONLY]: interactions } } };
  });
  return { ...json, Contexts: contexts };
}

function contextsOf({ Contexts }: JsonObject): readonly JsonObject[] {
  return Array.isArray(Contexts) ? Contexts.filter(isJsonObject) : [];
}

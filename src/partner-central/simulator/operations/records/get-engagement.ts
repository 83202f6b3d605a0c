/** Shows an engagement that the account is a member of. */
import { membersOf } from '../../records/engagement-state.js';
import { idIn } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { CATALOG, ENGAGEMENT_ARN_OR_ID, validated } from '../../protocol/validation.js';
import { accessibleEngagement } from '../../state/access.js';

export const getEngagement: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, identifier } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      identifier: fields.string('Identifier', ENGAGEMENT_ARN_OR_ID),
    }));
    const id = idIn('engagement', catalog, identifier);
    const engagement = accessibleEngagement(service, catalog, id);
    const { description: Description, contexts: Contexts } = engagement;
    return { kind: 'answer', body: { ...membersOf(catalog, id, engagement), Description, Contexts } };
  },
};

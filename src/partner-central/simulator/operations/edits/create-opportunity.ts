/**
 * Creates an opportunity that is not submitted. It cannot be found for some seconds. One token creates one opportunity,
 * and the same request again is answered as the first.
 */
import { newOpportunity } from '../../seed/opportunities.js';
import { type Creation, UPDATES } from '../../state/updates.js';
import type { Reply } from '../../protocol/aws-json.js';
import type { Operation } from '../../protocol/operation.js';
import { tokenConflict } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';

export const createOpportunity: Operation = {
  quota: 'write',
  answer({ state, clock }, body) {
    const creation = UPDATES.CreateOpportunity(body);
    if (creation.catalog === 'AWS' && (creation.origin ?? 'Partner Referral') !== 'Partner Referral')
      throw businessError('origin', 'INVALID_VALUE', 'must be Partner Referral in the catalog AWS');
    const now = clock.now();
    const use = state.useOfCreationToken(creation);
    switch (use.kind) {
      case 'replay':
        return answer(use.first, use.first.at);
      case 'other-body':
      case 'other-operation':
        throw tokenConflict();
      case 'new':
        state.update(creation, body, now);
        return answer(creation, now);
      default:
        return use satisfies never;
    }
  },
};

function answer({ catalog, target, members }: Creation, at: number): Reply {
  const { Id, LastModifiedDate } = newOpportunity(catalog, target, at);
  const { PartnerOpportunityIdentifier } = members;
  return { kind: 'answer', body: { Id, PartnerOpportunityIdentifier, LastModifiedDate } };
}

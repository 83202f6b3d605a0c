/** Replaces the lead or the project of an engagement, unless the engagement was modified since it was read. */
import { timestamp } from '../../protocol/aws-json.js';
import { UPDATES } from '../../state/updates.js';
import { arnOf, notFound } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { staleUpdate } from '../../protocol/service-error.js';
import { businessError } from '../../protocol/validation.js';
import { accessibleEngagement } from '../../state/access.js';

export const updateEngagementContext: Operation = {
  quota: 'write',
  answer(service, body) {
    const update = UPDATES.UpdateEngagementContext(body);
    const { catalog, target, contextId, type, lastModifiedAt } = update;
    const { contexts, modifiedAt } = accessibleEngagement(service, catalog, target);
    const context = contexts.find(({ Id }) => Id === contextId);
    if (context === undefined) throw notFound(`Context ${contextId} of ${target}`, catalog);
    if (lastModifiedAt !== Math.floor(modifiedAt)) throw staleUpdate();
    const payload = { Lead: update.lead, CustomerProject: update.project, ProspectingResult: undefined }[context.Type];
    if (type !== context.Type || payload === undefined) {
      throw businessError(
        'payload',
        'INVALID_VALUE',
        `must hold a ${context.Type}, which is the type of context ${contextId}`,
      );
    }
    service.state.update(update, body, service.clock.now());
    const after = accessibleEngagement(service, catalog, target);
    return {
      kind: 'answer',
      body: {
        EngagementId: target,
        EngagementArn: arnOf('engagement', catalog, target),
        EngagementLastModifiedAt: timestamp(after.modifiedAt),
        ContextId: contextId,
      },
    };
  },
};

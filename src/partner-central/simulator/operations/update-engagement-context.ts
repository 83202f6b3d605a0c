/** Changes the lead or the project of an engagement, if nobody changed the engagement meanwhile. */
import { timestamp } from '../aws-json.js';
import { EDITS } from '../edits.js';
import { arnOf, notFound } from '../identifiers.js';
import type { Operation } from '../operation.js';
import { ServiceError } from '../service-error.js';
import { businessError } from '../validation.js';
import { visibleEngagement } from '../visible.js';

export const updateEngagementContext: Operation = {
  quota: 'write',
  answer(service, body) {
    const update = EDITS.UpdateEngagementContext(body);
    const { catalog, target, contextId, type, lastModifiedAt } = update;
    const { contexts, modifiedAt } = visibleEngagement(service, catalog, target);
    const context = contexts.find(({ Id }) => Id === contextId);
    if (context === undefined) throw notFound(`Context ${contextId} of ${target}`, catalog);
    if (lastModifiedAt !== Math.floor(modifiedAt)) {
      throw new ServiceError(
        'ConflictException',
        `The engagement was modified at ${timestamp(modifiedAt)}. Read it again.`,
      );
    }
    const payload = { Lead: update.lead, CustomerProject: update.project, ProspectingResult: undefined }[context.Type];
    if (type !== context.Type || payload === undefined) {
      throw businessError(
        'payload',
        'INVALID_VALUE',
        `must hold a ${context.Type}, which is the type of context ${contextId}`,
      );
    }
    service.world.edit(update, body, service.clock.now());
    const after = visibleEngagement(service, catalog, target);
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

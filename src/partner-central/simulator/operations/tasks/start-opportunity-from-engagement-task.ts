/** Starts the task that creates a draft opportunity from the lead of an engagement. */
import { outcomeOfConversion } from '../../tasks/task-outcome.js';
import { idIn } from '../../records/record-identifiers.js';
import type { Operation } from '../../protocol/operation.js';
import { readStart, start } from '../../tasks/start-task.js';
import { CONTEXT_ID, ENGAGEMENT_ARN_OR_ID, validated } from '../../protocol/validation.js';

export const startOpportunityFromEngagementTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const { identifier, ...request } = validated(body, (fields) => {
      return {
        ...readStart(fields),
        identifier: fields.string('Identifier', ENGAGEMENT_ARN_OR_ID),
        contextIdentifier: fields.string('ContextIdentifier', CONTEXT_ID),
      };
    });
    const target = idIn('engagement', request.catalog, identifier);
    const decide = () => outcomeOfConversion(service, request.catalog, target, request.contextIdentifier);
    return start(service, { kind: 'opportunity-from-engagement', ...request, target }, body, decide);
  },
};

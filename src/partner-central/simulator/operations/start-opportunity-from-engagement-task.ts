/** Starts the task that makes a draft opportunity out of the lead in an engagement. */
import { REGION } from '../aws-json.js';
import type { Operation } from '../operation.js';
import { ServiceError } from '../service-error.js';
import { start } from '../start.js';
import { CATALOG, CLIENT_TOKEN, CONTEXT_ID, ENGAGEMENT_ARN_OR_ID, validated } from '../validation.js';

const ENGAGEMENT_ARN = /^arn:aws:partnercentral:([^:]*):\d*:catalog\/([^/]*)\/engagement\/(eng-[0-9a-z]{14})$/;

export const startOpportunityFromEngagementTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const request = validated(body, (fields) => {
      fields.tags();
      return {
        catalog: fields.string('Catalog', CATALOG),
        clientToken: fields.string('ClientToken', CLIENT_TOKEN),
        identifier: fields.string('Identifier', ENGAGEMENT_ARN_OR_ID),
        contextIdentifier: fields.string('ContextIdentifier', CONTEXT_ID),
      };
    });
    const { identifier, ...rest } = request;
    const target = engagementIn(request.catalog, identifier);
    return start(service, { kind: 'opportunity-from-engagement', ...rest, target }, body);
  },
};

/** Any ARN is well-formed to the model; only one of an engagement in this catalog names something. */
function engagementIn(catalog: string, arnOrId: string): string {
  if (!arnOrId.startsWith('arn:')) return arnOrId;
  const [, region, arnCatalog, id] = ENGAGEMENT_ARN.exec(arnOrId) ?? [];
  if (id === undefined || region !== REGION || arnCatalog !== catalog) {
    throw new ServiceError('ResourceNotFoundException', `Engagement ${arnOrId} was not found in catalog ${catalog}.`);
  }
  return id;
}

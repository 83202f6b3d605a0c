/** Shows an engagement that the account is a member of. */
import { timestamp } from '../aws-json.js';
import { arnOf, idIn } from '../identifiers.js';
import type { Operation } from '../operation.js';
import { CATALOG, ENGAGEMENT_ARN_OR_ID, validated } from '../validation.js';
import { visibleEngagement } from '../visible.js';

export const getEngagement: Operation = {
  quota: 'read',
  answer(service, body) {
    const { catalog, identifier } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      identifier: fields.string('Identifier', ENGAGEMENT_ARN_OR_ID),
    }));
    const id = idIn('engagement', catalog, identifier);
    const engagement = visibleEngagement(service, catalog, id);
    return {
      kind: 'answer',
      body: {
        Id: id,
        Arn: arnOf('engagement', catalog, id),
        Title: engagement.title,
        Description: engagement.description,
        CreatedAt: timestamp(engagement.createdAt),
        CreatedBy: engagement.createdBy,
        ModifiedAt: timestamp(engagement.modifiedAt),
        ModifiedBy: engagement.modifiedBy,
        MemberCount: 2,
        Contexts: engagement.contexts,
      },
    };
  },
};

/** Starts the task that makes an engagement with AWS out of an opportunity and submits it. */
import type { Operation } from '../operation.js';
import { start } from '../start.js';
import { CATALOG, CLIENT_TOKEN, INVOLVEMENT_TYPE, OPPORTUNITY_ID, VISIBILITY, validated } from '../validation.js';

export const startEngagementFromOpportunityTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const request = validated(body, (fields) => {
      fields.structure('AwsSubmission', (submission) => {
        submission.string('InvolvementType', INVOLVEMENT_TYPE);
        submission.optionalString('Visibility', VISIBILITY);
      });
      fields.tags();
      return {
        catalog: fields.string('Catalog', CATALOG),
        clientToken: fields.string('ClientToken', CLIENT_TOKEN),
        target: fields.string('Identifier', OPPORTUNITY_ID),
      };
    });
    return start(service, { kind: 'engagement-from-opportunity', ...request }, body);
  },
};

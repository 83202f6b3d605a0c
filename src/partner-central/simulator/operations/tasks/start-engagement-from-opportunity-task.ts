/** Starts the task that creates an engagement with AWS from an opportunity and submits it. */
import { outcomeOfSubmission } from '../../tasks/task-outcome.js';
import type { Operation } from '../../protocol/operation.js';
import { readStart, start } from '../../tasks/start-task.js';
import { INVOLVEMENT_TYPE, OPPORTUNITY_ID, VISIBILITY, validated } from '../../protocol/validation.js';

export const startEngagementFromOpportunityTask: Operation = {
  quota: 'write',
  answer(service, body) {
    const { submission, ...request } = validated(body, (fields) => {
      return {
        ...readStart(fields),
        target: fields.string('Identifier', OPPORTUNITY_ID),
        submission: fields.structure('AwsSubmission', (submission) => ({
          involvement: submission.string('InvolvementType', INVOLVEMENT_TYPE),
          visibility: submission.optionalString('Visibility', VISIBILITY),
        })),
      };
    });
    const decide = () => outcomeOfSubmission(service, { ...request, ...submission });
    return start(service, { kind: 'engagement-from-opportunity', ...request, ...submission }, body, decide);
  },
};

/** A write for tests of permits: a Start, whose identifier chooses the outcome in the simulator. */
import { randomUUID } from 'node:crypto';
import type { RecordOperation } from '../../../src/partner-central/record-operations.js';

/** @param onSend is called as the request leaves */
export function writeOperation(onSend: (identifier: string) => void = () => {}): RecordOperation<string, string> {
  return {
    operation: 'StartEngagementFromOpportunityTask',
    async send(sdk, client, identifier, options) {
      onSend(identifier);
      const answer = await client.send(
        new sdk.StartEngagementFromOpportunityTaskCommand({
          Catalog: 'Sandbox',
          Identifier: identifier,
          ClientToken: randomUUID(),
          AwsSubmission: { InvolvementType: 'Co-Sell', Visibility: 'Full' },
        }),
        options,
      );
      return answer.TaskId ?? '';
    },
  };
}

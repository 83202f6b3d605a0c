/** Records in memory: what a resolver gets is what the test put in; anything else is a mistake. */
import type { Records } from '../../src/records/records.js';

export function fakeRecords(answers: Partial<Records> = {}): Records {
  const unexpected = (name: keyof Records) => () => {
    throw new Error(`This test expects no call of ${name}.`);
  };
  return {
    opportunity: unexpected('opportunity'),
    opportunitySummary: unexpected('opportunitySummary'),
    opportunities: unexpected('opportunities'),
    engagement: unexpected('engagement'),
    engagementSummary: unexpected('engagementSummary'),
    engagements: unexpected('engagements'),
    invitation: unexpected('invitation'),
    invitations: unexpected('invitations'),
    snapshotJob: unexpected('snapshotJob'),
    ...answers,
  };
}

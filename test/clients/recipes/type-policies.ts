/** How Apollo Client's cache recognizes the gateway's objects. A task and a batch have an `id` that is unique by itself. */
import type { TypePolicies } from '@apollo/client';

export const typePolicies: TypePolicies = {
  // AWS's ids are unique within one catalog, so every selection of a record needs both fields.
  Engagement: { keyFields: ['catalog', 'id'] },
  EngagementInvitation: { keyFields: ['catalog', 'id'] },
  Opportunity: { keyFields: ['catalog', 'id'] },
  ResourceSnapshotJob: { keyFields: ['catalog', 'id'] },
  // A form selects more fields of a part than a list, and neither may erase those of the other.
  OpportunityCustomer: { merge: true },
  CustomerAccount: { merge: true },
  OpportunityProject: { merge: true },
  OpportunityLifeCycle: { merge: true },
  OpportunityMarketing: { merge: true },
  // There is one, and queries may select different fields of it.
  PartnerCentral: { keyFields: [] },
  QuotaUsage: { merge: true },
  // A failure belongs to its task and does not change.
  TaskFailure: { merge: true },
};

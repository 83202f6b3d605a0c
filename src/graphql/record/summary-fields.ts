/**
 * The members that AWS's lists contain, or that need no more of a record than they contain. A list returns many records
 * in one call. A member that is missing here costs one call per record, so add each new member of the schema.
 */
import type { Members } from '../selection.js';

export const OPPORTUNITY_SUMMARY: Members = {
  catalog: true,
  id: true,
  key: true,
  arn: true,
  partnerOpportunityIdentifier: true,
  opportunityType: true,
  createdAt: true,
  lastModifiedAt: true,
  lifeCycle: {
    stage: true,
    reviewStatus: true,
    reviewComments: true,
    reviewStatusReason: true,
    targetCloseDate: true,
    nextSteps: true,
    closedLostReason: true,
  },
  customer: {
    account: {
      companyName: true,
      industry: true,
      otherIndustry: true,
      websiteUrl: true,
      address: { city: true, stateOrRegion: true, postalCode: true, countryCode: true },
    },
  },
  aws: true,
  engagementIds: true,
  engagement: true,
  editability: true,
  project: { deliveryModels: true, expectedCustomerSpend: true, expectedContractDuration: true },
};

export const ENGAGEMENT_SUMMARY: Members = {
  catalog: true,
  id: true,
  key: true,
  arn: true,
  title: true,
  createdAt: true,
  createdBy: true,
  modifiedAt: true,
  modifiedBy: true,
  memberCount: true,
  contextTypes: true,
};

export const INVITATION_SUMMARY: Members = {
  catalog: true,
  id: true,
  key: true,
  arn: true,
  payloadType: true,
  status: true,
  engagementId: true,
  engagementTitle: true,
  invitedAt: true,
  expiresAt: true,
  senderAwsAccountId: true,
  senderCompanyName: true,
  receiverAwsAccountId: true,
};

/** The members as nodes of a connection. */
export function inConnection(node: Members): Members {
  return { edges: { cursor: true, node }, nodes: node, pageInfo: true };
}

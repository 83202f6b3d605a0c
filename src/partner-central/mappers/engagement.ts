/** Maps engagements, whole and in lists, and snapshot jobs. Never fails: a missing member is null or an empty list. */
import type {
  CustomerProjectsContext as SdkCustomerProject,
  EngagementContextDetails as SdkContext,
  EngagementSummary as SdkEngagementSummary,
  GetEngagementResponse,
  GetResourceSnapshotJobResponse,
  LeadContext as SdkLead,
  LeadInteraction as SdkLeadInteraction,
} from '@aws-sdk/client-partnercentral-selling';
import {
  CONTEXT_TYPES,
  SNAPSHOT_JOB_STATUSES,
  type CustomerProject,
  type Engagement,
  type EngagementContext,
  type EngagementSummary,
  type Lead,
  type LeadInteraction,
  type SnapshotJob,
} from '../model/record-types.js';
import { CONTEXT_TYPE, SNAPSHOT_JOB_STATUS, enumValueOf } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { countOf, idOf, listOf, textOf, timeOf } from './nullable.js';
import {
  addressOf,
  contactOf,
  engagementCustomerOf,
  engagementProjectOf,
  occasionOf,
  prospectOf,
  recordIdOf,
} from './common.js';
import { prospectingResultOf } from './prospecting.js';

/** @param id the requested id, used if the answer has none */
export function engagementOf(raw: GetEngagementResponse, catalog: Catalog, id: string): Engagement {
  const contexts = listOf(raw.Contexts).map(contextOf);
  return {
    ...commonOf(raw, catalog, recordIdOf(raw) ?? id),
    contextTypes: [...new Set(contexts.flatMap(({ type }) => type ?? []))],
    description: textOf(raw.Description),
    contexts,
  };
}

/** Null for a summary without an id, because no further operation can name it. */
export function engagementSummaryOf(raw: SdkEngagementSummary, catalog: Catalog): EngagementSummary | null {
  const id = recordIdOf(raw);
  if (id === null) return null;
  const contextTypes = listOf(raw.ContextTypes).flatMap((type) => enumValueOf(CONTEXT_TYPES, CONTEXT_TYPE, type) ?? []);
  return { ...commonOf(raw, catalog, id), contextTypes };
}

/** @param id the requested id, used if the answer has none */
export function snapshotJobOf(raw: GetResourceSnapshotJobResponse, catalog: Catalog, id: string): SnapshotJob {
  return {
    catalog,
    id: idOf(raw.Id) ?? id,
    arn: textOf(raw.Arn),
    status: enumValueOf(SNAPSHOT_JOB_STATUSES, SNAPSHOT_JOB_STATUS, raw.Status),
    engagementId: textOf(raw.EngagementId),
    resourceType: textOf(raw.ResourceType),
    resourceId: textOf(raw.ResourceId),
    resourceSnapshotTemplateName: textOf(raw.ResourceSnapshotTemplateName),
    createdAt: timeOf(raw.CreatedAt),
    lastSuccessfulExecutionAt: timeOf(raw.LastSuccessfulExecutionDate),
    lastFailure: textOf(raw.LastFailure),
  };
}

function commonOf(
  raw: Omit<SdkEngagementSummary, 'ContextTypes'>,
  catalog: Catalog,
  id: string,
): Omit<EngagementSummary, 'contextTypes'> {
  return {
    catalog,
    id,
    arn: textOf(raw.Arn),
    title: textOf(raw.Title),
    createdAt: timeOf(raw.CreatedAt),
    createdBy: textOf(raw.CreatedBy),
    modifiedAt: timeOf(raw.ModifiedAt),
    modifiedBy: textOf(raw.ModifiedBy),
    memberCount: countOf(raw.MemberCount),
  };
}

function contextOf(raw: SdkContext): EngagementContext {
  return {
    id: textOf(raw.Id),
    type: enumValueOf(CONTEXT_TYPES, CONTEXT_TYPE, raw.Type),
    lead: leadOf(raw.Payload?.Lead),
    customerProject: customerProjectOf(raw.Payload?.CustomerProject),
    prospectingResult: prospectingResultOf(raw.Payload?.ProspectingResult),
  };
}

function customerProjectOf(raw: SdkCustomerProject | undefined): CustomerProject | null {
  if (raw === undefined) return null;
  const { Project: project } = raw;
  return {
    customer: engagementCustomerOf(raw.Customer),
    project: project === undefined ? null : engagementProjectOf(project),
  };
}

function leadOf(raw: SdkLead | undefined): Lead | null {
  if (raw === undefined) return null;
  const { Customer: customer } = raw;
  return {
    qualificationStatus: textOf(raw.QualificationStatus),
    customer: customer === undefined ? null : { ...prospectOf(customer), address: addressOf(customer.Address) },
    interactions: listOf(raw.Interactions).map(interactionOf),
    leadReadinessScore: textOf(raw.Insights?.LeadReadinessScore),
  };
}

function interactionOf(raw: SdkLeadInteraction): LeadInteraction {
  return {
    ...occasionOf(raw),
    interactionDate: timeOf(raw.InteractionDate),
    customerAction: textOf(raw.CustomerAction),
    businessProblem: textOf(raw.BusinessProblem),
    contact: raw.Contact === undefined ? null : contactOf(raw.Contact),
  };
}

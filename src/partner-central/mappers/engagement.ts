/** Engagements as AWS answers them, whole and in lists, and snapshot jobs, in the gateway's words. Total: whatever is missing is null or an empty list. */
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
import { CONTEXT_TYPE, SNAPSHOT_JOB_STATUS, named } from '../model/enum-mapping.js';
import type { Catalog } from '../model/task-kind.js';
import { countOf, idOf, listOf, present, timeOf } from './nullable.js';
import {
  addressOf,
  contactOf,
  engagementCustomerOf,
  engagementProjectOf,
  occasionOf,
  prospectOf,
  recordIdOf,
} from './common.js';

/** @param id the one that was asked for */
export function engagementOf(raw: GetEngagementResponse, catalog: Catalog, id: string): Engagement {
  const contexts = listOf(raw.Contexts).map(contextOf);
  return {
    ...commonOf(raw, catalog, recordIdOf(raw) ?? id),
    contextTypes: [...new Set(contexts.flatMap(({ type }) => type ?? []))],
    description: present(raw.Description),
    contexts,
  };
}

/** Null for one without an id, of which nothing more could be asked. */
export function engagementSummaryOf(raw: SdkEngagementSummary, catalog: Catalog): EngagementSummary | null {
  const id = recordIdOf(raw);
  if (id === null) return null;
  const contextTypes = listOf(raw.ContextTypes).flatMap((type) => named(CONTEXT_TYPES, CONTEXT_TYPE, type) ?? []);
  return { ...commonOf(raw, catalog, id), contextTypes };
}

/** @param id the one that was asked for */
export function snapshotJobOf(raw: GetResourceSnapshotJobResponse, catalog: Catalog, id: string): SnapshotJob {
  return {
    catalog,
    id: idOf(raw.Id) ?? id,
    arn: present(raw.Arn),
    status: named(SNAPSHOT_JOB_STATUSES, SNAPSHOT_JOB_STATUS, raw.Status),
    engagementId: present(raw.EngagementId),
    resourceType: present(raw.ResourceType),
    resourceId: present(raw.ResourceId),
    resourceSnapshotTemplateName: present(raw.ResourceSnapshotTemplateName),
    createdAt: timeOf(raw.CreatedAt),
    lastSuccessfulExecutionAt: timeOf(raw.LastSuccessfulExecutionDate),
    lastFailure: present(raw.LastFailure),
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
    arn: present(raw.Arn),
    title: present(raw.Title),
    createdAt: timeOf(raw.CreatedAt),
    createdBy: present(raw.CreatedBy),
    modifiedAt: timeOf(raw.ModifiedAt),
    modifiedBy: present(raw.ModifiedBy),
    memberCount: countOf(raw.MemberCount),
  };
}

function contextOf(raw: SdkContext): EngagementContext {
  return {
    id: present(raw.Id),
    type: named(CONTEXT_TYPES, CONTEXT_TYPE, raw.Type),
    lead: leadOf(raw.Payload?.Lead),
    customerProject: customerProjectOf(raw.Payload?.CustomerProject),
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
    qualificationStatus: present(raw.QualificationStatus),
    customer: customer === undefined ? null : { ...prospectOf(customer), address: addressOf(customer.Address) },
    interactions: listOf(raw.Interactions).map(interactionOf),
    leadReadinessScore: present(raw.Insights?.LeadReadinessScore),
  };
}

function interactionOf(raw: SdkLeadInteraction): LeadInteraction {
  return {
    ...occasionOf(raw),
    interactionDate: timeOf(raw.InteractionDate),
    customerAction: present(raw.CustomerAction),
    businessProblem: present(raw.BusinessProblem),
    contact: raw.Contact === undefined ? null : contactOf(raw.Contact),
  };
}

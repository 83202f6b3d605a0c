/**
 * Checks access to records. The account may read and change any record unless a sample identifier or membership denies
 * it.
 */
import type { Engagement } from '../seed/engagements.js';
import type { Invitation } from '../seed/invitations.js';
import { engagementAt, isMember } from '../records/engagement-state.js';
import { notFound } from '../records/record-identifiers.js';
import { invitationAt } from '../records/invitation-state.js';
import { opportunityAt } from '../records/opportunity-state.js';
import type { Opportunity } from '../records/opportunity-members.js';
import { scenarioOf } from '../scenarios/scenarios.js';
import { ServiceError } from '../protocol/service-error.js';
import type { Service } from './service.js';
import type { TaskKind } from '../tasks/task-kinds.js';

export function accessibleOpportunity(service: Service, catalog: string, id: string): Opportunity {
  assertReadable('engagement-from-opportunity', id);
  return opportunityAt(service, catalog, id) ?? missing(id, catalog);
}

export function accessibleEngagement(service: Service, catalog: string, id: string): Engagement {
  assertReadable('opportunity-from-engagement', id);
  const engagement = engagementAt(service, catalog, id) ?? missing(id, catalog);
  if (isMember(service, catalog, engagement)) return engagement;
  throw new ServiceError('AccessDeniedException', `The account is not a member of engagement ${id}.`);
}

export function accessibleInvitation(service: Service, catalog: string, id: string): Invitation {
  assertReadable('engagement-by-accepting-invitation', id);
  return invitationAt(service, catalog, id) ?? missing(id, catalog);
}

/** The record, or undefined if access is denied, because a List leaves out what a Get refuses. */
export function ifAccessible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function assertReadable(kind: TaskKind, id: string): void {
  const { refusesReads, firstSends } = scenarioOf(kind, id);
  if (refusesReads !== true || firstSends?.fault.kind !== 'error') return;
  throw new ServiceError(firstSends.fault.name, firstSends.fault.message ?? '', firstSends.fault.members);
}

function missing(id: string, catalog: string): never {
  throw notFound(id, catalog);
}

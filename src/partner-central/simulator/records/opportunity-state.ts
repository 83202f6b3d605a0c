/**
 * Derives the state of an opportunity at a moment from its seed and the accepted requests, without timers, so that a
 * restart changes nothing.
 */
import {
  SEED_OPPORTUNITIES,
  draftOpportunity,
  isSeedOpportunity,
  originalOpportunity,
  sharedOpportunity,
} from '../seed/opportunities.js';
import type { Lead, OpportunityUpdate, Update } from '../state/updates.js';
import { engagementAt } from './engagement-state.js';
import type { Opportunity } from './opportunity-members.js';
import { APPROVAL, type Review, firstReview, reviewAt } from './review.js';
import type { Service } from '../state/service.js';
import { completedAt } from '../tasks/timeline.js';
import type { StoredTask } from '../state/state.js';

type ReviewedOpportunity = {
  readonly opportunity: Opportunity;
  /** The review, if AWS has reviewed the opportunity since it was made, or reviews it now. */
  readonly review?: Review | undefined;
};

type Change = { readonly at: number; apply(state: ReviewedOpportunity | undefined): ReviewedOpportunity | undefined };

/** The opportunity of any well-formed identifier; undefined if a task has yet to create it. */
export function opportunityAt(service: Service, catalog: string, id: string): Opportunity | undefined {
  const state = stateAt(service, catalog, id);
  return state === undefined ? undefined : shown(service, state, service.clock.now());
}

/** The time since when the opportunity is Approved; undefined if it is not. */
export function approvedSince(service: Service, catalog: string, id: string): number | undefined {
  const state = stateAt(service, catalog, id);
  if (state === undefined) return undefined;
  const { opportunity, review } = state;
  const { status, since } =
    review === undefined
      ? { status: opportunity.LifeCycle?.ReviewStatus, since: Date.parse(opportunity.CreatedDate) }
      : reviewAt(service, review, service.clock.now());
  return status === 'Approved' ? since : undefined;
}

function stateAt(service: Service, catalog: string, id: string): ReviewedOpportunity | undefined {
  const now = service.clock.now();
  const { tasks, updates } = service.state.historyOf(catalog, id);
  const changes: Change[] = [
    ...tasks.map((task): Change => ({
      at: completedAt(service, task),
      apply: (before) => afterTask(service, task, before),
    })),
    ...updates.map((update): Change => ({ at: update.at, apply: (before) => afterUpdate(service, update, before) })),
  ];
  const happened = changes.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
  const asOf = happened[0]?.at ?? now;
  const original = isMadeByTask(service, catalog, id)
    ? undefined
    : { opportunity: originalOpportunity(catalog, id, asOf) };
  return happened.reduce<ReviewedOpportunity | undefined>((before, change) => change.apply(before), original);
}

/** The opportunities of the seed, and those that tasks created. */
export function opportunityIdsNow(service: Service, catalog: string): readonly string[] {
  const made = service.state
    .tasks()
    .filter(({ kind, catalog: of }) => of === catalog && kind !== 'engagement-from-opportunity');
  return [...SEED_OPPORTUNITIES, ...new Set(made.flatMap(({ ids }) => ids.OpportunityId ?? []))];
}

/**
 * True if the state of the opportunity decides the outcome of a task. Otherwise the scenario of the identifier decides.
 */
export function isDecidedByState(service: Service, catalog: string, id: string): boolean {
  return isSeedOpportunity(id) || isMadeByTask(service, catalog, id);
}

function isMadeByTask({ state }: Service, catalog: string, id: string): boolean {
  return state.historyOf(catalog, id).tasks.some(({ kind }) => kind !== 'engagement-from-opportunity');
}

function afterTask(
  service: Service,
  task: StoredTask,
  before: ReviewedOpportunity | undefined,
): ReviewedOpportunity | undefined {
  const at = completedAt(service, task);
  const { OpportunityId = '' } = task.ids;
  switch (task.kind) {
    case 'engagement-from-opportunity':
      return before === undefined ? undefined : submitted(shown(service, before, at), before, at);
    case 'opportunity-from-engagement':
      return { opportunity: draftOpportunity(task.catalog, OpportunityId, at, leadOf(service, task)) };
    case 'engagement-by-accepting-invitation':
      return { opportunity: sharedOpportunity(task.catalog, OpportunityId, at, task.target) };
    default:
      return task.kind satisfies never;
  }
}

/**
 * An opportunity in Action Required is reviewed again. Any other that was already submitted keeps the status of its
 * review.
 */
function submitted(opportunity: Opportunity, before: ReviewedOpportunity, at: number): ReviewedOpportunity {
  const status = opportunity.LifeCycle?.ReviewStatus ?? 'Pending Submission';
  return status === 'Pending Submission' || status === 'Action Required'
    ? { opportunity: withStatus(opportunity, 'Submitted', at), review: firstReview(opportunity.Id, at) }
    : before;
}

/** The lead at the start of the task; undefined if the context holds none. */
function leadOf(service: Service, task: StoredTask): Lead | undefined {
  const engagement = engagementAt(service, task.catalog, task.target, task.startedAt);
  const context = engagement?.contexts.find(({ Id }) => Id === task.contextIdentifier);
  return context?.Type === 'Lead' ? context.Payload.Lead : undefined;
}

function afterUpdate(
  service: Service,
  update: Update,
  before: ReviewedOpportunity | undefined,
): ReviewedOpportunity | undefined {
  if (before === undefined) return undefined;
  const opportunity = shown(service, before, update.at);
  if (update.operation === 'UpdateOpportunity') return afterReplacement(opportunity, before, update, update.at);
  if (update.operation !== 'AssociateOpportunity') return before;
  const related = opportunity.RelatedEntityIdentifiers;
  const RelatedEntityIdentifiers = {
    ...related,
    [update.type]: [...new Set([...(related[update.type] ?? []), update.entity])],
  };
  return {
    ...before,
    opportunity: { ...before.opportunity, RelatedEntityIdentifiers, LastModifiedDate: isoOf(update.at) },
  };
}

/** Replaces the whole object: an absent member is removed. Only the members that AWS writes stay. */
function afterReplacement(
  opportunity: Opportunity,
  before: ReviewedOpportunity,
  update: OpportunityUpdate,
  at: number,
): ReviewedOpportunity {
  const { Id, Arn, CreatedDate, RelatedEntityIdentifiers } = opportunity;
  const replaced = { ...update.members, Id, Arn, CreatedDate, RelatedEntityIdentifiers, LastModifiedDate: isoOf(at) };
  const old = opportunity.LifeCycle?.ReviewStatus;
  const status = statusAfter(update, old);
  if (status === old) return { ...before, opportunity: withStatus(replaced, status, at) };
  const review = status === 'Submitted' ? { submittedAt: at, end: APPROVAL } : undefined;
  return { opportunity: withStatus(replaced, status, at), review };
}

/**
 * AWS alone sets the review status in the catalog AWS. In the Sandbox the partner plays AWS: the update sets the
 * status, and an update without a status sets it to null. In both, an update of an opportunity in Action Required
 * restarts the review.
 */
function statusAfter({ catalog, members }: OpportunityUpdate, old: string | undefined): string | undefined {
  const requested = members.LifeCycle?.ReviewStatus;
  if (old === 'Action Required' && (catalog !== 'Sandbox' || requested === old)) return 'Submitted';
  if (catalog === 'Sandbox') return requested;
  // AWS gives a status only to an opportunity with a partner identifier.
  return old ?? (members.PartnerOpportunityIdentifier === undefined ? undefined : 'Pending Submission');
}

/** The opportunity with the current status of its review, and the reviewer's comments at its end. */
function shown(service: Service, { opportunity, review }: ReviewedOpportunity, at: number): Opportunity {
  if (review === undefined) return opportunity;
  const { status, since } = reviewAt(service, review, at);
  const changedAt = Math.max(since, Date.parse(opportunity.LastModifiedDate));
  const reviewed = withStatus(opportunity, status, changedAt);
  const { comments, reason } = review.end;
  if (status !== review.end.status || comments === undefined) return reviewed;
  return {
    ...reviewed,
    LifeCycle: { ...reviewed.LifeCycle, ReviewComments: comments, ReviewStatusReason: reason },
  };
}

function withStatus(opportunity: Opportunity, status: string | undefined, at: number): Opportunity {
  return { ...opportunity, LifeCycle: { ...opportunity.LifeCycle, ReviewStatus: status }, LastModifiedDate: isoOf(at) };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

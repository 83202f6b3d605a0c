/**
 * Derives the state of an opportunity at a moment from its seed and the accepted requests, without timers, so that a
 * restart changes nothing.
 */
import {
  SEED_OPPORTUNITIES,
  draftOpportunity,
  isSeedOpportunity,
  newOpportunity,
  originalOpportunity,
  sharedOpportunity,
} from '../seed/opportunities.js';
import type { Association, Creation, OpportunityUpdate, Update } from '../state/updates.js';
import { engagementAt } from './engagement-state.js';
import type { Lead } from './lead-members.js';
import type { Contact, Opportunity } from './opportunity-members.js';
import { APPROVAL, type Review, firstReview, reviewAt } from './review.js';
import type { Service } from '../state/service.js';
import { completedAt } from '../tasks/timeline.js';
import type { StoredTask } from '../state/state.js';

/** The title of the person that an opportunity is assigned to. */
const OWNER = 'PartnerAccountManager';

type ReviewedOpportunity = {
  readonly opportunity: Opportunity;
  /** The review, if AWS has reviewed the opportunity since it was made, or reviews it now. */
  readonly review?: Review | undefined;
  /** True after an update that left the review status out. AWS never gives such an opportunity a status again. */
  readonly hasLostStatus?: boolean;
};

type Change = { readonly at: number; apply(state: ReviewedOpportunity | undefined): ReviewedOpportunity | undefined };

/** The opportunity of any well-formed identifier; undefined if a task has yet to create it, or until it is visible. */
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
  const creation = updates.find(({ operation }) => operation === 'CreateOpportunity');
  if (creation !== undefined && creation.at + service.invisibleMs / service.speed > now) return undefined;
  const changes: Change[] = [
    ...tasks.map((task): Change => ({
      at: completedAt(service, task),
      apply: (before) => afterTask(service, task, before),
    })),
    ...updates.map((update): Change => ({ at: update.at, apply: (before) => afterUpdate(service, update, before) })),
  ];
  const happened = changes.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
  const asOf = happened[0]?.at ?? now;
  const original = isMade(service, catalog, id) ? undefined : { opportunity: originalOpportunity(catalog, id, asOf) };
  return happened.reduce<ReviewedOpportunity | undefined>((before, change) => change.apply(before), original);
}

/** The opportunities of the seed, and those that the account created, by itself or by a task. */
export function opportunityIdsNow({ state }: Service, catalog: string): readonly string[] {
  const made = state
    .tasks()
    .filter(({ kind, catalog: of }) => of === catalog && kind !== 'engagement-from-opportunity');
  const created = [...state.creations()].filter(({ catalog: of }) => of === catalog);
  return [
    ...SEED_OPPORTUNITIES,
    ...new Set(made.flatMap(({ ids }) => ids.OpportunityId ?? [])),
    ...created.map(({ target }) => target),
  ];
}

/**
 * True if the state of the opportunity decides the outcome of a task. Otherwise the scenario of the identifier decides.
 */
export function isDecidedByState(service: Service, catalog: string, id: string): boolean {
  return isSeedOpportunity(id) || isMade(service, catalog, id);
}

/** True if the account created the opportunity, by itself or by a task. */
function isMade({ state }: Service, catalog: string, id: string): boolean {
  const { tasks, updates } = state.historyOf(catalog, id);
  return (
    tasks.some(({ kind }) => kind !== 'engagement-from-opportunity') ||
    updates.some(({ operation }) => operation === 'CreateOpportunity')
  );
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
  if (update.operation === 'CreateOpportunity') return created(update, update.at);
  if (before === undefined) return undefined;
  const opportunity = shown(service, before, update.at);
  switch (update.operation) {
    case 'UpdateOpportunity':
      return afterReplacement(opportunity, before, update, update.at);
    case 'AssociateOpportunity':
    case 'DisassociateOpportunity':
      return { ...before, opportunity: afterAssociation(opportunity, before, update, update.at) };
    case 'AssignOpportunity': {
      const OpportunityTeam = teamWith(before.opportunity.OpportunityTeam ?? [], update.assignee);
      const LastModifiedDate = isoOf(nextModification(opportunity, update.at));
      return { ...before, opportunity: { ...before.opportunity, OpportunityTeam, LastModifiedDate } };
    }
    case 'AcceptEngagementInvitation':
    case 'RejectEngagementInvitation':
    case 'UpdateEngagementContext':
      return before;
    default:
      return update satisfies never;
  }
}

/** A referral of AWS, which only the Sandbox allows to play, needs no submission. */
function created({ catalog, target, origin, team, members }: Creation, at: number): ReviewedOpportunity {
  const ReviewStatus = origin === 'AWS Referral' ? 'Approved' : 'Pending Submission';
  return {
    opportunity: {
      ...newOpportunity(catalog, target, at),
      ...members,
      LifeCycle: { Stage: 'Prospect', ...members.LifeCycle, ReviewStatus },
      ...(team.length === 0 ? {} : { OpportunityTeam: team }),
    },
  };
}

function afterAssociation(
  opportunity: Opportunity,
  before: ReviewedOpportunity,
  { operation, type, entity }: Association,
  at: number,
): Opportunity {
  const related = opportunity.RelatedEntityIdentifiers;
  const others = (related[type] ?? []).filter((each) => each !== entity);
  const isThere = others.length !== (related[type] ?? []).length;
  const isWanted = operation === 'AssociateOpportunity';
  // A repetition has no effect.
  if (isThere === isWanted) return before.opportunity;
  return {
    ...before.opportunity,
    RelatedEntityIdentifiers: { ...related, [type]: isWanted ? [...others, entity] : others },
    LastModifiedDate: isoOf(nextModification(opportunity, at)),
  };
}

/** An opportunity has one owner, and each person is in its team once. */
function teamWith(team: readonly Contact[], assignee: Contact): readonly Contact[] {
  const isReplaced = ({ Email, BusinessTitle }: Contact) =>
    Email === assignee.Email || (BusinessTitle === OWNER && assignee.BusinessTitle === OWNER);
  return [assignee, ...team.filter((member) => !isReplaced(member))];
}

/** Replaces the whole object: an absent member is removed. Only the members that AWS writes stay. */
function afterReplacement(
  opportunity: Opportunity,
  before: ReviewedOpportunity,
  update: OpportunityUpdate,
  at: number,
): ReviewedOpportunity {
  const { Id, Arn, CreatedDate, RelatedEntityIdentifiers, OpportunityTeam } = opportunity;
  const replaced: Opportunity = {
    ...update.members,
    Id,
    Arn,
    CreatedDate,
    RelatedEntityIdentifiers,
    ...(OpportunityTeam === undefined ? {} : { OpportunityTeam }),
    LastModifiedDate: opportunity.LastModifiedDate,
  };
  const modifiedAt = nextModification(opportunity, at);
  const old = opportunity.LifeCycle?.ReviewStatus;
  const status = before.hasLostStatus === true ? undefined : statusAfter(update, old);
  if (status === old) return { ...before, opportunity: withStatus(replaced, status, modifiedAt) };
  const review = status === 'Submitted' ? { submittedAt: at, end: APPROVAL } : undefined;
  return { opportunity: withStatus(replaced, status, modifiedAt), review, hasLostStatus: status === undefined };
}

/**
 * AWS alone sets the review status in the catalog AWS. In the Sandbox the partner plays AWS: the update sets the
 * status, and an update without a status sets it to null for good. In both, an update of an opportunity in Action
 * Required restarts the review. AWS gives the first status only to an opportunity with a partner identifier.
 */
function statusAfter({ catalog, members }: OpportunityUpdate, old: string | undefined): string | undefined {
  const requested = members.LifeCycle?.ReviewStatus;
  if (old === 'Action Required' && (catalog !== 'Sandbox' || requested === old)) return 'Submitted';
  if (old !== undefined) return catalog === 'Sandbox' ? requested : old;
  const first = (members.PartnerOpportunityIdentifier ?? '') === '' ? undefined : 'Pending Submission';
  return catalog === 'Sandbox' ? (requested ?? first) : first;
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

/** The time always grows, so that it tells two updates of one millisecond apart. */
function nextModification({ LastModifiedDate }: Opportunity, at: number): number {
  return Math.max(at, Date.parse(LastModifiedDate) + 1);
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/**
 * How an opportunity stands at a moment. It follows from what it was at first and what was accepted since: no timers, so that a
 * restart changes nothing.
 */
import {
  WORLD_OPPORTUNITIES,
  draftOpportunity,
  isWorldOpportunity,
  originalOpportunity,
  sharedOpportunity,
} from '../seed/opportunities.js';
import type { Edit, OpportunityUpdate } from '../state/updates.js';
import { engagementAt } from './engagement-state.js';
import type { Opportunity } from './opportunity-members.js';
import { reviewAt } from './review.js';
import type { Service } from '../state/service.js';
import { completedAt } from '../tasks/timeline.js';
import type { StoredTask } from '../state/state.js';

type State = {
  readonly opportunity: Opportunity;
  /** When the review began that goes on by itself, if one does. */
  readonly submittedAt?: number | undefined;
};

type Change = { readonly at: number; apply(state: State | undefined): State | undefined };

/** Every well-formed identifier is one of an opportunity, but for those that a task is still to make. */
export function opportunityAt(service: Service, catalog: string, id: string): Opportunity | undefined {
  const now = service.clock.now();
  const { tasks, edits } = service.world.historyOf(catalog, id);
  const changes: Change[] = [
    ...tasks.map((task): Change => ({
      at: completedAt(service, task),
      apply: (before) => afterTask(service, task, before),
    })),
    ...edits.map((edit): Change => ({ at: edit.at, apply: (before) => afterEdit(service, edit, before) })),
  ];
  const happened = changes.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
  const asOf = happened[0]?.at ?? now;
  const original = isMadeByTask(service, catalog, id)
    ? undefined
    : { opportunity: originalOpportunity(catalog, id, asOf) };
  const state = happened.reduce<State | undefined>((before, change) => change.apply(before), original);
  return state === undefined ? undefined : shown(service, state, now);
}

/** Those of the world, and those that tasks have made. */
export function opportunityIdsNow(service: Service, catalog: string): readonly string[] {
  const made = service.world
    .tasks()
    .filter(({ kind, catalog: of }) => of === catalog && kind !== 'engagement-from-opportunity');
  return [...WORLD_OPPORTUNITIES, ...new Set(made.flatMap(({ ids }) => ids.OpportunityId ?? []))];
}

/** Whether its state decides what becomes of a task. All others keep the outcome of their row. */
export function isOfTheWorld(service: Service, catalog: string, id: string): boolean {
  return isWorldOpportunity(id) || isMadeByTask(service, catalog, id);
}

function isMadeByTask({ world }: Service, catalog: string, id: string): boolean {
  return world.historyOf(catalog, id).tasks.some(({ kind }) => kind !== 'engagement-from-opportunity');
}

function afterTask(service: Service, task: StoredTask, before: State | undefined): State | undefined {
  const at = completedAt(service, task);
  const { OpportunityId = '' } = task.ids;
  switch (task.kind) {
    case 'engagement-from-opportunity':
      return before === undefined ? undefined : submitted(shown(service, before, at), before, at);
    case 'opportunity-from-engagement':
      return { opportunity: draftOpportunity(task.catalog, OpportunityId, at, customerOfLead(service, task)) };
    case 'engagement-by-accepting-invitation':
      return { opportunity: sharedOpportunity(task.catalog, OpportunityId, at, task.target) };
    default:
      return task.kind satisfies never;
  }
}

/** What was submitted before stays as its review has it. */
function submitted(opportunity: Opportunity, before: State, at: number): State {
  const status = opportunity.LifeCycle?.ReviewStatus ?? 'Pending Submission';
  return status === 'Pending Submission'
    ? { opportunity: withStatus(opportunity, 'Submitted', at), submittedAt: at }
    : before;
}

/** The lead as it was when the task began. */
function customerOfLead(service: Service, task: StoredTask): Opportunity['Customer'] {
  const engagement = engagementAt(service, task.catalog, task.target, task.startedAt);
  const context = engagement?.contexts.find(({ Id }) => Id === task.contextIdentifier);
  if (context?.Type !== 'Lead') return undefined;
  const { CompanyName, Industry, WebsiteUrl, Address } = context.Payload.Lead.Customer;
  return { Account: { CompanyName, Industry, WebsiteUrl, Address: { CountryCode: Address?.CountryCode } } };
}

function afterEdit(service: Service, edit: Edit, before: State | undefined): State | undefined {
  if (before === undefined) return undefined;
  const opportunity = shown(service, before, edit.at);
  if (edit.edit === 'UpdateOpportunity') return afterUpdate(opportunity, before, edit, edit.at);
  if (edit.edit !== 'AssociateOpportunity') return before;
  const related = opportunity.RelatedEntityIdentifiers;
  const RelatedEntityIdentifiers = {
    ...related,
    [edit.type]: [...new Set([...(related[edit.type] ?? []), edit.entity])],
  };
  return {
    ...before,
    opportunity: { ...before.opportunity, RelatedEntityIdentifiers, LastModifiedDate: isoOf(edit.at) },
  };
}

/** The whole object is replaced: what is left out is gone. Only AWS's own members stay. */
function afterUpdate(opportunity: Opportunity, before: State, update: OpportunityUpdate, at: number): State {
  const { Id, Arn, CreatedDate, RelatedEntityIdentifiers } = opportunity;
  const replaced = { ...update.members, Id, Arn, CreatedDate, RelatedEntityIdentifiers, LastModifiedDate: isoOf(at) };
  const old = opportunity.LifeCycle?.ReviewStatus;
  const status = statusAfter(update, old);
  if (status === old) return { ...before, opportunity: withStatus(replaced, status, at) };
  return { opportunity: withStatus(replaced, status, at), submittedAt: status === 'Submitted' ? at : undefined };
}

/**
 * Outside the Sandbox the review is AWS's alone. In it the partner plays AWS: the update sets the status, and one that leaves it
 * out sets it to null. In both, correcting what AWS asked for begins the review again.
 */
function statusAfter({ catalog, members }: OpportunityUpdate, old: string | undefined): string | undefined {
  const asked = members.LifeCycle?.ReviewStatus;
  if (old === 'Action Required' && (catalog !== 'Sandbox' || asked === old)) return 'Submitted';
  if (catalog === 'Sandbox') return asked;
  // Without an identifier of the partner's own it never gets this far.
  return old ?? (members.PartnerOpportunityIdentifier === undefined ? undefined : 'Pending Submission');
}

/** With the review as far as it has come. */
function shown(service: Service, { opportunity, submittedAt }: State, at: number): Opportunity {
  if (submittedAt === undefined) return opportunity;
  const { status, since } = reviewAt(service, submittedAt, at);
  const changedAt = Math.max(since, Date.parse(opportunity.LastModifiedDate));
  return withStatus(opportunity, status, changedAt);
}

function withStatus(opportunity: Opportunity, status: string | undefined, at: number): Opportunity {
  return { ...opportunity, LifeCycle: { ...opportunity.LifeCycle, ReviewStatus: status }, LastModifiedDate: isoOf(at) };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** Derives the state of an engagement at a moment from its seed and the accepted requests, without timers. */
import {
  type Engagement,
  type EngagementContext,
  OTHER_PARTNER,
  SEED_ENGAGEMENTS,
  engagementAbout,
  isSeedEngagement,
  originalEngagement,
  projectOf,
} from '../seed/engagements.js';
import type { ContextUpdate, Update } from '../state/updates.js';
import type { Lead } from './lead-members.js';
import { timestamp } from '../protocol/aws-json.js';
import { OWN_ACCOUNT, arnOf } from './record-identifiers.js';
import { invitationAt } from './invitation-state.js';
import type { Service } from '../state/service.js';
import { completedAt } from '../tasks/timeline.js';
import type { StoredTask } from '../state/state.js';

export const MOST_CONTEXTS = 5;

type Change = { readonly at: number; apply(engagement: Engagement | undefined): Engagement | undefined };

/**
 * The engagement of any well-formed identifier; undefined if a task has yet to create it.
 * @param until not later than now
 */
export function engagementAt(
  service: Service,
  catalog: string,
  id: string,
  until = service.clock.now(),
): Engagement | undefined {
  const { tasks, updates } = service.state.historyOf(catalog, id);
  const changes: Change[] = [
    ...tasks.map((task): Change => ({
      at: completedAt(service, task),
      apply: (before) => afterTask(service, task, before),
    })),
    ...updates.map((update): Change => ({ at: update.at, apply: (before) => afterUpdate(update, before) })),
  ];
  const happened = changes.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
  const original = isMadeByTask(service, catalog, id)
    ? undefined
    : originalEngagement(id, happened[0]?.at ?? service.clock.now());
  return happened.reduce<Engagement | undefined>((before, change) => change.apply(before), original);
}

/** The members that a Get and a List both show. */
export function membersOf(catalog: string, id: string, engagement: Engagement) {
  return {
    Id: id,
    Arn: arnOf('engagement', catalog, id),
    Title: engagement.title,
    CreatedAt: timestamp(engagement.createdAt),
    CreatedBy: engagement.createdBy,
    ModifiedAt: timestamp(engagement.modifiedAt),
    ModifiedBy: engagement.modifiedBy,
    MemberCount: 2,
  };
}

/** True if the account is a member of the engagement, and may therefore read it. */
export function isMember(service: Service, catalog: string, engagement: Engagement): boolean {
  const { invitation } = engagement;
  return invitation === undefined || invitationAt(service, catalog, invitation)?.status === 'ACCEPTED';
}

/** The engagements of the seed, and those that tasks created. */
export function engagementIdsNow(service: Service, catalog: string): readonly string[] {
  const ids = new Set(SEED_ENGAGEMENTS);
  for (const {
    catalog: of,
    ids: { EngagementId },
  } of service.state.tasks()) {
    if (of === catalog && EngagementId !== undefined && isMadeByTask(service, catalog, EngagementId))
      ids.add(EngagementId);
  }
  return [...ids];
}

/** False for an engagement with a lead, because it existed before the task that converts the lead. */
function isMadeByTask({ state }: Service, catalog: string, id: string): boolean {
  const { tasks } = state.historyOf(catalog, id);
  return tasks.length > 0 && !isSeedEngagement(id) && tasks.every(({ kind }) => kind !== 'opportunity-from-engagement');
}

function afterTask(service: Service, task: StoredTask, before: Engagement | undefined): Engagement | undefined {
  const at = completedAt(service, task);
  if (before === undefined) {
    const creator = task.kind === 'engagement-from-opportunity' ? OWN_ACCOUNT : OTHER_PARTNER;
    return engagementAbout(task.target, at, creator, [projectOf('1', task.target, at)]);
  }
  const { ContextId } = task.ids;
  const isNew = ContextId !== undefined && before.contexts.every(({ Id }) => Id !== ContextId);
  if (task.kind !== 'opportunity-from-engagement' || !isNew || before.contexts.length >= MOST_CONTEXTS) return before;
  return modified(before, at, [...before.contexts, projectOf(ContextId, task.target, at)]);
}

function afterUpdate(update: Update, before: Engagement | undefined): Engagement | undefined {
  if (update.operation !== 'UpdateEngagementContext' || before === undefined) return before;
  const contexts = before.contexts.map((context) =>
    context.Id === update.contextId ? updated(context, update) : context,
  );
  return modified(before, update.at, contexts);
}

/** Replaces the whole payload: an absent member is removed. The interactions stay, because the request has no list. */
function updated(context: EngagementContext, { lead, project }: ContextUpdate): EngagementContext {
  if (context.Type === 'Lead' && lead !== undefined) {
    const { Lead: before } = context.Payload;
    const { Interaction, ...rest } = lead;
    const after: Lead = {
      ...rest,
      Interactions: Interaction === undefined ? before.Interactions : [...before.Interactions, Interaction].slice(-10),
    };
    return { ...context, Payload: { Lead: after } };
  }
  return context.Type === 'CustomerProject' && project !== undefined
    ? { ...context, Payload: { CustomerProject: project } }
    : context;
}

/** The time always grows, so that it tells two updates of one millisecond apart. */
function modified(engagement: Engagement, at: number, contexts: readonly EngagementContext[]): Engagement {
  const modifiedAt = Math.max(at, Math.floor(engagement.modifiedAt) + 1);
  return { ...engagement, modifiedAt, modifiedBy: OWN_ACCOUNT, contexts };
}

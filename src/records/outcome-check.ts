/**
 * The outcome check: after a conflict, and before a retry, it shows if the work of a start is already done. The
 * decisions are pure.
 */
import type { ContextType, Engagement, Invitation, Opportunity } from '../partner-central/model/record-types.js';
import type { CompletedTask } from '../partner-central/completed-tasks.js';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { Found, Records } from './records.js';

/**
 * The result of the check, and its evidence in a sentence for people. `done` needs proof. `unclear` is a state that
 * this start or another one may have caused.
 */
export type OutcomeCheck = {
  readonly type: 'done' | 'not-done' | 'unclear';
  readonly message: string;
  /** Set if the record can never be used again, so that only a start with other input can succeed. */
  readonly needsOtherInput?: true;
};

/**
 * Null when AWS could not be asked, or when its answer says nothing about the outcome.
 * @param maxAgeMs maximum age of a cached answer
 */
export async function checkOutcome(
  records: Records,
  input: TaskInput,
  maxAgeMs?: number,
): Promise<OutcomeCheck | null> {
  const { catalog, identifier } = input;
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return decided(await records.opportunity(catalog, identifier, maxAgeMs), submissionOutcome);
    case 'OPPORTUNITY_FROM_ENGAGEMENT': {
      const { contextIdentifier } = input;
      const state = decided(await records.engagement(catalog, identifier, maxAgeMs), (engagement) =>
        conversionOutcome(engagement, contextIdentifier),
      );
      if (state?.type !== 'may-be-converted') return state;
      const task = await records.conversion(catalog, identifier, contextIdentifier);
      return task.type === 'found'
        ? done(`Context ${contextIdentifier} was converted${byTask(task.record)}, so there is nothing to try again.`)
        : unclear(state.message);
    }
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION': {
      const state = decided(await records.invitation(catalog, identifier, maxAgeMs), acceptanceOutcome);
      if (state?.type !== 'accepted') return state;
      const task = await records.acceptance(catalog, identifier);
      return task.type === 'found'
        ? done(`The invitation was accepted${byTask(task.record)}, so there is nothing to try again.`)
        : unclear(state.message);
    }
    default:
      return input satisfies never;
  }
}

function decided<T, D>(found: Found<T>, decide: (record: T) => D | null): D | null {
  return found.type === 'found' ? decide(found.record) : null;
}

const done = (message: string): OutcomeCheck => ({ type: 'done', message });
const notDone = (message: string): OutcomeCheck => ({ type: 'not-done', message });
const unusable = (message: string): OutcomeCheck => ({ ...notDone(message), needsOtherInput: true });
const unclear = (message: string): OutcomeCheck => ({ type: 'unclear', message });

function byTask({ taskId, opportunityId }: CompletedTask): string {
  const by = taskId === null ? '' : ` by the task ${taskId}`;
  return opportunityId === null ? by : `${by} and gave the opportunity ${opportunityId}`;
}

function submissionOutcome({ lifeCycle }: Opportunity): OutcomeCheck | null {
  const status = lifeCycle?.reviewStatus ?? null;
  switch (status) {
    case 'PENDING_SUBMISSION':
      return notDone('The opportunity is Pending Submission: it has not been submitted.');
    case 'SUBMITTED':
      return done('The opportunity is Submitted: it was submitted already, so there is nothing to try again.');
    case 'IN_REVIEW':
      return done('The opportunity is In Review: it was submitted already, so there is nothing to try again.');
    case 'APPROVED':
      // AWS's own referrals are Approved without a submission.
      return done('The opportunity is Approved; there is nothing to submit.');
    case 'ACTION_REQUIRED':
      return done(
        'The opportunity is Action Required: it was submitted already. Correct what AWS asks for, and AWS ' +
          'reviews it again.',
      );
    case 'REJECTED':
      return done(
        'The opportunity is Rejected: it was submitted already, and AWS turned it down. There is nothing to try again.',
      );
    case null:
      return null;
    default:
      return status satisfies never;
  }
}

/**
 * A conversion adds a customer project. An engagement can have several leads, and partners add customer projects of
 * their own, so a customer project alone proves nothing.
 */
function conversionOutcome(
  { contexts }: Engagement,
  contextIdentifier: string,
): OutcomeCheck | { readonly type: 'may-be-converted'; readonly message: string } | null {
  const context = contexts.find(({ id }) => id === contextIdentifier);
  const hasProject = contexts.some(({ type }) => type === 'CUSTOMER_PROJECT');
  if (context === undefined)
    return hasProject
      ? unclear(`The engagement has no context ${contextIdentifier}, but a customer project of unknown origin.`)
      : notDone(
          `The engagement has no context ${contextIdentifier} and no customer project: the lead has not been converted.`,
        );
  switch (context.type) {
    case null:
      return null;
    case 'CUSTOMER_PROJECT':
      return unclear(
        `Context ${contextIdentifier} is a customer project and no lead. It may come from a lead, or from a partner.`,
      );
    case 'PROSPECTING_RESULT':
    case 'LEAD': {
      const words = `Context ${contextIdentifier} is ${CONTEXT_WORDS[context.type]}`;
      if (!hasProject)
        return notDone(`${words}, and the engagement has no customer project: it has not been converted.`);
      const message =
        `${words}, and the engagement has a customer project, which may belong to another lead. AWS lists no completed ` +
        `task for this context: look for its opportunity first.`;
      return context.type === 'LEAD' ? { type: 'may-be-converted', message } : unclear(message);
    }
    default:
      return context.type satisfies never;
  }
}

const CONTEXT_WORDS: Readonly<Record<Exclude<ContextType, 'CUSTOMER_PROJECT'>, string>> = {
  LEAD: 'a lead still',
  PROSPECTING_RESULT: 'a prospecting result',
};

/** An invitation can be accepted without a task, and then no opportunity is created from it. */
function acceptanceOutcome({
  status,
}: Invitation): OutcomeCheck | { readonly type: 'accepted'; readonly message: string } | null {
  switch (status) {
    case 'PENDING':
      return notDone('The invitation is Pending: it has not been accepted.');
    case 'ACCEPTED':
      return {
        type: 'accepted',
        message:
          'The invitation is Accepted already, but AWS lists no completed task that accepted it. Look for the ' +
          'opportunity of its engagement first.',
      };
    case 'REJECTED':
      return unusable('The invitation is Rejected: it cannot be accepted any more. Ask the sender for a new one.');
    case 'EXPIRED':
      return unusable('The invitation is Expired: it cannot be accepted any more. Ask the sender for a new one.');
    case null:
      return null;
    default:
      return status satisfies never;
  }
}

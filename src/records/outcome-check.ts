/** Looks whether what a start wanted has been done already: after a conflict, and before somebody tries again. The decisions are pure. */
import type { ContextType, Engagement, Invitation, Opportunity } from '../partner-central/model/record-types.js';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { Found, Records } from './records.js';

/** Whether what a start wanted has been done already, as far as a look at AWS tells, and what was seen, in a sentence for people. */
export type Finding = { readonly type: 'done' | 'not-done'; readonly message: string };

/**
 * Null when AWS could not be asked, or its answer does not tell.
 * @param maxAgeMs an answer that was asked for longer ago does not count
 */
export async function lookAt(records: Records, input: TaskInput, maxAgeMs?: number): Promise<Finding | null> {
  const { catalog, identifier } = input;
  switch (input.kind) {
    case 'ENGAGEMENT_FROM_OPPORTUNITY':
      return told(await records.opportunity(catalog, identifier, maxAgeMs), submissionFinding);
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return told(await records.engagement(catalog, identifier, maxAgeMs), (engagement) =>
        conversionFinding(engagement, input.contextIdentifier),
      );
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return told(await records.invitation(catalog, identifier, maxAgeMs), acceptanceFinding);
    default:
      return input satisfies never;
  }
}

function told<T>(found: Found<T>, decide: (record: T) => Finding | null): Finding | null {
  return found.type === 'found' ? decide(found.record) : null;
}

const done = (message: string): Finding => ({ type: 'done', message });
const notDone = (message: string): Finding => ({ type: 'not-done', message });

function submissionFinding({ lifeCycle }: Opportunity): Finding | null {
  const status = lifeCycle?.reviewStatus ?? null;
  switch (status) {
    case 'PENDING_SUBMISSION':
      return notDone('The opportunity is Pending Submission: it has not been submitted.');
    case 'SUBMITTED':
      return done('The opportunity is Submitted: it was submitted already, so there is nothing to try again.');
    case 'IN_REVIEW':
      return done('The opportunity is In Review: it was submitted already, so there is nothing to try again.');
    case 'APPROVED':
      return done('The opportunity is Approved: it was submitted already, so there is nothing to try again.');
    case 'ACTION_REQUIRED':
      return done(
        'The opportunity is Action Required: it was submitted already. Correct what AWS asks for in Partner Central, and AWS reviews it again.',
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

/** A conversion adds a customer project to the engagement: one that is there is the work of this start or of an earlier one. */
function conversionFinding({ contexts }: Engagement, contextIdentifier: string): Finding | null {
  const context = contexts.find(({ id }) => id === contextIdentifier);
  if (context?.type === 'CUSTOMER_PROJECT')
    return done(
      `Context ${contextIdentifier} is a customer project: it has an opportunity already, so there is nothing to try again.`,
    );
  if (contexts.some(({ type }) => type === 'CUSTOMER_PROJECT')) {
    return done(
      'The engagement has a customer project already: its lead was converted, so there is nothing to try again.',
    );
  }
  if (context === undefined)
    return notDone(
      `The engagement has no context ${contextIdentifier} and no customer project: the lead has not been converted.`,
    );
  return context.type === null
    ? null
    : notDone(
        `Context ${contextIdentifier} is ${CONTEXT_WORDS[context.type]}, and the engagement has no customer project: it has not been converted.`,
      );
}

const CONTEXT_WORDS: Readonly<Record<Exclude<ContextType, 'CUSTOMER_PROJECT'>, string>> = {
  LEAD: 'a lead still',
  PROSPECTING_RESULT: 'a prospecting result',
};

function acceptanceFinding({ status }: Invitation): Finding | null {
  switch (status) {
    case 'PENDING':
      return notDone('The invitation is Pending: it has not been accepted.');
    case 'ACCEPTED':
      return done('The invitation is Accepted already, so there is nothing to try again.');
    case 'REJECTED':
      return notDone('The invitation is Rejected: it cannot be accepted any more. Ask the sender for a new one.');
    case 'EXPIRED':
      return notDone('The invitation is Expired: it cannot be accepted any more. Ask the sender for a new one.');
    case null:
      return null;
    default:
      return status satisfies never;
  }
}

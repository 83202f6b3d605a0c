/**
 * The outcome check: after a conflict, and before a retry, it shows if the work of a start is already done. The
 * decisions are pure.
 */
import type { ContextType, Engagement, Invitation, Opportunity } from '../partner-central/model/record-types.js';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { Found, Records } from './records.js';

/** The result of the check, and its evidence in a sentence for people. */
export type OutcomeCheck = { readonly type: 'done' | 'not-done'; readonly message: string };

/**
 * Null when AWS could not be asked, or when its answer does not show the outcome.
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
    case 'OPPORTUNITY_FROM_ENGAGEMENT':
      return decided(await records.engagement(catalog, identifier, maxAgeMs), (engagement) =>
        conversionOutcome(engagement, input.contextIdentifier),
      );
    case 'ENGAGEMENT_BY_ACCEPTING_INVITATION':
      return decided(await records.invitation(catalog, identifier, maxAgeMs), acceptanceOutcome);
    default:
      return input satisfies never;
  }
}

function decided<T>(found: Found<T>, decide: (record: T) => OutcomeCheck | null): OutcomeCheck | null {
  return found.type === 'found' ? decide(found.record) : null;
}

const done = (message: string): OutcomeCheck => ({ type: 'done', message });
const notDone = (message: string): OutcomeCheck => ({ type: 'not-done', message });

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
      return done('The opportunity is Approved: it was submitted already, so there is nothing to try again.');
    case 'ACTION_REQUIRED':
      return done(
        'The opportunity is Action Required: it was submitted already. Correct what AWS asks for in Partner ' +
          'Central, and AWS reviews it again.',
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
 * A conversion adds a customer project to the engagement. An existing one is the work of this start or of an earlier
 * one.
 */
function conversionOutcome({ contexts }: Engagement, contextIdentifier: string): OutcomeCheck | null {
  const context = contexts.find(({ id }) => id === contextIdentifier);
  if (context?.type === 'CUSTOMER_PROJECT')
    return done(
      `Context ${contextIdentifier} is a customer project: it has an opportunity already, so there is nothing to ` +
        `try again.`,
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
        `Context ${contextIdentifier} is ${CONTEXT_WORDS[context.type]}, and the engagement has no customer ` +
          `project: it has not been converted.`,
      );
}

const CONTEXT_WORDS: Readonly<Record<Exclude<ContextType, 'CUSTOMER_PROJECT'>, string>> = {
  LEAD: 'a lead still',
  PROSPECTING_RESULT: 'a prospecting result',
};

function acceptanceOutcome({ status }: Invitation): OutcomeCheck | null {
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

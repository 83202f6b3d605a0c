/**
 * AWS's review of a submitted opportunity. Its steps follow from the time alone; the real review takes hours or days.
 * The identifier decides how the first review ends. The review of a corrected opportunity ends Approved.
 */
import { SECOND } from '../../../runtime/clock.js';
import type { Service } from '../state/service.js';

type ReviewEnd = {
  readonly status: 'Approved' | 'Rejected' | 'Action Required';
  readonly comments?: string;
  readonly reason?: string;
};

export type Review = { readonly submittedAt: number; readonly end: ReviewEnd };

/** The status of a review at a moment, and the time since when it applies. */
type ReviewStep = { readonly status: string; readonly since: number };

export const APPROVAL: ReviewEnd = { status: 'Approved' };

const FIRST_ENDS: Readonly<Record<string, ReviewEnd>> = {
  O5000013: {
    status: 'Rejected',
    comments: 'The customer is managed by another partner, which submitted this opportunity before.',
    reason: 'Duplicate opportunity',
  },
  O5000014: {
    status: 'Action Required',
    comments: 'Please describe the problem of the customer in more detail, and check the website.',
    reason: 'Opportunity details are not sufficient',
  },
};

const IN_REVIEW_AFTER_MS = 10 * SECOND;
const ENDS_AFTER_MS = 40 * SECOND;

/** The first review of an opportunity. */
export function firstReview(opportunity: string, submittedAt: number): Review {
  return { submittedAt, end: FIRST_ENDS[opportunity] ?? APPROVAL };
}

export function reviewAt({ speed }: Service, { submittedAt, end }: Review, at: number): ReviewStep {
  const inReviewAt = submittedAt + IN_REVIEW_AFTER_MS / speed;
  const endedAt = submittedAt + ENDS_AFTER_MS / speed;
  if (at >= endedAt) return { status: end.status, since: endedAt };
  return at >= inReviewAt ? { status: 'In review', since: inReviewAt } : { status: 'Submitted', since: submittedAt };
}

/**
 * AWS's review of a submitted opportunity. Its steps follow from the time alone; the real review takes hours or days.
 */
import { SECOND } from '../../../runtime/clock.js';
import type { Service } from '../state/service.js';

const STEPS = [
  { afterMs: 0, status: 'Submitted' },
  { afterMs: 10 * SECOND, status: 'In review' },
  { afterMs: 40 * SECOND, status: 'Approved' },
] as const;

/** The status of the review at a moment, and the time since when it applies. */
export function reviewAt(
  { speed }: Service,
  submittedAt: number,
  at: number,
): { readonly status: string; readonly since: number } {
  const step = STEPS.findLast(({ afterMs }) => submittedAt + afterMs / speed <= at) ?? STEPS[0];
  return { status: step.status, since: submittedAt + step.afterMs / speed };
}

import type { Engagement, Opportunity } from '../partner-central/record-kinds.js';
import type { InvolvementType, Visibility } from '../partner-central/task-kind.js';
import type { Check } from './readiness.js';

type Facts = {
  readonly submission: { readonly involvementType: InvolvementType; readonly visibility: Visibility | null } | null;
  readonly engagement: Engagement | null;
};

export function submissionChecks(_opportunity: Opportunity, _facts: Facts, _now: number): Check[] {
  return [];
}

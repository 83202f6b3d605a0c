/** The warnings of the starts of this page, for the pages of their tasks. They are not kept elsewhere. */
import type { Check } from '../records/opportunity.js';

const warnings = new Map<string, readonly Check[]>();

export function keepWarnings(taskId: string, checks: readonly Check[]): void {
  if (checks.length > 0) warnings.set(taskId, checks);
}

export function warningsOf(taskId: string): readonly Check[] {
  return warnings.get(taskId) ?? [];
}

import type { Invitation } from '../partner-central/record-kinds.js';
import type { Check } from './readiness.js';

export function acceptanceChecks(_invitation: Invitation, _now: number): Check[] {
  return [];
}

import type { Engagement, EngagementContext } from '../partner-central/record-kinds.js';
import type { Check } from './readiness.js';

export function conversionChecks(_engagement: Engagement, _context: EngagementContext): Check[] {
  return [];
}

/** The values that AWS knows for the fields with one value of a list. A test compares them with AWS's model. */
export {
  CLOSED_LOST_REASONS,
  COMPETITORS,
  INDUSTRIES,
  MARKETING_SOURCES,
  OPPORTUNITY_TYPES,
  REVENUE_MODELS,
  YES_OR_NO,
} from '../../partner-central/facts/opportunity-values.js';

export const STAGES = [
  'PROSPECT',
  'QUALIFIED',
  'TECHNICAL_VALIDATION',
  'BUSINESS_VALIDATION',
  'COMMITTED',
  'LAUNCHED',
  'CLOSED_LOST',
];

/**
 * The values of the model's enums in the members of an opportunity. Countries and currencies are checked by their form
 * alone, because the model lists hundreds of them.
 */
import {
  CLOSED_LOST_REASONS,
  COMPETITORS,
  INDUSTRIES,
  MARKETING_SOURCES,
  OPPORTUNITY_TYPES,
  REVENUE_MODELS,
  YES_OR_NO as YES_OR_NO_VALUES,
} from '../../facts/opportunity-values.js';
import type { Rule } from '../protocol/validation.js';

export const INDUSTRY: Rule = { values: INDUSTRIES };
export const COMPETITOR: Rule = { values: COMPETITORS };
export const CHANNEL: Rule = {
  values: [
    'AWS Marketing Central',
    'Content Syndication',
    'Display',
    'Email',
    'Live Event',
    'Out Of Home (OOH)',
    'Print',
    'Search',
    'Social',
    'Telemarketing',
    'TV',
    'Video',
    'Virtual Event',
  ],
};
export const CLOSED_LOST_REASON: Rule = { values: CLOSED_LOST_REASONS };
export const STAGE: Rule = {
  values: [
    'Prospect',
    'Qualified',
    'Technical Validation',
    'Business Validation',
    'Committed',
    'Launched',
    'Closed Lost',
  ],
};
export const ORIGIN: Rule = { values: ['AWS Referral', 'Partner Referral'] };
export const REVIEW_STATUS: Rule = {
  values: ['Pending Submission', 'Submitted', 'In review', 'Approved', 'Rejected', 'Action Required'],
};
export const YES_OR_NO: Rule = { values: YES_OR_NO_VALUES };
export const NEED: Rule = {
  values: [
    'Co-Sell - Architectural Validation',
    'Co-Sell - Business Presentation',
    'Co-Sell - Competitive Information',
    'Co-Sell - Pricing Assistance',
    'Co-Sell - Technical Consultation',
    'Co-Sell - Total Cost of Ownership Evaluation',
    'Co-Sell - Deal Support',
    'Co-Sell - Support for Public Tender / RFx',
  ],
};
export const DELIVERY_MODEL: Rule = {
  values: ['SaaS or PaaS', 'BYOL or AMI', 'Managed Services', 'Professional Services', 'Resell', 'Other'],
};
export const SALES_ACTIVITY: Rule = {
  values: [
    'Initialized discussions with customer',
    'Customer has shown interest in solution',
    'Conducted POC / Demo',
    'In evaluation / planning stage',
    'Agreed on solution to Business Problem',
    'Completed Action Plan',
    'Finalized Deployment Need',
    'SOW Signed',
  ],
};
export const OPPORTUNITY_TYPE: Rule = { values: OPPORTUNITY_TYPES };
export const REVENUE_MODEL: Rule = { values: REVENUE_MODELS };
export const MARKETING_SOURCE: Rule = { values: MARKETING_SOURCES };
export const PARTITION: Rule = { values: ['aws-eusc'] };
export const TERM: Rule = { values: ['Months'] };
/** The model lists Monthly alone. Its text asks for None in an entry that carries a total contract value. */
export const FREQUENCY: Rule = { values: ['Monthly', 'None'] };

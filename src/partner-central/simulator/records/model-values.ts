/**
 * The values of the model's enums in the members of an opportunity. Countries and currencies are checked by their form
 * alone, because the model lists hundreds of them.
 */
import type { Rule } from '../protocol/validation.js';

export const INDUSTRY: Rule = {
  values: [
    'Aerospace',
    'Agriculture',
    'Automotive',
    'Computers and Electronics',
    'Consumer Goods',
    'Education',
    'Energy - Oil and Gas',
    'Energy - Power and Utilities',
    'Financial Services',
    'Gaming',
    'Government',
    'Healthcare',
    'Hospitality',
    'Life Sciences',
    'Manufacturing',
    'Marketing and Advertising',
    'Media and Entertainment',
    'Mining',
    'Non-Profit Organization',
    'Professional Services',
    'Real Estate and Construction',
    'Retail',
    'Software and Internet',
    'Telecommunications',
    'Transportation and Logistics',
    'Travel',
    'Wholesale and Distribution',
    'Other',
  ],
};
export const COMPETITOR: Rule = {
  values: [
    'Oracle Cloud',
    'On-Prem',
    'Co-location',
    'Akamai',
    'AliCloud',
    'Google Cloud Platform',
    'IBM Softlayer',
    'Microsoft Azure',
    'Other- Cost Optimization',
    'No Competition',
    '*Other',
  ],
};
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
export const CLOSED_LOST_REASON: Rule = {
  values: [
    'Customer Deficiency',
    'Delay / Cancellation of Project',
    'Legal / Tax / Regulatory',
    'Lost to Competitor - Google',
    'Lost to Competitor - Microsoft',
    'Lost to Competitor - SoftLayer',
    'Lost to Competitor - VMWare',
    'Lost to Competitor - Other',
    'No Opportunity',
    'On Premises Deployment',
    'Partner Gap',
    'Price',
    'Security / Compliance',
    'Technical Limitations',
    'Customer Experience',
    'Other',
    'People/Relationship/Governance',
    'Product/Technology',
    'Financial/Commercial',
  ],
};
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
export const YES_OR_NO: Rule = { values: ['Yes', 'No'] };
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
export const OPPORTUNITY_TYPE: Rule = { values: ['Net New Business', 'Flat Renewal', 'Expansion'] };
export const REVENUE_MODEL: Rule = { values: ['Contract', 'Pay-as-you-go', 'Subscription'] };
export const MARKETING_SOURCE: Rule = { values: ['Marketing Activity', 'None'] };
export const PARTITION: Rule = { values: ['aws-eusc'] };
export const TERM: Rule = { values: ['Months'] };
/** The model lists Monthly alone. Its text asks for None in an entry that carries a total contract value. */
export const FREQUENCY: Rule = { values: ['Monthly', 'None'] };

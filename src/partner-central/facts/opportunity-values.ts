/** The values of the model's enums in the members of an opportunity, in the order of the model. */
export const INDUSTRIES = [
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
];

export const COMPETITORS = [
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
];

export const CLOSED_LOST_REASONS = [
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
];

export const OPPORTUNITY_TYPES = ['Net New Business', 'Flat Renewal', 'Expansion'];

export const MARKETING_SOURCES = ['Marketing Activity', 'None'];

export const REVENUE_MODELS = ['Contract', 'Pay-as-you-go', 'Subscription'];

export const YES_OR_NO = ['Yes', 'No'];

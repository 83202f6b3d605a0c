/** The fields of the form of a lead. They cover every member of `LeadPatch`. */
import type { TextField } from './fields.js';

export const LEAD_FIELDS: readonly TextField[] = [
  {
    path: 'qualificationStatus',
    label: 'Qualification',
    kind: 'text',
    hint: 'Qualified, Unqualified, Disqualified or your own words.',
  },
  { path: 'customer.companyName', label: 'Company', kind: 'text' },
  { path: 'customer.industry', label: 'Industry', kind: 'text' },
  { path: 'customer.websiteUrl', label: 'Web site', kind: 'text' },
  { path: 'customer.marketSegment', label: 'Market segment', kind: 'text', hint: 'For example Enterprise.' },
  { path: 'customer.awsMaturity', label: 'Present use of AWS', kind: 'text' },
  { path: 'customer.address.countryCode', label: 'Country', kind: 'text', hint: 'Two letters, for example US.' },
  { path: 'customer.address.stateOrRegion', label: 'State or region', kind: 'text' },
  { path: 'customer.address.postalCode', label: 'Postal code', kind: 'text' },
  { path: 'customer.address.city', label: 'City', kind: 'text' },
];

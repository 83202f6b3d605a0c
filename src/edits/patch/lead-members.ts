/** The members of a lead that UpdateEngagementContext takes and a partner sets. */
import type { Address, Lead, ProspectiveCustomer } from '../../partner-central/model/record-types.js';
import type { LeadUpdate } from '../../partner-central/raw-operations.js';
import { structure, text, type MembersOf, type PatchOf } from './members.js';
import { length } from './text-checks.js';

type EditableLead = Pick<Lead, 'qualificationStatus'> & {
  readonly customer: ProspectiveCustomer & { readonly address: Omit<Address, 'streetAddress'> | null };
};

/** AWS keeps the interactions, and rates the readiness of the lead. */
export type LeadPatch = PatchOf<EditableLead>;

const REQUIRED = { required: true };

export const LEAD_MEMBERS = {
  qualificationStatus: text('QualificationStatus', length(1, 255)),
  customer: structure(
    'Customer',
    {
      companyName: text('CompanyName', length(1, 120), REQUIRED),
      industry: text('Industry', length(0, 255)),
      websiteUrl: text('WebsiteUrl', length(0, 255)),
      awsMaturity: text('AwsMaturity', length(0, 255)),
      marketSegment: text('MarketSegment', length(0, 255)),
      address: structure('Address', {
        city: text('City', length(0, 255)),
        postalCode: text('PostalCode', length(0, 20)),
        stateOrRegion: text('StateOrRegion', length(0, 255)),
        countryCode: text('CountryCode', length(0, 10)),
      }),
    },
    REQUIRED,
  ),
} as const satisfies MembersOf<LeadPatch, LeadUpdate>;

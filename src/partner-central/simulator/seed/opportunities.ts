/**
 * The opportunities of the world, the same in both catalogs: a dozen invented ones in every state that a seller meets, and any
 * other as it is believable. Dates that must lie ahead are counted from a moment that is given; all others stand still.
 */
import { DAY } from '../../../runtime/clock.js';
import { arnOf, digest } from '../records/record-identifiers.js';
import type { Opportunity, OpportunityMembers } from '../records/opportunity-members.js';

export type Company = {
  readonly name: string;
  readonly industry: string;
  readonly city: string;
  readonly postalCode: string;
  readonly state: string | undefined;
  readonly country: string;
  readonly project: string;
  readonly problem: string;
  /** Of nobody, by RFC 2606. */
  readonly domain: string;
};

const COMPANIES: readonly Company[] = [
  company(
    'Marlow Freight',
    'Transportation and Logistics',
    'Portland',
    '97205',
    'Oregon',
    'US',
    'Route planning in the cloud',
    'Dispatchers plan four hundred trucks by hand and miss delivery windows.',
  ),
  company(
    'Halden Fjord Seafood',
    'Consumer Goods',
    'Halden',
    '1767',
    undefined,
    'NO',
    'Cold chain monitoring',
    'Temperatures along the cold chain are written on paper and found too late.',
  ),
  company(
    'Brightwell Clinics',
    'Healthcare',
    'Columbus',
    '43215',
    'Ohio',
    'US',
    'Patient portal',
    'Patients book by telephone only, and one call in three is never answered.',
  ),
  company(
    'Tessellate Interiors',
    'Retail',
    'Manchester',
    'M2 5DB',
    undefined,
    'GB',
    'Showroom to web shop',
    'Showroom stock and web shop disagree, so that sold pieces are sold again.',
  ),
  company(
    'Cobalt Ridge Mining',
    'Mining',
    'Tucson',
    '85701',
    'Arizona',
    'US',
    'Haul road safety',
    'Near misses on haul roads are reported weekly instead of as they happen.',
  ),
  company(
    'Orchard & Pine Bank',
    'Financial Services',
    'Toronto',
    'M5H 2N2',
    'Ontario',
    'CA',
    'Loan decision service',
    'A loan decision takes nine days because files travel between branches.',
  ),
  company(
    'Lumen Valley Energy',
    'Energy - Power and Utilities',
    'Denver',
    '80202',
    'Colorado',
    'US',
    'Meter data platform',
    'Meter readings come in once a day and cannot show an outage in time.',
  ),
  company(
    'Quayside Studios',
    'Media and Entertainment',
    'Bristol',
    'BS1 5TY',
    undefined,
    'GB',
    'Rendering on demand',
    'Render farms stand idle for weeks and are too small before each deadline.',
  ),
  company(
    'Ferrum Castings',
    'Manufacturing',
    'Pittsburgh',
    '15222',
    'Pennsylvania',
    'US',
    'Predictive maintenance',
    'Furnaces fail without warning, and each failure stops the line for a day.',
  ),
  company(
    'Saltmarsh University',
    'Education',
    'Norwich',
    'NR1 3JU',
    undefined,
    'GB',
    'Research data archive',
    'Research groups keep their data on single disks that fail every term.',
  ),
  company(
    'Nimbus Parcel',
    'Wholesale and Distribution',
    'Rotterdam',
    '3011',
    undefined,
    'NL',
    'Sorting centre twin',
    'Nobody can tell beforehand what a new sorting plan does to the peaks.',
  ),
  company(
    'Verdant Acres',
    'Agriculture',
    'Fresno',
    '93721',
    'California',
    'US',
    'Irrigation forecasts',
    'Fields are watered by the calendar, which wastes a third of the water.',
  ),
];

const SOLUTION = 'S-0050001';

/** What is different about each of the dozen; those without an entry are complete and wait for their submission. */
const DIFFERENCES: Readonly<Record<string, (members: OpportunityMembers, asOf: number) => OpportunityMembers>> = {
  O5000003: (members) => ({ ...members, Project: { ...members.Project, SalesActivities: undefined } }),
  O5000004: (members, asOf) => ({
    ...members,
    LifeCycle: { ...members.LifeCycle, TargetCloseDate: dateOf(asOf - 30 * DAY) },
  }),
  O5000005: (members) => ({
    ...members,
    Customer: {
      ...members.Customer,
      Account: {
        ...members.Customer?.Account,
        Address: { ...members.Customer?.Account?.Address, StateOrRegion: undefined },
      },
    },
  }),
  O5000006: (members) => ({ ...reviewed(members, undefined), PartnerOpportunityIdentifier: undefined }),
  O5000007: (members) => reviewed(members, 'Submitted'),
  O5000008: (members) => reviewed(members, 'In review'),
  O5000009: (members) => reviewed(members, 'Approved'),
  O5000010: (members) => ({
    ...members,
    LifeCycle: {
      ...members.LifeCycle,
      ReviewStatus: 'Action Required',
      ReviewComments: 'Please say which AWS services the archive will use, and correct the contact of the customer.',
      ReviewStatusReason: 'Opportunity details are not sufficient',
    },
  }),
  O5000011: (members) => ({
    ...members,
    LifeCycle: {
      ...members.LifeCycle,
      ReviewStatus: 'Rejected',
      ReviewComments: 'This opportunity was submitted by another partner already.',
      ReviewStatusReason: 'Duplicate opportunity',
    },
  }),
  // It fails because it was submitted before.
  O2000014: (members) => reviewed(members, 'Submitted'),
  O5000012: (members) => ({
    ...members,
    LifeCycle: { ...members.LifeCycle, Stage: 'Launched', ReviewStatus: 'Approved' },
  }),
};
const WITHOUT_SOLUTION = 'O5000002';

const FIRST = 5_000_001;
const IN_WORLD: ReadonlySet<string> = new Set(COMPANIES.map((_, index) => `O${FIRST + index}`));

export const WORLD_OPPORTUNITIES: readonly string[] = [...IN_WORLD];

export function isWorldOpportunity(id: string): boolean {
  return IN_WORLD.has(id);
}

/** As it was before anybody touched it. */
export function originalOpportunity(catalog: string, id: string, asOf: number): Opportunity {
  const complete = membersOf(id, asOf);
  const createdAt = Date.UTC(2025, 9, 1 + numberOf(id), 9, 30);
  return {
    Id: id,
    Arn: arnOf('opportunity', catalog, id),
    CreatedDate: new Date(createdAt).toISOString(),
    LastModifiedDate: new Date(createdAt + 14 * DAY).toISOString(),
    RelatedEntityIdentifiers: { Solutions: id === WITHOUT_SOLUTION ? [] : [SOLUTION] },
    ...(DIFFERENCES[id]?.(complete, asOf) ?? complete),
  };
}

/** What a task makes out of a lead: little more than a name. */
export function draftOpportunity(
  catalog: string,
  id: string,
  at: number,
  customer: OpportunityMembers['Customer'],
): Opportunity {
  return {
    ...created(catalog, id, at),
    Customer: customer,
    Project: { Title: 'Converted from Lead' },
    LifeCycle: { Stage: 'Prospect', ReviewStatus: 'Pending Submission', TargetCloseDate: dateOf(at + 90 * DAY) },
  };
}

/** What a task makes out of another account's opportunity: complete, and reviewed before it came. */
export function sharedOpportunity(catalog: string, id: string, at: number, invitation: string): Opportunity {
  return {
    ...created(catalog, id, at),
    ...reviewed({ ...membersOf(invitation, at), PartnerOpportunityIdentifier: undefined }, 'Approved'),
  };
}

export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Whose business an identifier of any kind is about. */
export function companyOf(id: string): Company {
  const company = COMPANIES[numberOf(id)];
  if (company === undefined) throw new Error(`There is no company for ${id}.`);
  return company;
}

function numberOf(id: string): number {
  return IN_WORLD.has(id) ? Number(id.slice(1)) - FIRST : Number(digest(id) % BigInt(COMPANIES.length));
}

function membersOf(id: string, asOf: number): OpportunityMembers {
  const { name, industry, city, postalCode, state, country, project, problem, domain } = companyOf(id);
  return {
    PartnerOpportunityIdentifier: `CRM-${id.slice(-4)}`,
    OpportunityType: 'Net New Business',
    PrimaryNeedsFromAws: ['Co-Sell - Architectural Validation'],
    NationalSecurity: 'No',
    Customer: {
      Account: {
        CompanyName: name,
        Industry: industry,
        WebsiteUrl: `https://www.${domain}`,
        Address: {
          City: city,
          PostalCode: postalCode,
          StateOrRegion: state,
          CountryCode: country,
          StreetAddress: undefined,
        },
      },
      Contacts: [
        {
          FirstName: 'Robin',
          LastName: 'Sample',
          Email: `robin.sample@${domain}`,
          BusinessTitle: 'Head of Operations',
          Phone: '+15550100',
        },
      ],
    },
    Project: {
      Title: project,
      CustomerBusinessProblem: problem,
      CustomerUseCase: 'Business Applications & Contact Center',
      DeliveryModels: ['SaaS or PaaS'],
      SalesActivities: ['Initialized discussions with customer', 'Customer has shown interest in solution'],
      ExpectedCustomerSpend: [
        {
          Amount: '4200.00',
          CurrencyCode: 'USD',
          Frequency: 'Monthly',
          TargetCompany: 'AWS',
          EstimationUrl: undefined,
        },
      ],
      CompetitorName: 'On-Prem',
    },
    Marketing: { Source: 'None', AwsFundingUsed: 'No' },
    LifeCycle: {
      Stage: 'Qualified',
      ReviewStatus: 'Pending Submission',
      TargetCloseDate: dateOf(asOf + 60 * DAY),
      NextSteps: 'Agree on the scope of a first pilot.',
    },
  };
}

function reviewed(members: OpportunityMembers, status: string | undefined): OpportunityMembers {
  return { ...members, LifeCycle: { ...members.LifeCycle, ReviewStatus: status } };
}

function created(catalog: string, id: string, at: number) {
  const time = new Date(at).toISOString();
  return {
    Id: id,
    Arn: arnOf('opportunity', catalog, id),
    CreatedDate: time,
    LastModifiedDate: time,
    RelatedEntityIdentifiers: {},
  };
}

function company(
  name: string,
  industry: string,
  city: string,
  postalCode: string,
  state: string | undefined,
  country: string,
  project: string,
  problem: string,
): Company {
  const domain = `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example.com`;
  return { name, industry, city, postalCode, state, country, project, problem, domain };
}

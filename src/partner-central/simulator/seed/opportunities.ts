/**
 * The seed opportunities, equal in both catalogs. They cover the states that a seller meets. Any other
 * identifier has a complete opportunity that is not submitted. Dates that must be in the future are relative to a given
 * moment; all others are fixed.
 */
import { DAY } from '../../../runtime/clock.js';
import { arnOf, digest } from '../records/record-identifiers.js';
import type { Opportunity, OpportunityMembers } from '../records/opportunity-members.js';
import type { Lead } from '../records/lead-members.js';
import { COMPANIES, type Company } from './companies.js';

const SOLUTION = 'S-0050001';

/** The companies that identifiers outside the seed share. More companies in the seed must not change theirs. */
const SHARED_COMPANIES = 12n;

/**
 * The changes that make each seed opportunity different. An opportunity without an entry is complete and not submitted.
 */
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
      ReviewComments: 'Please describe the problem of the customer in more detail, and correct the address.',
      ReviewStatusReason: 'Opportunity details are not sufficient',
    },
  }),
  O5000011: (members) => ({
    ...members,
    LifeCycle: {
      ...members.LifeCycle,
      ReviewStatus: 'Rejected',
      ReviewComments: 'This opportunity was already submitted by another partner.',
      ReviewStatusReason: 'Duplicate opportunity',
    },
  }),
  // The scenario of this sample fails because the opportunity was already submitted.
  O2000014: (members) => reviewed(members, 'Submitted'),
  O5000012: (members) => ({
    ...members,
    LifeCycle: { ...members.LifeCycle, Stage: 'Launched', ReviewStatus: 'Approved' },
  }),
};
const WITHOUT_SOLUTION = 'O5000002';

const FIRST = 5_000_001;
const SEED_IDS: ReadonlySet<string> = new Set(COMPANIES.map((_, index) => `O${FIRST + index}`));

export const SEED_OPPORTUNITIES: readonly string[] = [...SEED_IDS];

export function isSeedOpportunity(id: string): boolean {
  return SEED_IDS.has(id);
}

/** The opportunity before any accepted request. */
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

/** The draft that a task creates from a lead, with the members of AWS's published run. */
export function draftOpportunity(catalog: string, id: string, at: number, lead: Lead | undefined): Opportunity {
  return {
    ...newOpportunity(catalog, id, at),
    NationalSecurity: 'No',
    OpportunityType: 'Net New Business',
    Customer: lead === undefined ? undefined : customerOf(lead),
    Project: {
      Title: 'Converted from Lead',
      ExpectedCustomerSpend: [],
      CustomerBusinessProblem: lead?.Interactions.findLast(({ BusinessProblem }) => BusinessProblem)?.BusinessProblem,
    },
    Marketing: { Source: 'None' },
    LifeCycle: { Stage: 'Prospect', ReviewStatus: 'Pending Submission', TargetCloseDate: dateOf(at + 90 * DAY) },
  };
}

/** The draft takes over the country of the address alone. */
function customerOf({ Customer }: Lead): OpportunityMembers['Customer'] {
  const { CompanyName, Industry, WebsiteUrl, Address } = Customer;
  return {
    Account: { CompanyName, Industry, WebsiteUrl, Address: { CountryCode: Address?.CountryCode } },
    Contacts: [],
  };
}

/** The opportunity that a task creates from another account's opportunity: complete and already approved. */
export function sharedOpportunity(catalog: string, id: string, at: number, invitation: string): Opportunity {
  return {
    ...newOpportunity(catalog, id, at),
    ...reviewed({ ...membersOf(invitation, at), PartnerOpportunityIdentifier: undefined }, 'Approved'),
  };
}

export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The company of an identifier of any kind. */
export function companyOf(id: string): Company {
  const company = COMPANIES[numberOf(id)];
  if (company === undefined) throw new Error(`There is no company for ${id}.`);
  return company;
}

function numberOf(id: string): number {
  return SEED_IDS.has(id) ? Number(id.slice(1)) - FIRST : Number(digest(id) % SHARED_COMPANIES);
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

/** The members that AWS gives a new opportunity. */
export function newOpportunity(catalog: string, id: string, at: number) {
  const time = new Date(at).toISOString();
  return {
    Id: id,
    Arn: arnOf('opportunity', catalog, id),
    CreatedDate: time,
    LastModifiedDate: time,
    RelatedEntityIdentifiers: {},
  };
}

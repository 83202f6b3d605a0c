/**
 * The seed engagements, equal in both catalogs. Any other identifier has an engagement with a qualified lead.
 * Completion dates of projects are relative to a given moment; all other dates are fixed.
 */
import { DAY, MINUTE } from '../../../runtime/clock.js';
import type { CustomerProject, Lead } from '../records/lead-members.js';
import { OWN_ACCOUNT, letters } from '../records/record-identifiers.js';
import { companyOf, dateOf } from './opportunities.js';

export const AWS_ACCOUNT = '210987654321';
export const OTHER_PARTNER = '345678901234';

export type EngagementContext = { readonly Id: string } & (
  | { readonly Type: 'Lead'; readonly Payload: { readonly Lead: Lead } }
  | { readonly Type: 'CustomerProject'; readonly Payload: { readonly CustomerProject: CustomerProject } }
  | { readonly Type: 'ProspectingResult'; readonly Payload: { readonly ProspectingResult: object } }
);

export type Engagement = {
  readonly title: string;
  readonly description: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  readonly contexts: readonly EngagementContext[];
  /** The account becomes a member when this invitation is accepted. */
  readonly invitation?: string;
};

/** The seed opportunities that were submitted before any request. */
export const SUBMITTED_SEED_OPPORTUNITIES = [
  'O5000007',
  'O5000008',
  'O5000009',
  'O5000010',
  'O5000011',
  'O5000012',
] as const;

type Contexts = (id: string, asOf: number) => readonly EngagementContext[];

const SEED: Readonly<
  Record<string, { readonly contexts: Contexts; readonly createdBy?: string; readonly invitation?: string }>
> = {
  'eng-leadqualified1': { contexts: (id) => [leadOf('1', id, 'Qualified')], createdBy: AWS_ACCOUNT },
  'eng-leaddisqualif1': { contexts: (id) => [leadOf('1', id, 'Disqualified')], createdBy: AWS_ACCOUNT },
  'eng-fivecontexts01': {
    contexts: (id, asOf) => [
      leadOf('1', id, 'Qualified'),
      prospectingOf('2', id),
      ...['3', '4', '5'].map((n) => projectOf(n, id, asOf)),
    ],
    createdBy: AWS_ACCOUNT,
  },
  'eng-leadnotjoined1': {
    contexts: (id) => [leadOf('1', id, 'Unqualified')],
    createdBy: AWS_ACCOUNT,
    invitation: 'engi-leadpending01',
  },
  'eng-sharedproject1': {
    contexts: (id, asOf) => [projectOf('1', id, asOf)],
    createdBy: OTHER_PARTNER,
    invitation: 'engi-opportunity01',
  },
  'eng-tooold00000001': {
    contexts: (id, asOf) => [projectOf('1', id, asOf)],
    createdBy: OTHER_PARTNER,
    invitation: 'engi-expired000001',
  },
  'eng-turneddown0001': {
    contexts: (id, asOf) => [projectOf('1', id, asOf)],
    createdBy: OTHER_PARTNER,
    invitation: 'engi-rejected00001',
  },
  ...Object.fromEntries(
    SUBMITTED_SEED_OPPORTUNITIES.map((opportunity) => [
      engagementOfSubmitted(opportunity),
      { contexts: (_: string, asOf: number) => [projectOf('1', opportunity, asOf)] },
    ]),
  ),
};

export const SEED_ENGAGEMENTS: readonly string[] = Object.keys(SEED);

/** The engagement of a submitted seed opportunity. */
export function engagementOfSubmitted(opportunity: string): string {
  return `eng-project${opportunity.slice(1)}`;
}

export function isSeedEngagement(id: string): boolean {
  return Object.hasOwn(SEED, id);
}

/** The engagement that an invitation leads to. */
export function engagementOfInvitation(catalog: string, invitation: string): string {
  const known = Object.entries(SEED).find(([, engagement]) => engagement.invitation === invitation);
  return known?.[0] ?? `eng-${letters(14, catalog, invitation)}`;
}

/** The engagement before any accepted request. */
export function originalEngagement(id: string, asOf: number): Engagement {
  const {
    contexts,
    createdBy = OWN_ACCOUNT,
    invitation,
  } = SEED[id] ?? { contexts: sampleContexts, createdBy: AWS_ACCOUNT };
  const createdAt = Date.UTC(2025, 10, 3, 14);
  return {
    ...engagementAbout(id, createdAt, createdBy, contexts(id, asOf)),
    ...(invitation === undefined ? {} : { invitation }),
  };
}

export function engagementAbout(
  subject: string,
  at: number,
  createdBy: string,
  contexts: readonly EngagementContext[],
): Engagement {
  const { name, project } = companyOf(subject);
  return {
    title: project,
    description: `${project} for ${name}`,
    createdAt: at,
    createdBy,
    modifiedAt: at,
    modifiedBy: createdBy,
    contexts,
  };
}

/** The context that a task adds. `subject` is the identifier that chooses the company. */
export function projectOf(id: string, subject: string, asOf: number): EngagementContext {
  const { name, industry, country, domain, project, problem } = companyOf(subject);
  return {
    Id: id,
    Type: 'CustomerProject',
    Payload: {
      CustomerProject: {
        Customer: { CompanyName: name, Industry: industry, WebsiteUrl: `https://www.${domain}`, CountryCode: country },
        Project: { Title: project, BusinessProblem: problem, TargetCompletionDate: dateOf(asOf + 60 * DAY) },
      },
    },
  };
}

/** The contexts match the scenario of the identifier: no context "1", a project, or a disqualified lead. */
function sampleContexts(id: string, asOf: number): readonly EngagementContext[] {
  switch (id) {
    case 'eng-contextmissing':
      return [leadOf('2', id, 'Qualified')];
    case 'eng-alreadyproject':
      return [projectOf('1', id, asOf)];
    case 'eng-disqualified01':
      return [leadOf('1', id, 'Disqualified')];
    default:
      return [leadOf('1', id, 'Qualified')];
  }
}

function leadOf(id: string, subject: string, status: string): EngagementContext {
  const { name, industry, city, postalCode, state, country, domain, problem } = companyOf(subject);
  return {
    Id: id,
    Type: 'Lead',
    Payload: {
      Lead: {
        QualificationStatus: status,
        Customer: {
          CompanyName: name,
          Industry: industry,
          WebsiteUrl: `https://www.${domain}`,
          Address: { City: city, PostalCode: postalCode, StateOrRegion: state, CountryCode: country },
          AwsMaturity: 'Evaluating',
          MarketSegment: 'SMB',
        },
        Interactions: [
          {
            SourceType: 'Event',
            SourceId: undefined,
            SourceName: 'Industry day',
            Usecase: 'Business Applications & Contact Center',
            InteractionDate: new Date(Date.UTC(2025, 9, 28, 10)).toISOString(),
            CustomerAction: 'Asked for a meeting',
            BusinessProblem: problem,
            Contact: {
              FirstName: 'Kim',
              LastName: 'Sample',
              Email: `kim.sample@${domain}`,
              BusinessTitle: 'Head of IT',
              Phone: '+15550101',
            },
          },
        ],
        Insights: { LeadReadinessScore: 'High' },
      },
    },
  };
}

function prospectingOf(id: string, subject: string): EngagementContext {
  const startedAt = Date.UTC(2025, 10, 3, 13);
  const taskId = `task-${letters(14, 'prospecting', subject)}`;
  const Aws = {
    ...prospectOf(subject),
    StartTime: new Date(startedAt).toISOString(),
    EndTime: new Date(startedAt + 5 * MINUTE).toISOString(),
    TaskId: taskId,
    TaskArn: `arn:aws:partnercentral:us-east-1::catalog/AWS/prospecting-from-engagement-task/${taskId}`,
    TaskName: 'Autumn prospects',
  };
  return { Id: id, Type: 'ProspectingResult', Payload: { ProspectingResult: { Aws } } };
}

/** AWS's findings about the company of an identifier. */
export function prospectOf(subject: string): object {
  const { name, industry, country } = companyOf(subject);
  return {
    Customer: {
      AccountName: name,
      Geo: 'AMER',
      Region: 'North America',
      SubRegion: 'Midwest',
      Country: country,
      Industry: industry,
      SubIndustry: 'Operations',
      Segment: 'SMB',
      CompanySize: '500-999',
      EligiblePrograms: ['Greenfield'],
      PublicProfileSummary: `${name} publishes little about its use of the cloud.`,
    },
    Insights: {
      MarketplaceEngagementScore: 'Medium',
      SolutionScore: 'High',
      SolutionCategory: 'Business Applications',
      SolutionSubCategory: 'Planning',
    },
  };
}

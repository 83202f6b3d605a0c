/**
 * The seed invitations, equal in both catalogs. Any other identifier has a pending invitation to another partner's
 * opportunity. Dates are relative to a given moment, because an invitation is valid for 15 days only.
 */
import { DAY } from '../../../runtime/clock.js';
import { OWN_ACCOUNT } from '../records/record-identifiers.js';
import {
  AWS_ACCOUNT,
  OTHER_PARTNER,
  engagementOfInvitation,
  engagementOfSubmitted,
  prospectOf,
} from './engagements.js';
import { companyOf, dateOf } from './opportunities.js';

type InvitationStatus = 'ACCEPTED' | 'PENDING' | 'REJECTED' | 'EXPIRED';

export type Invitation = {
  readonly id: string;
  readonly payloadType: 'OpportunityInvitation' | 'LeadInvitation';
  readonly participant: 'SENDER' | 'RECEIVER';
  readonly status: InvitationStatus;
  readonly engagementId: string;
  readonly invitedAt: number;
  /** The identifier that chooses the company. */
  readonly subject: string;
  readonly sender: string;
  readonly senderCompany: string;
  readonly receiver: string;
  readonly rejectionReason?: string;
};

export const INVITATION_LIFE_MS = 15 * DAY;

type Difference = Pick<Invitation, 'payloadType' | 'status'> & {
  readonly age: number;
  readonly rejectionReason?: string;
};

const RECEIVED: Readonly<Record<string, Difference>> = {
  'engi-opportunity01': { payloadType: 'OpportunityInvitation', status: 'PENDING', age: 2 },
  'engi-leadpending01': { payloadType: 'LeadInvitation', status: 'PENDING', age: 1 },
  'engi-expired000001': { payloadType: 'OpportunityInvitation', status: 'EXPIRED', age: 40 },
  'engi-rejected00001': {
    payloadType: 'OpportunityInvitation',
    status: 'REJECTED',
    age: 9,
    rejectionReason: 'Customer problem unclear',
  },
};
const SENT = 'engi-senttoaws0001';
/** The opportunity of the sent invitation: a seed opportunity that AWS accepted. */
const SENT_ABOUT = 'O5000009';

/** The status of sample invitations that fail because of their status. */
const SAMPLES: Readonly<Record<string, InvitationStatus>> = {
  'engi-failsatonce01': 'EXPIRED',
  'engi-rejectedby001': 'REJECTED',
  'engi-accepted00001': 'ACCEPTED',
};

export const SEED_INVITATIONS: readonly string[] = [...Object.keys(RECEIVED), SENT];

export function isSeedInvitation(id: string): boolean {
  return id === SENT || Object.hasOwn(RECEIVED, id);
}

/** The invitation before any accepted request. */
export function originalInvitation(catalog: string, id: string, asOf: number): Invitation {
  if (id === SENT) {
    const sentAt = Date.UTC(2025, 10, 6, 9);
    return { ...invitationToAws(id, engagementOfSubmitted(SENT_ABOUT), SENT_ABOUT, sentAt), status: 'ACCEPTED' };
  }
  const { payloadType, status, age, rejectionReason } = RECEIVED[id] ?? {
    payloadType: 'OpportunityInvitation',
    status: SAMPLES[id] ?? 'PENDING',
    age: SAMPLES[id] === 'EXPIRED' ? 40 : 2,
  };
  const fromAws = payloadType === 'LeadInvitation';
  return {
    id,
    payloadType,
    participant: 'RECEIVER',
    status,
    engagementId: engagementOfInvitation(catalog, id),
    // Midnight, so that the dates stay equal all day.
    invitedAt: Math.floor(asOf / DAY) * DAY - age * DAY,
    subject: id,
    sender: fromAws ? AWS_ACCOUNT : OTHER_PARTNER,
    senderCompany: fromAws ? 'AWS' : 'Foxglove Consulting',
    receiver: OWN_ACCOUNT,
    ...(rejectionReason === undefined ? {} : { rejectionReason }),
  };
}

/** The invitation that the submission of an opportunity sends to AWS. */
export function invitationToAws(id: string, engagementId: string, opportunity: string, at: number): Invitation {
  return {
    id,
    payloadType: 'OpportunityInvitation',
    participant: 'SENDER',
    status: 'PENDING',
    engagementId,
    invitedAt: at,
    subject: opportunity,
    sender: OWN_ACCOUNT,
    senderCompany: 'Example Partner',
    receiver: AWS_ACCOUNT,
  };
}

/** The payload of an invitation in a Get. */
export function payloadOf({ payloadType, subject, invitedAt }: Invitation): object {
  const { name, industry, country, domain, project, problem } = companyOf(subject);
  const customer = { CompanyName: name, Industry: industry, WebsiteUrl: `https://www.${domain}`, CountryCode: country };
  if (payloadType === 'LeadInvitation') {
    return {
      LeadInvitation: {
        Customer: { ...customer, AwsMaturity: 'Evaluating', MarketSegment: 'SMB' },
        Interaction: {
          SourceType: 'Event',
          SourceName: 'Industry day',
          Usecase: 'Business Applications & Contact Center',
          ContactBusinessTitle: 'Head of IT',
        },
      },
    };
  }
  return {
    OpportunityInvitation: {
      SenderContacts: [{ Email: 'sam.sender@foxglove.example.com', FirstName: 'Sam', LastName: 'Sender' }],
      ReceiverResponsibilities: ['Software Partner'],
      Customer: customer,
      Project: {
        Title: project,
        BusinessProblem: problem,
        TargetCompletionDate: dateOf(invitedAt + 60 * DAY),
        ExpectedCustomerSpend: [{ Amount: '4200.00', CurrencyCode: 'USD', Frequency: 'Monthly', TargetCompany: 'AWS' }],
      },
    },
  };
}

/** AWS's findings about the company, which only an invitation to a lead has. */
export function enrichmentOf({ payloadType, subject }: Invitation): object | undefined {
  if (payloadType !== 'LeadInvitation') return undefined;
  return { ProspectingResultAws: prospectOf(subject), LeadInsights: { LeadReadinessScore: 'High' } };
}

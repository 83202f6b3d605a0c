/** The members of an opportunity that UpdateOpportunity takes and a partner sets. */
import { AWS_ACCOUNT, OPPORTUNITY } from '../../partner-central/identifiers.js';
import { STAGE } from '../../partner-central/model/enum-mapping.js';
import type { LifeCycle, Opportunity } from '../../partner-central/model/record-types.js';
import type { OpportunityUpdate } from '../../partner-central/raw-operations.js';
import {
  choice,
  structure,
  structures,
  text,
  texts,
  time,
  wholeNumber,
  type MembersOf,
  type PatchOf,
} from './members.js';
import { AMOUNT, AMOUNT_OR_EMPTY, DATE, DUNS, EMAIL, ESTIMATION_URL, PHONE, length, matching } from './text-checks.js';

/** AWS sets the members of the life cycle that are left out. They are sent back as they were. */
type EditableLifeCycle = Omit<LifeCycle, 'reviewStatus' | 'reviewComments' | 'reviewStatusReason'>;

type EditableOpportunity = Pick<
  Opportunity,
  | 'primaryNeedsFromAws'
  | 'nationalSecurity'
  | 'partnerOpportunityIdentifier'
  | 'customer'
  | 'project'
  | 'opportunityType'
  | 'marketing'
  | 'softwareRevenue'
> & { readonly lifeCycle: EditableLifeCycle | null };

export type OpportunityPatch = PatchOf<EditableOpportunity>;

const REQUIRED = { required: true };

export const CONTACT = {
  email: text('Email', EMAIL),
  firstName: text('FirstName', length(0, 80)),
  lastName: text('LastName', length(0, 80)),
  businessTitle: text('BusinessTitle', length(0, 80)),
  phone: text('Phone', PHONE),
} as const;

const CUSTOMER = {
  account: structure('Account', {
    companyName: text('CompanyName', length(0, 120), REQUIRED),
    industry: text('Industry'),
    otherIndustry: text('OtherIndustry', length(0, 255)),
    websiteUrl: text('WebsiteUrl', length(4, 255)),
    awsAccountId: text('AwsAccountId', matching(AWS_ACCOUNT)),
    address: structure('Address', {
      city: text('City', length(0, 255)),
      postalCode: text('PostalCode', length(0, 20)),
      stateOrRegion: text('StateOrRegion'),
      countryCode: text('CountryCode'),
      streetAddress: text('StreetAddress', length(0, 255)),
    }),
    duns: text('Duns', DUNS),
  }),
  contacts: structures('Contacts', CONTACT, { key: 'email' }),
} as const;

const PROJECT = {
  deliveryModels: texts('DeliveryModels'),
  expectedCustomerSpend: structures(
    'ExpectedCustomerSpend',
    {
      amount: text('Amount', AMOUNT_OR_EMPTY),
      currencyCode: text('CurrencyCode', undefined, REQUIRED),
      frequency: text('Frequency', undefined, REQUIRED),
      targetCompany: text('TargetCompany', length(1, 80), REQUIRED),
      estimationUrl: text('EstimationUrl', ESTIMATION_URL),
    },
    { max: 10, key: 'targetCompany' },
  ),
  expectedContractDuration: structure('ExpectedContractDuration', {
    term: text('Term', undefined, REQUIRED),
    value: wholeNumber('Value', 1, 144, REQUIRED),
  }),
  title: text('Title', length(0, 255)),
  apnPrograms: texts('ApnPrograms'),
  customerBusinessProblem: text('CustomerBusinessProblem', length(20, 2000)),
  customerUseCase: text('CustomerUseCase'),
  relatedOpportunityIdentifier: text('RelatedOpportunityIdentifier', matching(OPPORTUNITY)),
  salesActivities: texts('SalesActivities'),
  competitorName: text('CompetitorName'),
  otherCompetitorNames: text('OtherCompetitorNames', length(0, 255)),
  otherSolutionDescription: text('OtherSolutionDescription', length(0, 255)),
  additionalComments: text('AdditionalComments', length(1, 255)),
  awsPartition: text('AwsPartition'),
} as const;

export const OPPORTUNITY_MEMBERS = {
  primaryNeedsFromAws: texts('PrimaryNeedsFromAws'),
  nationalSecurity: text('NationalSecurity'),
  partnerOpportunityIdentifier: text('PartnerOpportunityIdentifier', length(0, 64)),
  customer: structure('Customer', CUSTOMER),
  project: structure('Project', PROJECT),
  opportunityType: text('OpportunityType'),
  marketing: structure('Marketing', {
    campaignName: text('CampaignName'),
    source: text('Source'),
    useCases: texts('UseCases'),
    channels: texts('Channels'),
    awsFundingUsed: text('AwsFundingUsed'),
  }),
  softwareRevenue: structure('SoftwareRevenue', {
    deliveryModel: text('DeliveryModel'),
    value: structure('Value', {
      amount: text('Amount', AMOUNT, REQUIRED),
      currencyCode: text('CurrencyCode', undefined, REQUIRED),
    }),
    effectiveDate: text('EffectiveDate', DATE),
    expirationDate: text('ExpirationDate', DATE),
  }),
  lifeCycle: structure('LifeCycle', {
    stage: choice('Stage', STAGE),
    closedLostReason: text('ClosedLostReason'),
    nextSteps: text('NextSteps', length(0, 255)),
    targetCloseDate: text('TargetCloseDate', DATE),
    nextStepsHistory: structures(
      'NextStepsHistory',
      { value: text('Value', undefined, REQUIRED), time: time('Time', REQUIRED) },
      { max: 50 },
    ),
  }),
} as const satisfies MembersOf<OpportunityPatch, OpportunityUpdate>;

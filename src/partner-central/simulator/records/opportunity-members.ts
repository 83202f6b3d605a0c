/**
 * Reads the members of an opportunity that its partner writes, with the model's limits. An absent member is undefined.
 * Members that the model does not know are kept: AWS adds members before a client's SDK knows them.
 */
import { type Fields, ACCOUNT_ID, DATE, OPPORTUNITY_ID, text, whole } from '../protocol/validation.js';
import {
  CHANNEL,
  CLOSED_LOST_REASON,
  COMPETITOR,
  DELIVERY_MODEL,
  FREQUENCY,
  INDUSTRY,
  MARKETING_SOURCE,
  NEED,
  OPPORTUNITY_TYPE,
  PARTITION,
  REVENUE_MODEL,
  REVIEW_STATUS,
  SALES_ACTIVITY,
  STAGE,
  TERM,
  YES_OR_NO,
} from './model-values.js';

const COUNTRY = whole('[A-Z]{2}');
const CURRENCY = whole('[A-Z]{3}');
const AMOUNT = whole('((0|([1-9][0-9]{0,30}))(\\.[0-9]{0,2})?)?');
const MONEY = whole('(0|([1-9][0-9]{0,30}))(\\.[0-9]{0,2})?');
const LOCAL_PART = "[a-z0-9!#$%&'*+/=?^_`{|}~\\-]+";
const DOMAIN_LABEL = '[a-z0-9]([a-z0-9\\-]*[a-z0-9])?';
const EMAIL = whole(`(?=.{0,80}$)${LOCAL_PART}(\\.${LOCAL_PART})*@(${DOMAIN_LABEL}\\.)+${DOMAIN_LABEL}`);
const PHONE = whole('\\+[1-9]\\d{1,14}');
const ANYTHING = text(0, 65_536);
/** The limit of lists for which the model has none. */
const MANY = 1000;

/** Every member may be absent, at every depth; a list is complete. */
type Loose<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Loose<T[K]> } : T;

export type Contact = Loose<ReturnType<typeof readContact>>;

export type OpportunityMembers = Loose<ReturnType<typeof readOpportunityMembers>>;

/** An opportunity in the form of a Get, without its catalog. */
export type Opportunity = OpportunityMembers & {
  readonly Id: string;
  readonly Arn: string;
  readonly CreatedDate: string;
  readonly LastModifiedDate: string;
  readonly RelatedEntityIdentifiers: Readonly<Record<string, readonly string[]>>;
  /** The people of the partner. */
  readonly OpportunityTeam?: readonly Contact[];
};

/** The members of a Get that no update changes. An update that has them all the same ignores them. */
export const OF_THE_RECORD: readonly string[] = [
  'Id',
  'Arn',
  'CreatedDate',
  'LastModifiedDate',
  'RelatedEntityIdentifiers',
  'OpportunityTeam',
];

export function readOpportunityMembers(fields: Fields) {
  fields.ignore(OF_THE_RECORD);
  return fields.withUnknown({
    PrimaryNeedsFromAws: fields.optionalStrings('PrimaryNeedsFromAws', MANY, NEED, 0),
    NationalSecurity: fields.optionalString('NationalSecurity', YES_OR_NO),
    PartnerOpportunityIdentifier: fields.optionalString('PartnerOpportunityIdentifier', text(0, 64)),
    OpportunityType: fields.optionalString('OpportunityType', OPPORTUNITY_TYPE),
    Customer: fields.optionalStructure('Customer', (customer) =>
      customer.withUnknown({
        Account: customer.optionalStructure('Account', readAccount),
        Contacts: customer.optionalStructures('Contacts', MANY, readContact),
      }),
    ),
    Project: fields.optionalStructure('Project', readProject),
    Marketing: fields.optionalStructure('Marketing', (marketing) =>
      marketing.withUnknown({
        CampaignName: marketing.optionalString('CampaignName', ANYTHING),
        Source: marketing.optionalString('Source', MARKETING_SOURCE),
        UseCases: marketing.optionalStrings('UseCases', MANY, ANYTHING, 0),
        Channels: marketing.optionalStrings('Channels', MANY, CHANNEL, 0),
        AwsFundingUsed: marketing.optionalString('AwsFundingUsed', YES_OR_NO),
      }),
    ),
    SoftwareRevenue: fields.optionalStructure('SoftwareRevenue', (revenue) =>
      revenue.withUnknown({
        DeliveryModel: revenue.optionalString('DeliveryModel', REVENUE_MODEL),
        Value: revenue.optionalStructure('Value', (value) =>
          value.withUnknown({
            Amount: value.string('Amount', MONEY),
            CurrencyCode: value.string('CurrencyCode', CURRENCY),
          }),
        ),
        EffectiveDate: revenue.optionalString('EffectiveDate', DATE),
        ExpirationDate: revenue.optionalString('ExpirationDate', DATE),
      }),
    ),
    LifeCycle: fields.optionalStructure('LifeCycle', (lifeCycle) =>
      lifeCycle.withUnknown({
        Stage: lifeCycle.optionalString('Stage', STAGE),
        ReviewStatus: lifeCycle.optionalString('ReviewStatus', REVIEW_STATUS),
        ReviewComments: lifeCycle.optionalString('ReviewComments', ANYTHING),
        ReviewStatusReason: lifeCycle.optionalString('ReviewStatusReason', ANYTHING),
        TargetCloseDate: lifeCycle.optionalString('TargetCloseDate', DATE),
        ClosedLostReason: lifeCycle.optionalString('ClosedLostReason', CLOSED_LOST_REASON),
        NextSteps: lifeCycle.optionalString('NextSteps', text(0, 255)),
        NextStepsHistory: lifeCycle.optionalStructures('NextStepsHistory', 50, (step) =>
          step.withUnknown({
            Value: step.string('Value', ANYTHING),
            Time: new Date(step.timestamp('Time')).toISOString(),
          }),
        ),
      }),
    ),
  });
}

function readAccount(account: Fields) {
  return account.withUnknown({
    CompanyName: account.string('CompanyName', text(0, 120)),
    Industry: account.optionalString('Industry', INDUSTRY),
    OtherIndustry: account.optionalString('OtherIndustry', text(0, 255)),
    WebsiteUrl: account.optionalString('WebsiteUrl', text(4, 255)),
    AwsAccountId: account.optionalString('AwsAccountId', ACCOUNT_ID),
    Duns: account.optionalString('Duns', whole('[0-9]{9}')),
    Address: account.optionalStructure('Address', (address) =>
      address.withUnknown({
        City: address.optionalString('City', text(0, 255)),
        PostalCode: address.optionalString('PostalCode', text(0, 20)),
        StateOrRegion: address.optionalString('StateOrRegion', text(0, 255)),
        CountryCode: address.optionalString('CountryCode', COUNTRY),
        StreetAddress: address.optionalString('StreetAddress', text(0, 255)),
      }),
    ),
  });
}

export function readContact(contact: Fields) {
  return contact.withUnknown({
    Email: contact.optionalString('Email', EMAIL),
    FirstName: contact.optionalString('FirstName', text(0, 80)),
    LastName: contact.optionalString('LastName', text(0, 80)),
    BusinessTitle: contact.optionalString('BusinessTitle', text(0, 80)),
    Phone: contact.optionalString('Phone', PHONE),
  });
}

/** The person that an opportunity is assigned to. Unlike those of a contact, its members are required. */
export function readAssignee(assignee: Fields) {
  return assignee.withUnknown({
    Email: assignee.string('Email', EMAIL),
    FirstName: assignee.string('FirstName', text(0, 80)),
    LastName: assignee.string('LastName', text(0, 80)),
    BusinessTitle: assignee.string('BusinessTitle', text(0, 80)),
    Phone: assignee.optionalString('Phone', PHONE),
  });
}

function readProject(project: Fields) {
  return project.withUnknown({
    DeliveryModels: project.optionalStrings('DeliveryModels', MANY, DELIVERY_MODEL, 0),
    ExpectedCustomerSpend: project.optionalStructures('ExpectedCustomerSpend', 10, (spend) =>
      spend.withUnknown({
        Amount: spend.optionalString('Amount', AMOUNT),
        CurrencyCode: spend.string('CurrencyCode', CURRENCY),
        Frequency: spend.string('Frequency', FREQUENCY),
        TargetCompany: spend.string('TargetCompany', text(1, 80)),
        EstimationUrl: spend.optionalString('EstimationUrl', ANYTHING),
      }),
    ),
    ExpectedContractDuration: project.optionalStructure('ExpectedContractDuration', (duration) =>
      duration.withUnknown({
        Term: duration.string('Term', TERM),
        Value: duration.string('Value', ANYTHING),
      }),
    ),
    Title: project.optionalString('Title', text(0, 255)),
    ApnPrograms: project.optionalStrings('ApnPrograms', MANY, ANYTHING, 0),
    CustomerBusinessProblem: project.optionalString('CustomerBusinessProblem', text(20, 2000)),
    CustomerUseCase: project.optionalString('CustomerUseCase', ANYTHING),
    RelatedOpportunityIdentifier: project.optionalString('RelatedOpportunityIdentifier', OPPORTUNITY_ID),
    SalesActivities: project.optionalStrings('SalesActivities', MANY, SALES_ACTIVITY, 0),
    CompetitorName: project.optionalString('CompetitorName', COMPETITOR),
    OtherCompetitorNames: project.optionalString('OtherCompetitorNames', text(0, 255)),
    OtherSolutionDescription: project.optionalString('OtherSolutionDescription', text(0, 255)),
    AdditionalComments: project.optionalString('AdditionalComments', text(1, 255)),
    AwsPartition: project.optionalString('AwsPartition', PARTITION),
  });
}

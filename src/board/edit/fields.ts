/** The fields of the form in their sections. They cover every member of `OpportunityPatch`. */
import {
  CLOSED_LOST_REASONS,
  COMPETITORS,
  INDUSTRIES,
  MARKETING_SOURCES,
  OPPORTUNITY_TYPES,
  REVENUE_MODELS,
  STAGES,
  YES_OR_NO,
} from './choices.js';

export type TextField = {
  /** The path in `OpportunityPatch`. */
  readonly path: string;
  readonly label: string;
  /** `lines` is a list of texts, with one a line. */
  readonly kind: 'text' | 'long' | 'lines' | 'date';
  readonly choices?: readonly string[];
  readonly hint?: string;
};

export type Column = {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'number' | 'instant';
  readonly isRequired?: boolean;
  /** The text in a new row. */
  readonly initial?: string;
  readonly hint?: string;
};

/** A list of structures, or one structure, which is a list of at most one row. */
export type RowsField = {
  readonly path: string;
  readonly label: string;
  readonly kind: 'rows' | 'structure';
  /** The name of one row. */
  readonly noun: string;
  readonly columns: readonly Column[];
  readonly most?: number;
};

export type EditField = TextField | RowsField;

export type Section = {
  readonly title: string;
  /** False for a section that few edits need. */
  readonly isOpen: boolean;
  readonly fields: readonly EditField[];
};

const ONE_A_LINE = 'One a line, in the words of AWS.';

const AMOUNT: Column = { name: 'amount', label: 'Amount', isRequired: true, hint: 'For example 1250.50.' };
const CURRENCY: Column = { name: 'currencyCode', label: 'Currency', isRequired: true, initial: 'USD' };

export const SECTIONS: readonly Section[] = [
  {
    title: 'Deal',
    isOpen: true,
    fields: [
      { path: 'lifeCycle.stage', label: 'Stage', kind: 'text', choices: STAGES },
      { path: 'lifeCycle.targetCloseDate', label: 'Closes', kind: 'date' },
      { path: 'lifeCycle.nextSteps', label: 'Next steps', kind: 'long' },
      { path: 'opportunityType', label: 'Type', kind: 'text', choices: OPPORTUNITY_TYPES },
      { path: 'partnerOpportunityIdentifier', label: 'Your identifier', kind: 'text' },
      { path: 'primaryNeedsFromAws', label: 'Needs from AWS', kind: 'lines', hint: ONE_A_LINE },
      {
        path: 'lifeCycle.closedLostReason',
        label: 'Reason of the loss',
        kind: 'text',
        choices: CLOSED_LOST_REASONS,
        hint: 'AWS requires it for the stage Closed lost.',
      },
      { path: 'nationalSecurity', label: 'National security', kind: 'text', choices: YES_OR_NO },
      {
        path: 'lifeCycle.nextStepsHistory',
        label: 'Earlier next steps',
        kind: 'rows',
        noun: 'Entry',
        columns: [
          { name: 'time', label: 'Time', kind: 'instant', isRequired: true, hint: 'For example 2026-05-01T09:00:00Z.' },
          { name: 'value', label: 'What was next', isRequired: true },
        ],
        most: 50,
      },
    ],
  },
  {
    title: 'Project',
    isOpen: true,
    fields: [
      { path: 'project.title', label: 'Title', kind: 'text' },
      {
        path: 'project.customerUseCase',
        label: 'Use case',
        kind: 'text',
        hint: 'In the words of AWS, for example Database.',
      },
      { path: 'project.customerBusinessProblem', label: 'Problem of the customer', kind: 'long' },
      {
        path: 'project.salesActivities',
        label: 'Sales activities',
        kind: 'lines',
        hint: 'One a line, for example Initialized discussions with customer.',
      },
      {
        path: 'project.deliveryModels',
        label: 'Delivery models',
        kind: 'lines',
        hint: 'One a line, for example SaaS or PaaS.',
      },
      { path: 'project.competitorName', label: 'Competitor', kind: 'text', choices: COMPETITORS },
      {
        path: 'project.otherCompetitorNames',
        label: 'Competitors in your words',
        kind: 'text',
        hint: 'If the competitor is *Other.',
      },
      {
        path: 'project.otherSolutionDescription',
        label: 'Solution in your words',
        kind: 'text',
        hint: 'If none of your solutions is associated.',
      },
      {
        path: 'project.relatedOpportunityIdentifier',
        label: 'Preceding opportunity',
        kind: 'text',
        hint: 'For example O1000001.',
      },
      { path: 'project.awsPartition', label: 'AWS partition', kind: 'text', choices: ['aws-eusc'] },
      { path: 'project.apnPrograms', label: 'Programs of the AWS Partner Network', kind: 'lines', hint: 'One a line.' },
      { path: 'project.additionalComments', label: 'Comments', kind: 'long' },
    ],
  },
  {
    title: 'Customer',
    isOpen: true,
    fields: [
      { path: 'customer.account.companyName', label: 'Company', kind: 'text' },
      { path: 'customer.account.industry', label: 'Industry', kind: 'text', choices: INDUSTRIES },
      {
        path: 'customer.account.otherIndustry',
        label: 'Industry in your words',
        kind: 'text',
        hint: 'If the industry is Other.',
      },
      { path: 'customer.account.websiteUrl', label: 'Web site', kind: 'text' },
      {
        path: 'customer.account.address.countryCode',
        label: 'Country',
        kind: 'text',
        hint: 'Two letters, for example US.',
      },
      { path: 'customer.account.address.stateOrRegion', label: 'State or region', kind: 'text' },
      { path: 'customer.account.address.postalCode', label: 'Postal code', kind: 'text' },
      { path: 'customer.account.address.city', label: 'City', kind: 'text' },
      { path: 'customer.account.address.streetAddress', label: 'Street', kind: 'text' },
      { path: 'customer.account.awsAccountId', label: 'AWS account', kind: 'text', hint: '12 digits.' },
      { path: 'customer.account.duns', label: 'D-U-N-S number', kind: 'text', hint: '9 digits.' },
    ],
  },
  {
    title: 'Contacts',
    isOpen: false,
    fields: [
      {
        path: 'customer.contacts',
        label: 'Contacts at the customer',
        kind: 'rows',
        noun: 'Contact',
        columns: [
          { name: 'firstName', label: 'First name' },
          { name: 'lastName', label: 'Last name' },
          { name: 'businessTitle', label: 'Position' },
          { name: 'email', label: 'E-mail' },
          { name: 'phone', label: 'Phone', hint: 'For example +12065550100.' },
        ],
      },
    ],
  },
  {
    title: 'Spend and contract',
    isOpen: false,
    fields: [
      {
        path: 'project.expectedCustomerSpend',
        label: 'Expected spend of the customer',
        kind: 'rows',
        noun: 'Spend',
        columns: [
          { ...AMOUNT, isRequired: false },
          CURRENCY,
          { name: 'frequency', label: 'Period', isRequired: true, initial: 'Monthly' },
          { name: 'targetCompany', label: 'Paid to', isRequired: true, initial: 'AWS' },
          { name: 'estimationUrl', label: 'Address of the estimate' },
        ],
        most: 10,
      },
      {
        path: 'project.expectedContractDuration',
        label: 'Expected duration of the contract',
        kind: 'structure',
        noun: 'Duration',
        columns: [
          { name: 'value', label: 'Number', kind: 'number', isRequired: true, hint: '1 to 144.' },
          { name: 'term', label: 'Unit', isRequired: true, initial: 'Months' },
        ],
        most: 1,
      },
    ],
  },
  {
    title: 'Marketing',
    isOpen: false,
    fields: [
      { path: 'marketing.source', label: 'Source', kind: 'text', choices: MARKETING_SOURCES },
      { path: 'marketing.campaignName', label: 'Campaign', kind: 'text' },
      { path: 'marketing.awsFundingUsed', label: 'Paid by AWS', kind: 'text', choices: YES_OR_NO },
      { path: 'marketing.channels', label: 'Channels', kind: 'lines', hint: 'One a line, for example Live Event.' },
      { path: 'marketing.useCases', label: 'Use cases of the campaign', kind: 'lines', hint: 'One a line.' },
    ],
  },
  {
    title: 'Software revenue',
    isOpen: false,
    fields: [
      { path: 'softwareRevenue.deliveryModel', label: 'Payment', kind: 'text', choices: REVENUE_MODELS },
      { path: 'softwareRevenue.effectiveDate', label: 'Contract begins', kind: 'date' },
      { path: 'softwareRevenue.expirationDate', label: 'Contract ends', kind: 'date' },
      {
        path: 'softwareRevenue.value',
        label: 'Revenue',
        kind: 'structure',
        noun: 'Amount',
        columns: [AMOUNT, CURRENCY],
        most: 1,
      },
    ],
  },
];

export const FIELDS: readonly EditField[] = SECTIONS.flatMap(({ fields }) => fields);

/** The name at AWS, by which `editability` names the field: `project.title` is `Project.Title`. */
export function awsNameOf(path: string): string {
  return path.replace(/(^|\.)[a-z]/g, (start) => start.toUpperCase());
}

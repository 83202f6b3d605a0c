/** The fields of the form, each with its path in a patch and its name at AWS. */

export type EditField = {
  /** The path in `OpportunityPatch`. */
  readonly path: string;
  /** The name at AWS, by which `editability` and readiness name the field. */
  readonly awsName: string;
  readonly label: string;
  readonly kind: 'text' | 'long' | 'lines' | 'date';
  readonly choices?: readonly string[];
  readonly hint?: string;
};

const STAGES = [
  'PROSPECT',
  'QUALIFIED',
  'TECHNICAL_VALIDATION',
  'BUSINESS_VALIDATION',
  'COMMITTED',
  'LAUNCHED',
  'CLOSED_LOST',
];
const ONE_A_LINE = 'One a line, in the words of AWS.';

export const FIELDS: readonly EditField[] = [
  { path: 'project.title', awsName: 'Project.Title', label: 'Title', kind: 'text' },
  {
    path: 'project.customerBusinessProblem',
    awsName: 'Project.CustomerBusinessProblem',
    label: 'Problem of the customer',
    kind: 'long',
  },
  { path: 'lifeCycle.stage', awsName: 'LifeCycle.Stage', label: 'Stage', kind: 'text', choices: STAGES },
  { path: 'lifeCycle.targetCloseDate', awsName: 'LifeCycle.TargetCloseDate', label: 'Closes', kind: 'date' },
  { path: 'lifeCycle.nextSteps', awsName: 'LifeCycle.NextSteps', label: 'Next steps', kind: 'long' },
  {
    path: 'opportunityType',
    awsName: 'OpportunityType',
    label: 'Type',
    kind: 'text',
    choices: ['Net New Business', 'Flat Renewal', 'Expansion'],
  },
  {
    path: 'partnerOpportunityIdentifier',
    awsName: 'PartnerOpportunityIdentifier',
    label: 'Your identifier',
    kind: 'text',
  },
  {
    path: 'project.salesActivities',
    awsName: 'Project.SalesActivities',
    label: 'Sales activities',
    kind: 'lines',
    hint: 'One a line, for example Initialized discussions with customer.',
  },
  {
    path: 'project.deliveryModels',
    awsName: 'Project.DeliveryModels',
    label: 'Delivery models',
    kind: 'lines',
    hint: ONE_A_LINE,
  },
  {
    path: 'primaryNeedsFromAws',
    awsName: 'PrimaryNeedsFromAws',
    label: 'Needs from AWS',
    kind: 'lines',
    hint: ONE_A_LINE,
  },
  { path: 'customer.account.companyName', awsName: 'Customer.Account.CompanyName', label: 'Company', kind: 'text' },
  { path: 'customer.account.industry', awsName: 'Customer.Account.Industry', label: 'Industry', kind: 'text' },
  { path: 'customer.account.websiteUrl', awsName: 'Customer.Account.WebsiteUrl', label: 'Web site', kind: 'text' },
  {
    path: 'customer.account.address.countryCode',
    awsName: 'Customer.Account.Address.CountryCode',
    label: 'Country',
    kind: 'text',
    hint: 'Two letters, for example US.',
  },
  {
    path: 'customer.account.address.stateOrRegion',
    awsName: 'Customer.Account.Address.StateOrRegion',
    label: 'State or region',
    kind: 'text',
  },
  {
    path: 'customer.account.address.postalCode',
    awsName: 'Customer.Account.Address.PostalCode',
    label: 'Postal code',
    kind: 'text',
  },
  { path: 'customer.account.address.city', awsName: 'Customer.Account.Address.City', label: 'City', kind: 'text' },
];

/** The value of a field as the text of its control; a list has one item a line. */
export function textAt(record: object, path: string): string {
  const value = path.split('.').reduce<unknown>((part, name) => memberOf(part, name), record);
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' ? value : '';
}

/** The patch of the fields whose text has changed. A field that was emptied is cleared. */
export function patchOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): object {
  const patch: Record<string, unknown> = {};
  for (const { path, kind } of FIELDS) {
    const text = after.get(path) ?? '';
    if (text === before.get(path)) continue;
    const names = path.split('.');
    const last = names.pop() ?? path;
    let part = patch;
    for (const name of names) {
      const known = part[name];
      const next: Record<string, unknown> = isRecord(known) ? known : {};
      part[name] = next;
      part = next;
    }
    part[last] = valueOf(text, kind);
  }
  return patch;
}

function valueOf(text: string, kind: EditField['kind']): string | string[] | null {
  if (kind === 'lines')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return text.trim() === '' ? null : text.trim();
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

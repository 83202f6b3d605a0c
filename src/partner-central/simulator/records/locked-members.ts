/**
 * The members that a partner may not change in the present state of an opportunity. They are those that AWS documents
 * as locked, and those that its published list of fields (2024) locks. The simulator accepts a change about which the
 * two differ, or which neither covers.
 */
import { type FieldError, fieldError } from '../protocol/validation.js';
import { requestHash } from '../protocol/request-hash.js';
import { OF_THE_RECORD, type Opportunity, type OpportunityMembers } from './opportunity-members.js';

const LOCKING = ['Submitted', 'In review', 'Rejected'];
/** Members of a structure share its entry, and a list is one member. */
const OPEN_FOR_CORRECTION = [
  'PartnerOpportunityIdentifier',
  'Customer.Account.WebsiteUrl',
  'Customer.Account.Address',
  'Project.ExpectedCustomerSpend',
  'Project.CustomerBusinessProblem',
  'LifeCycle.TargetCloseDate',
];
const FIXED_BY_APPROVAL = [
  'NationalSecurity',
  'Customer.Account.Industry',
  'Customer.Account.OtherIndustry',
  'Customer.Account.CompanyName',
  'Customer.Account.WebsiteUrl',
  'Customer.Account.Address.PostalCode',
  'Customer.Account.Address.StateOrRegion',
  'Customer.Account.Address.CountryCode',
  'Project.Title',
  'Project.CustomerBusinessProblem',
];
/** Some programs and software partners may edit the first five. Nothing is known about the others. */
const NOT_LOCKED_BY_LAUNCH = [
  'Project.DeliveryModels',
  'Project.AdditionalComments',
  'SoftwareRevenue',
  'Project.ExpectedContractDuration',
  'Project.AwsPartition',
  'LifeCycle.NextStepsHistory',
];
const UNLISTED = [
  'RelatedEntityIdentifiers.AwsMarketplaceOfferSets',
  'RelatedEntityIdentifiers.AwsMarketplaceSolutions',
  'RelatedEntityIdentifiers.AwsMarketplaceProducts',
];
/** AWS sets these. An update in the Sandbox that changes them plays AWS. */
const SET_BY_AWS = ['LifeCycle.ReviewStatus', 'LifeCycle.ReviewComments', 'LifeCycle.ReviewStatusReason'];
type State = Pick<OpportunityMembers, 'LifeCycle'>;

/** The state in words if it locks the whole opportunity, for any update. */
export function lockOf({ LifeCycle }: State): string | undefined {
  const { ReviewStatus, Stage } = LifeCycle ?? {};
  if (ReviewStatus !== undefined && LOCKING.includes(ReviewStatus)) return ReviewStatus;
  return ReviewStatus === 'Approved' && Stage === 'Closed Lost' ? Stage : undefined;
}

/** True if the state locks the member, for example `Project.Title` or `OpportunityTeam`. */
export function isLocked(state: State, member: string): boolean {
  if (lockOf(state) !== undefined) return true;
  const isIn = (names: readonly string[]) => names.some((name) => `${member}.`.startsWith(`${name}.`));
  if (isIn(SET_BY_AWS)) return false;
  const { ReviewStatus, Stage } = state.LifeCycle ?? {};
  if (ReviewStatus === 'Action Required') return !isIn(OPEN_FOR_CORRECTION) && !isIn(UNLISTED);
  if (ReviewStatus !== 'Approved') return false;
  return Stage === 'Launched' ? !isIn(NOT_LOCKED_BY_LAUNCH) && !isIn(UNLISTED) : isIn(FIXED_BY_APPROVAL);
}

/** One error for each locked member that the update would change. */
export function lockedChanges(before: Opportunity, after: OpportunityMembers): FieldError[] {
  return changedMembers(before, after)
    .filter((member) => isLocked(before, member))
    .map((member) => lockedError(before, member));
}

export function lockedError({ LifeCycle }: State, member: string): FieldError {
  const isLaunched = LifeCycle?.ReviewStatus === 'Approved' && LifeCycle.Stage === 'Launched';
  const state = isLaunched ? LifeCycle.Stage : LifeCycle?.ReviewStatus;
  const problem = `cannot be changed while the opportunity is ${state}`;
  return fieldError(nameInMessages(member), 'ACTION_NOT_PERMITTED', problem);
}

/** The name of a member as AWS's messages spell it. */
function nameInMessages(member: string): string {
  return member.replace(/(^|\.)([A-Z])/g, (_, dot: string, letter: string) => `${dot}${letter.toLowerCase()}`);
}

function changedMembers(before: object, after: object): string[] {
  const [old, wanted] = [hashesOf(before), hashesOf(after)];
  const names = new Set([...old.keys(), ...wanted.keys()]);
  return [...names].filter((name) => old.get(name) !== wanted.get(name));
}

/** A hash of each member that the partner writes. An empty list counts as absent. */
function hashesOf(structure: object, prefix = ''): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const [name, value] of Object.entries<unknown>({ ...structure })) {
    const path = `${prefix}${name}`;
    const isAbsent = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (isAbsent || OF_THE_RECORD.includes(path)) continue;
    if (typeof value !== 'object' || Array.isArray(value)) hashes.set(path, requestHash(value));
    else for (const [inner, hash] of hashesOf(value, `${path}.`)) hashes.set(inner, hash);
  }
  return hashes;
}

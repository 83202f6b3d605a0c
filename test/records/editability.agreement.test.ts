/**
 * Editability and the simulator have rules of their own. In every state the simulator refuses a change exactly when
 * editability calls the field locked, and names that field. It accepts what is open, and what is not known.
 */
import { describe, expect, test } from '@jest/globals';
import type { AssigneeContact, RelatedEntityType } from '@aws-sdk/client-partnercentral-selling';
import { opportunityOf } from '../../src/partner-central/mappers/opportunity.js';
import { isRecord } from '../../src/runtime/guards.js';
import { editabilityOf } from '../../src/records/editability.js';
import { createPartner } from '../support/aws/simulator-client.js';
import { recordsOf } from '../support/aws/simulator-records.js';
import { changedMember } from '../support/fixtures/changed-member.js';

/** A value of each field that AWS's model allows and no sample opportunity has. */
const NEW_VALUES: Readonly<Record<string, unknown>> = {
  PrimaryNeedsFromAws: ['Co-Sell - Deal Support'],
  NationalSecurity: 'Yes',
  PartnerOpportunityIdentifier: 'CRM-other',
  'Customer.Account.Industry': 'Government',
  'Customer.Account.OtherIndustry': 'Lighthouses',
  'Customer.Account.CompanyName': 'Another company',
  'Customer.Account.WebsiteUrl': 'https://other.example.com',
  'Customer.Account.AwsAccountId': '111122223333',
  'Customer.Account.Address.City': 'Another city',
  'Customer.Account.Address.PostalCode': '00000',
  'Customer.Account.Address.StateOrRegion': 'Another state',
  'Customer.Account.Address.CountryCode': 'FR',
  'Customer.Account.Address.StreetAddress': '1 Main Street',
  'Customer.Account.Duns': '123456789',
  'Customer.Contacts': [{ Email: 'other@other.example.com' }],
  'Project.DeliveryModels': ['Resell'],
  'Project.ExpectedCustomerSpend': [{ Amount: '1', CurrencyCode: 'EUR', Frequency: 'Monthly', TargetCompany: 'AWS' }],
  'Project.ExpectedContractDuration': { Term: 'Months', Value: '12' },
  'Project.Title': 'Another title',
  'Project.ApnPrograms': ['Windows'],
  'Project.CustomerBusinessProblem': 'Another problem of the customer',
  'Project.CustomerUseCase': 'Database',
  'Project.RelatedOpportunityIdentifier': 'O1',
  'Project.SalesActivities': ['SOW Signed'],
  'Project.CompetitorName': '*Other',
  'Project.OtherCompetitorNames': 'Them',
  'Project.OtherSolutionDescription': 'Another solution',
  'Project.AdditionalComments': 'A comment',
  'Project.AwsPartition': 'aws-eusc',
  OpportunityType: 'Flat Renewal',
  'Marketing.CampaignName': 'A campaign',
  'Marketing.Source': 'Marketing Activity',
  'Marketing.UseCases': ['Analytics'],
  'Marketing.Channels': ['Email'],
  'Marketing.AwsFundingUsed': 'Yes',
  'SoftwareRevenue.DeliveryModel': 'Contract',
  'SoftwareRevenue.Value': { Amount: '1', CurrencyCode: 'USD' },
  'SoftwareRevenue.EffectiveDate': '2026-01-01',
  'SoftwareRevenue.ExpirationDate': '2027-01-01',
  'LifeCycle.Stage': 'Business Validation',
  'LifeCycle.ClosedLostReason': 'Price',
  'LifeCycle.NextSteps': 'Another step',
  'LifeCycle.TargetCloseDate': '2098-01-01',
  'LifeCycle.NextStepsHistory': [{ Value: 'A step', Time: new Date(0) }],
};
const RELATED: readonly RelatedEntityType[] = [
  'Solutions',
  'AwsProducts',
  'AwsMarketplaceOffers',
  'AwsMarketplaceOfferSets',
  'AwsMarketplaceSolutions',
  'AwsMarketplaceProducts',
];
const ASSIGNEE: AssigneeContact = { Email: 'a@b.example.com', FirstName: 'A', LastName: 'B', BusinessTitle: 'C' };
/** The status that an update sends is the part of AWS in the Sandbox, and not an edit. */
const SET_BY_AWS = ['LifeCycle.ReviewStatus', 'LifeCycle.ReviewComments', 'LifeCycle.ReviewStatusReason'];

type State = { readonly ReviewStatus: string | undefined; readonly Stage: string };

const STATES: readonly State[] = [
  ...['Pending Submission', 'Submitted', 'In review', 'Rejected', 'Action Required', undefined].map(
    (ReviewStatus): State => ({ ReviewStatus, Stage: 'Qualified' }),
  ),
  ...['Prospect', 'Qualified', 'Technical Validation', 'Committed', 'Launched', 'Closed Lost'].map((Stage): State => ({
    ReviewStatus: 'Approved',
    Stage,
  })),
  { ReviewStatus: 'Action Required', Stage: 'Launched' },
  { ReviewStatus: 'Pending Submission', Stage: 'Closed Lost' },
];

/** The fields that a refusal names; null for an accepted edit. */
async function refusalOf(call: Promise<unknown>): Promise<string[] | null> {
  try {
    await call;
    return null;
  } catch (error) {
    const errors = isRecord(error) ? error['ErrorList'] : null;
    if (!Array.isArray(errors)) throw error;
    expect(new Set(errors.map(({ Code }) => Code))).toEqual(new Set(['ACTION_NOT_PERMITTED']));
    return errors.map(({ FieldName }) => String(FieldName));
  }
}

/** A structure that is one field for the gateway has several members in messages. */
const isNameOf = (field: string, name: string) => `${name}.`.startsWith(`${inMessages(field)}.`);
const inMessages = (field: string) => field.replace(/(^|\.)([A-Z])/g, (letters) => letters.toLowerCase());

describe('the simulator and editability', () => {
  test.each(STATES)('they lock the same fields in $ReviewStatus, $Stage', async ({ ReviewStatus, Stage }) => {
    const partner = await createPartner();
    const { getOpportunity, update, associate, assign } = recordsOf(partner);
    let number = 0;

    /** An opportunity of its own in the state of the test. */
    async function opportunity(): Promise<string> {
      const id = `O77${number++}`;
      await update(id, (before) =>
        changedMember(changedMember({ ...before }, ['LifeCycle.ReviewStatus', ReviewStatus]), [
          'LifeCycle.Stage',
          Stage,
        ]),
      );
      return id;
    }

    const change = (id: string, field: string): Promise<unknown> => {
      const type = RELATED.find((each) => field === `RelatedEntityIdentifiers.${each}`);
      if (type !== undefined) return associate(id, 'S-77', type);
      if (field === 'OpportunityTeam') return assign(id, ASSIGNEE);
      const value = field === 'LifeCycle.Stage' && Stage === 'Business Validation' ? 'Committed' : NEW_VALUES[field];
      if (value === undefined) throw new Error(`${field} has no other value here.`);
      return update(id, (before) => changedMember({ ...before }, [field, value]));
    };

    let id = await opportunity();
    const fields = editabilityOf(opportunityOf(await getOpportunity(id), 'SANDBOX', id));
    expect(fields.length).toBeGreaterThan(50);
    for (const { field, editable } of fields.filter((each) => !SET_BY_AWS.includes(each.field))) {
      const refused = await refusalOf(change(id, field));
      expect({ field, isRefused: refused !== null }).toEqual({ field, isRefused: editable === false });
      if (refused === null) id = await opportunity();
      else expect(refused.every((name) => name === 'identifier' || isNameOf(field, name))).toBe(true);
    }
  });
});

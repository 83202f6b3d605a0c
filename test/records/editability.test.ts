/** The editability of fields: complete, and for each state as AWS documents it or was seen to behave. */
import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import { isRecord } from '../../src/runtime/guards.js';
import { REVIEW_STATUSES, STAGES, type LifeCycle } from '../../src/partner-central/model/record-types.js';
import { editabilityOf } from '../../src/records/editability.js';
import { OPPORTUNITY } from '../support/fixtures/sample-records.js';

type ReviewStatus = LifeCycle['reviewStatus'];
type Stage = LifeCycle['stage'];

const ALL_STATUSES: readonly ReviewStatus[] = [...REVIEW_STATUSES, null];
const ALL_STAGES: readonly Stage[] = [...STAGES, null];
const SET_BY_AWS = ['LifeCycle.ReviewStatus', 'LifeCycle.ReviewComments', 'LifeCycle.ReviewStatusReason'];
const IDENTITY = ['Catalog', 'Identifier', 'LastModifiedDate'];
/** The structures that the gateway treats as one field, because a partner sets them as a whole. */
const WHOLE = ['Project.ExpectedContractDuration', 'SoftwareRevenue.Value'];
/** The fields that other operations than UpdateOpportunity change. */
const CHANGED_ELSEWHERE = /^(?:OpportunityTeam|RelatedEntityIdentifiers\..*)$/;

function answers(reviewStatus: ReviewStatus, stage: Stage = 'QUALIFIED') {
  const { lifeCycle } = OPPORTUNITY;
  return editabilityOf({ lifeCycle: lifeCycle && { ...lifeCycle, reviewStatus, stage } });
}

function fieldsWith(editable: boolean | null, ...state: Parameters<typeof answers>): string[] {
  return answers(...state).flatMap((answer) => (answer.editable === editable ? [answer.field] : []));
}

/** The members of a structure in the SDK's own schema, by their full names. A list is one member. */
function membersOf(schema: unknown, prefix = ''): string[] {
  const [, , , , names, types] = Array.isArray(schema) ? schema : [];
  if (!Array.isArray(names) || !Array.isArray(types)) throw new Error(`${prefix} has no schema.`);
  return names.flatMap((name, index) => {
    const path = `${prefix}${String(name)}`;
    const type: unknown = Array.isArray(types[index]) ? types[index][0] : types[index];
    const target: unknown = typeof type === 'function' ? type() : null;
    const isStructure = Array.isArray(target) && target[0] === 3;
    return isStructure && !WHOLE.includes(path) ? membersOf(target, `${path}.`) : [path];
  });
}

describe('the fields', () => {
  test('there is one answer for each member of UpdateOpportunity, and for what other operations change', () => {
    const schema = isRecord(sdk) ? sdk['UpdateOpportunityRequest$'] : undefined;
    const members = membersOf(schema).filter((member) => !IDENTITY.includes(member));
    const fields = answers('APPROVED').map(({ field }) => field);
    expect(new Set(fields).size).toBe(fields.length);
    expect(fields.filter((field) => !CHANGED_ELSEWHERE.test(field)).toSorted()).toEqual(members.toSorted());
  });

  test('each state gives the same fields in the same order, each with a reason', () => {
    const fields = answers('APPROVED').map(({ field }) => field);
    for (const status of ALL_STATUSES) {
      for (const stage of ALL_STAGES) {
        const all = answers(status, stage);
        expect(all.map(({ field }) => field)).toEqual(fields);
        expect(all.filter(({ reason }) => !/^[A-Z].*\.$/.test(reason))).toEqual([]);
      }
    }
  });

  test('AWS sets its own fields in every state', () => {
    for (const status of ALL_STATUSES) expect(fieldsWith(false, status)).toEqual(expect.arrayContaining(SET_BY_AWS));
  });
});

describe('the states', () => {
  test('everything of a draft can be edited', () => {
    expect(fieldsWith(false, 'PENDING_SUBMISSION')).toEqual(SET_BY_AWS);
    expect(fieldsWith(null, 'PENDING_SUBMISSION')).toEqual([]);
  });

  test.each(['SUBMITTED', 'IN_REVIEW', 'REJECTED'] as const)(
    'nothing can be edited in %s, as AWS documents',
    (status) => {
      const all = answers(status);
      expect(all.filter(({ editable }) => editable !== false)).toEqual([]);
      expect(new Set(all.map(({ source }) => source))).toEqual(new Set(['DOCUMENTED']));
    },
  );

  test('Action Required opens a short list, as AWS documents', () => {
    expect(fieldsWith(true, 'ACTION_REQUIRED').toSorted()).toEqual([
      'Customer.Account.Address.City',
      'Customer.Account.Address.CountryCode',
      'Customer.Account.Address.PostalCode',
      'Customer.Account.Address.StateOrRegion',
      'Customer.Account.Address.StreetAddress',
      'Customer.Account.WebsiteUrl',
      'LifeCycle.TargetCloseDate',
      'PartnerOpportunityIdentifier',
      'Project.CustomerBusinessProblem',
      'Project.ExpectedCustomerSpend',
    ]);
    const opened = answers('ACTION_REQUIRED').filter(({ editable }) => editable === true);
    expect(new Set(opened.map(({ source }) => source))).toEqual(new Set(['DOCUMENTED']));
  });

  test('the approval fixes the fields that AWS documents, and those that its list of fields locks', () => {
    const fixed = answers('APPROVED').filter(
      ({ editable, field }) => editable === false && !SET_BY_AWS.includes(field),
    );
    expect(fixed.flatMap(({ field, source }) => (source === 'DOCUMENTED' ? [field] : []))).toEqual([
      'Customer.Account.Industry',
      'Customer.Account.WebsiteUrl',
      'Customer.Account.Address.PostalCode',
      'Customer.Account.Address.CountryCode',
      'Project.Title',
      'Project.CustomerBusinessProblem',
    ]);
    expect(fixed.flatMap(({ field, source }) => (source === 'OBSERVED' ? [field] : []))).toEqual([
      'NationalSecurity',
      'Customer.Account.OtherIndustry',
      'Customer.Account.CompanyName',
      'Customer.Account.Address.StateOrRegion',
    ]);
  });

  test("where AWS's documentation and its list of fields disagree, the answer is not known and names both", () => {
    expect(answers('APPROVED').find(({ field }) => field === 'PartnerOpportunityIdentifier')).toEqual({
      field: 'PartnerOpportunityIdentifier',
      editable: null,
      reason: expect.stringMatching(/documentation.*list of fields/),
      source: 'DOCUMENTED',
    });
  });

  test('nothing is open after the launch, and what programs and software partners may edit is not known', () => {
    expect(fieldsWith(true, 'APPROVED', 'LAUNCHED')).toEqual([]);
    expect(fieldsWith(null, 'APPROVED', 'LAUNCHED')).toEqual([
      'Project.DeliveryModels',
      'Project.ExpectedContractDuration',
      'Project.AdditionalComments',
      'Project.AwsPartition',
      'SoftwareRevenue.DeliveryModel',
      'SoftwareRevenue.Value',
      'SoftwareRevenue.EffectiveDate',
      'SoftwareRevenue.ExpirationDate',
      'LifeCycle.NextStepsHistory',
      'RelatedEntityIdentifiers.AwsMarketplaceOfferSets',
      'RelatedEntityIdentifiers.AwsMarketplaceSolutions',
      'RelatedEntityIdentifiers.AwsMarketplaceProducts',
    ]);
  });

  test('nothing is open after the opportunity is lost', () => {
    expect(answers('APPROVED', 'CLOSED_LOST').filter(({ editable }) => editable !== false)).toEqual([]);
  });

  test('without a review status, or without a life cycle, nothing but the fields of AWS is known', () => {
    expect(fieldsWith(false, null)).toEqual(SET_BY_AWS);
    expect(fieldsWith(true, null)).toEqual([]);
    expect(editabilityOf({ lifeCycle: null })).toEqual(answers(null));
  });

  test('an approved opportunity without a stage has the answers that hold for every stage', () => {
    const lockedAlways = ALL_STAGES.flatMap((stage) =>
      stage === null ? [] : [fieldsWith(false, 'APPROVED', stage)],
    ).reduce((common, fields) => common.filter((field) => fields.includes(field)));
    expect(fieldsWith(false, 'APPROVED', null)).toEqual(lockedAlways);
    expect(fieldsWith(true, 'APPROVED', null)).toEqual([]);
  });
});

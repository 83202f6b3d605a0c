import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { selectsOnly, type Members } from '../../src/graphql/selection.js';
import {
  ENGAGEMENT_SUMMARY,
  INVITATION_SUMMARY,
  OPPORTUNITY_SUMMARY,
} from '../../src/graphql/record/summary-fields.js';
import { leavesOf, objectType } from '../support/fixtures/select-all-fields.js';

const KNOWN: Members = { id: true, spend: true, customer: { account: { name: true } } };

/** True if every selection of the field `it` in a document contains only KNOWN. */
function only(text: string, variableValues: Record<string, unknown> = {}): boolean {
  const { definitions } = parse(text);
  const fragments: Record<string, FragmentDefinitionNode> = {};
  const fieldNodes: FieldNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const node of definition.selectionSet.selections) if (node.kind === Kind.FIELD) fieldNodes.push(node);
  }
  return selectsOnly(KNOWN, { fieldNodes, fragments, variableValues });
}

describe('selectsOnly', () => {
  test.each([
    [true, '{ it { id __typename } }'],
    [true, '{ it { alias: id customer { __typename account { name } } } }'],
    [true, '{ it { spend { whatever { is } below } } }'],
    [false, '{ it { id stranger } }'],
    [false, '{ it { id: stranger } }'],
    [false, '{ it { customer { account { name stranger } } } }'],
    [false, '{ it { customer { stranger { name } } } }'],
    [true, '{ it { ... on It { id } ... { customer { account { ... { name } } } } } }'],
    [false, '{ it { ... on It { stranger } } }'],
    [true, '{ it { ...A } } fragment A on It { id ...B } fragment B on It { customer { account { name } } }'],
    [false, '{ it { ...A } } fragment A on It { id ...B } fragment B on It { stranger }'],
    [false, '{ it { id } it { stranger } }'],
  ])('the result is %s for %s', (expected, text) => {
    expect(only(text)).toBe(expected);
  });

  test.each([
    [true, '{ it { id stranger @include(if: false) } }'],
    [true, '{ it { id stranger @skip(if: true) } }'],
    [true, '{ it { id ... @include(if: false) { stranger } } }'],
    [true, '{ it { ...A @skip(if: true) } } fragment A on It { stranger }'],
    [false, '{ it { id stranger @include(if: true) } }'],
    [false, '{ it { id stranger @skip(if: false) } }'],
    [false, '{ it { id stranger @skip(if: false) @include(if: true) } }'],
    [true, '{ it { id stranger @skip(if: true) @include(if: true) } }'],
  ])('directives decide what is selected: the result is %s for %s', (expected, text) => {
    expect(only(text)).toBe(expected);
  });

  test('conditions use the variables of the request', () => {
    const text = 'query ($with: Boolean!) { it { id stranger @include(if: $with) ... @skip(if: $with) { id } } }';
    expect([only(text, { with: true }), only(text, { with: false })]).toEqual([false, true]);
  });
});

const CONTACT = ['businessTitle', 'email', 'firstName', 'lastName', 'phone'];
/** The fields that AWS's lists of opportunities lack, after AWS's model. */
const COSTLY = Object.entries({
  '': ['primaryNeedsFromAws', 'nationalSecurity'],
  'lifeCycle.nextStepsHistory.': ['value', 'time'],
  'customer.account.': ['awsAccountId', 'duns', 'address.streetAddress'],
  'customer.contacts.': CONTACT,
  'opportunityTeam.': CONTACT,
  'project.': (
    'title customerBusinessProblem customerUseCase salesActivities apnPrograms competitorName otherCompetitorNames otherSolutionDescription ' +
    'relatedOpportunityIdentifier additionalComments awsPartition'
  ).split(' '),
  'marketing.': ['campaignName', 'source', 'useCases', 'channels', 'awsFundingUsed'],
  'softwareRevenue.': ['deliveryModel', 'value.amount', 'value.currencyCode', 'effectiveDate', 'expirationDate'],
  'relatedEntities.':
    'solutions awsProducts awsMarketplaceOffers awsMarketplaceOfferSets awsMarketplaceSolutions awsMarketplaceProducts'.split(
      ' ',
    ),
}).flatMap(([path, names]) => names.map((name) => `${path}${name}`));

describe('the summary fields', () => {
  const paths = (members: Members): string[] =>
    Object.entries(members).flatMap(([name, below]) =>
      below === true ? [name] : paths(below).map((path) => `${name}.${path}`),
    );

  test.each([
    ['Opportunity', OPPORTUNITY_SUMMARY],
    ['Engagement', ENGAGEMENT_SUMMARY],
    ['EngagementInvitation', INVITATION_SUMMARY],
  ])('the table of %s names members of the schema', (name, table) => {
    const leaves = [...leavesOf(objectType(name)).map((path) => path.join('.')), 'key'];
    const unknown = paths(table).filter((path) => !leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`)));
    expect(unknown).toEqual([]);
  });

  test('the table of Opportunity omits the fields that AWS’s lists lack', () => {
    const costly = leavesOf(objectType('Opportunity'))
      .map((path) => path.join('.'))
      .filter((leaf) => !paths(OPPORTUNITY_SUMMARY).some((path) => leaf === path || leaf.startsWith(`${path}.`)));
    expect(costly.toSorted()).toEqual(COSTLY.toSorted());
  });
});

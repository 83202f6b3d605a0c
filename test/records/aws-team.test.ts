import { describe, expect, test } from '@jest/globals';
import { awsPeopleIn, needsOpportunityTeam } from '../../src/records/aws-team.js';
import { AWS_OPPORTUNITY } from '../support/fixtures/sample-related.js';

const person = (businessTitle: string | null, email: string | null = null) => ({
  email,
  firstName: 'A',
  lastName: 'B',
  businessTitle,
  phone: '+1',
});

test.each([
  [[], 'Co-Sell', true],
  [[], 'A New Involvement', true],
  [[], null, false],
  [AWS_OPPORTUNITY.team, 'Co-Sell', false],
])('with the team %j and the involvement %j the opportunity is needed: %j', (team, rawInvolvementType, needed) => {
  expect(needsOpportunityTeam({ ...AWS_OPPORTUNITY, team, rawInvolvementType })).toBe(needed);
});

describe("AWS's people in the team of an opportunity", () => {
  test.each(['AWSSalesRep', 'AWSAccountOwner', 'WWPSPDM', 'PDM', 'PSM', 'ISVSM', 'Signatory', 'AWSSomethingNew'])(
    'a person with the title %s is from AWS',
    (title) => {
      expect(awsPeopleIn([person(title)])).toEqual([
        { email: null, firstName: 'A', lastName: 'B', businessTitle: title },
      ]);
    },
  );

  test.each(['a@amazon.com', 'a@Amazon.co.uk', 'a@amazon.com.au', 'a@amazon.de', 'a@eu.amazon.com'])(
    'a person with the address %s is from AWS',
    (email) => {
      expect(awsPeopleIn([person('OpportunityOwner', email)])).toHaveLength(1);
    },
  );

  test.each([
    person('OpportunityOwner', 'a@partner.example.com'),
    person('PartnerAccountManager'),
    person(null),
    person('Rep', 'a@notamazon.com'),
    person('Rep', 'amazon.com@example.com'),
    person('Rep', 'a@amazon.com.example.com'),
  ])('the person %j is not from AWS', (other) => {
    expect(awsPeopleIn([other])).toEqual([]);
  });
});

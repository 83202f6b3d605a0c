import { describe, expect, test } from '@jest/globals';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf } from '../../../support/aws/simulator-records.js';

const SAM = {
  Email: 'sam.seller@partner.example.com',
  FirstName: 'Sam',
  LastName: 'Seller',
  BusinessTitle: 'PartnerAccountManager',
};

describe('AssociateOpportunity', () => {
  test.each([
    ['Solutions', 10],
    ['AwsMarketplaceSolutions', 10],
    ['AwsMarketplaceProducts', 10],
    ['AwsProducts', 20],
    ['AwsMarketplaceOffers', 1],
  ] as const)('an opportunity takes %s up to %i', async (type, limit) => {
    const { associate, getOpportunity } = recordsOf(await createPartner());
    for (let number = 1; number <= limit; number++) await associate('O5000002', `S-${number}`, type);
    await associate('O5000002', 'S-1', type);
    expect(await failureOf(associate('O5000002', 'S-99', type))).toMatchObject({
      name: 'ValidationException',
      Reason: 'BUSINESS_VALIDATION_FAILED',
      ErrorList: [{ FieldName: 'relatedEntityIdentifier', Code: 'TOO_MANY_VALUES' }],
    });
    expect((await getOpportunity('O5000002')).RelatedEntityIdentifiers?.[type]).toHaveLength(limit);
  });

  test('an association moves the date of the last change, and its repetition does not', async () => {
    const { associate, getOpportunity } = recordsOf(await createPartner());
    const dates: (Date | undefined)[] = [];
    for (let turn = 0; turn < 3; turn++) {
      dates.push((await getOpportunity('O5000002')).LastModifiedDate);
      await associate('O5000002', 'S-1');
    }
    const [before, first, second] = dates;
    expect(first?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
    expect(second).toEqual(first);
  });
});

describe('DisassociateOpportunity', () => {
  test('a removed association can be made again, and an association that is not there is not found', async () => {
    const { associate, disassociate, getOpportunity } = recordsOf(await createPartner());
    await associate('O5000002', 'S-1');
    await associate('O5000002', 'S-2');
    await disassociate('O5000002', 'S-1');
    expect((await getOpportunity('O5000002')).RelatedEntityIdentifiers?.Solutions).toEqual(['S-2']);
    expect(nameOf(await failureOf(disassociate('O5000002', 'S-1')))).toBe('ResourceNotFoundException');
    expect(nameOf(await failureOf(disassociate('O5000002', 'S-2', 'AwsProducts')))).toBe('ResourceNotFoundException');
    await associate('O5000002', 'S-1');
    expect((await getOpportunity('O5000002')).RelatedEntityIdentifiers?.Solutions).toEqual(['S-2', 'S-1']);
  });
});

describe('AssignOpportunity', () => {
  test('the assignee is in the team, and a new owner takes the place of the old one', async () => {
    const { assign, update, getOpportunity } = recordsOf(await createPartner());
    const helper = { ...SAM, Email: 'helper@partner.example.com', BusinessTitle: 'Architect' };
    await assign('O5000001', helper);
    await assign('O5000001', SAM);
    const next = { ...SAM, Email: 'next@partner.example.com', Phone: '+15550199' };
    await assign('O5000001', next);
    // A replacement of the object leaves the team as it is.
    await update('O5000001', () => ({ OpportunityType: 'Expansion' }));
    expect((await getOpportunity('O5000001')).OpportunityTeam).toEqual([next, helper]);
  });

  test('a wrong assignee names every wrong field', async () => {
    const { assign } = recordsOf(await createPartner());
    // @ts-expect-error the model requires the title
    const wrong: Parameters<typeof assign>[1] = { Email: 'no address', FirstName: 'x'.repeat(81), LastName: '' };
    expect(await failureOf(assign('O5000001', wrong))).toMatchObject({
      ErrorList: ['email', 'firstName', 'businessTitle'].map((name) => ({ FieldName: `assignee.${name}` })),
    });
  });
});

test.each(['O5000007', 'O5000008', 'O5000010', 'O5000011', 'O5000012'])(
  'a locked opportunity takes no association and no assignment: %s',
  async (id) => {
    const { associate, disassociate, assign } = recordsOf(await createPartner());
    const calls = [associate(id, 'S-7'), disassociate(id, 'S-0050001'), assign(id, SAM)];
    for (const error of await Promise.all(calls.map((call) => failureOf(call))))
      expect(error).toMatchObject({ name: 'ValidationException', ErrorList: [{ Code: 'ACTION_NOT_PERMITTED' }] });
  },
);

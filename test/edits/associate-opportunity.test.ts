/** The limits, the locks and the identity of associations. */
import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import type { RelatedEntities } from '../../src/partner-central/model/record-types.js';
import type { RelatedEntityType } from '../../src/partner-central/model/related-types.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { openEdits, openEditsOverStub } from '../support/aws/edits.js';

const DRAFT = { Id: 'O1', LifeCycle: { ReviewStatus: 'Pending Submission', Stage: 'Qualified' } };

function association(entityType: RelatedEntityType, entityIdentifier: string) {
  return { catalog: 'SANDBOX', identifier: 'O1', entityType, entityIdentifier } as const;
}

function opportunityWith(related: object, more: object = {}) {
  return { GetOpportunity: () => ok({ ...DRAFT, RelatedEntityIdentifiers: related, ...more }) };
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `item-${index}`);

const KINDS: readonly {
  entityType: RelatedEntityType;
  aws: string;
  member: keyof RelatedEntities;
  limit: number | null;
}[] = [
  { entityType: 'SOLUTIONS', aws: 'Solutions', member: 'solutions', limit: 10 },
  { entityType: 'AWS_PRODUCTS', aws: 'AwsProducts', member: 'awsProducts', limit: 20 },
  { entityType: 'AWS_MARKETPLACE_OFFERS', aws: 'AwsMarketplaceOffers', member: 'awsMarketplaceOffers', limit: 1 },
  {
    entityType: 'AWS_MARKETPLACE_OFFER_SETS',
    aws: 'AwsMarketplaceOfferSets',
    member: 'awsMarketplaceOfferSets',
    limit: null,
  },
  {
    entityType: 'AWS_MARKETPLACE_SOLUTIONS',
    aws: 'AwsMarketplaceSolutions',
    member: 'awsMarketplaceSolutions',
    limit: 10,
  },
  {
    entityType: 'AWS_MARKETPLACE_PRODUCTS',
    aws: 'AwsMarketplaceProducts',
    member: 'awsMarketplaceProducts',
    limit: 10,
  },
];

test('there is a kind for each one that the SDK knows', () => {
  expect(KINDS.map(({ aws }) => aws).toSorted()).toEqual(Object.values<string>(sdk.RelatedEntityType).toSorted());
});

const LIMITED = KINDS.flatMap(({ limit, ...kind }) => (limit === null ? [] : [{ ...kind, limit }]));

describe.each(KINDS)('the items of the kind $entityType', ({ entityType, aws, member, limit }) => {
  test("the requests and the record use AWS's names of the kind", async () => {
    const { edits, stub } = await openEditsOverStub({
      ...opportunityWith({ [aws]: ['old'] }),
      AssociateOpportunity: () => ok({}),
      DisassociateOpportunity: () => ok({}),
    });
    expect(await edits.disassociateOpportunity(null, association(entityType, 'old'))).toMatchObject({
      type: 'done',
      record: { lastModifiedAt: null, relatedEntities: { [member]: [] } },
      changed: [`relatedEntities.${member}`],
    });
    const request = { Catalog: 'Sandbox', OpportunityIdentifier: 'O1', RelatedEntityType: aws };
    expect(stub.asked[1]).toEqual({
      operation: 'DisassociateOpportunity',
      question: { ...request, RelatedEntityIdentifier: 'old' },
    });
    // AWS still shows the old item, which must not count against the limit.
    expect(await edits.associateOpportunity(null, association(entityType, 'new'))).toMatchObject({
      type: 'done',
      record: { lastModifiedAt: null, relatedEntities: { [member]: ['old', 'new'] } },
      changed: [`relatedEntities.${member}`],
    });
    expect(stub.asked[4]).toEqual({
      operation: 'AssociateOpportunity',
      question: { ...request, RelatedEntityIdentifier: 'new' },
    });
  });

  test('an item below the limit is associated', async () => {
    const { edits } = await openEditsOverStub({
      ...opportunityWith({ [aws]: numbered((limit ?? 30) - 1) }),
      AssociateOpportunity: () => ok({}),
    });
    expect(await edits.associateOpportunity(null, association(entityType, 'the last'))).toMatchObject({ type: 'done' });
  });
});

test.each(LIMITED)(
  'one item above the limit of $limit $aws is refused before a write',
  async ({ entityType, aws, limit }) => {
    const { edits, stub } = await openEditsOverStub({
      ...opportunityWith({ [aws]: numbered(limit) }),
      DisassociateOpportunity: () => ok({}),
    });
    expect(await edits.associateOpportunity(null, association(entityType, 'one more'))).toMatchObject({
      type: 'refused',
      errors: [
        {
          code: 'INVALID_INPUT',
          message: expect.stringContaining(`(limit ${limit}, got ${limit})`),
          path: ['relatedEntityIdentifier'],
        },
      ],
    });
    // The limit does not concern an item that is associated already, nor a removal.
    expect(await edits.associateOpportunity(null, association(entityType, 'item-0'))).toMatchObject({ changed: [] });
    expect(await edits.disassociateOpportunity(null, association(entityType, 'item-0'))).toMatchObject({
      type: 'done',
    });
    expect(stub.asked.filter(({ operation }) => operation === 'AssociateOpportunity')).toEqual([]);
  },
);

test('two callers at once at the limit fill the last place once, and AWS or the gateway refuses the other', async () => {
  const { edits, records } = await openEdits();
  const solution = (number: number) => ({
    ...association('SOLUTIONS', `S-000000${number}`),
    identifier: 'O5000002',
  });
  for (let number = 1; number <= 9; number += 1) await edits.associateOpportunity(null, solution(number));
  const outcomes = await Promise.all([
    edits.associateOpportunity('ada', { ...solution(1), entityIdentifier: 'S-0000010' }),
    edits.associateOpportunity('bob', { ...solution(1), entityIdentifier: 'S-0000011' }),
  ]);
  expect(outcomes.map(({ type }) => type).toSorted()).toEqual(['done', 'refused']);
  const found = await records.opportunity('SANDBOX', 'O5000002', 0);
  expect(found).toMatchObject({ record: { relatedEntities: { solutions: { length: 10 } } } });
});

test('a solution is the same by its id and by its ARN, and other items are not', async () => {
  const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/solution/S-0000001';
  const { edits } = await openEditsOverStub({
    ...opportunityWith({ Solutions: ['S-0000001'], AwsMarketplaceProducts: ['prod-1'] }),
    AssociateOpportunity: () => ok({}),
  });
  expect(await edits.associateOpportunity(null, association('SOLUTIONS', arn))).toMatchObject({ changed: [] });
  const product = association('AWS_MARKETPLACE_PRODUCTS', 'arn:aws:aws-marketplace:::product/prod-1');
  expect(await edits.associateOpportunity(null, product)).toMatchObject({
    changed: ['relatedEntities.awsMarketplaceProducts'],
  });
});

test('a state that locks the associations refuses them before a write, with the reason', async () => {
  const submitted = { LifeCycle: { ReviewStatus: 'Submitted', Stage: 'Qualified' } };
  const { edits, stub } = await openEditsOverStub(opportunityWith({ Solutions: ['S-0000001'] }, submitted));
  for (const edit of [
    edits.associateOpportunity(null, association('SOLUTIONS', 'S-0000002')),
    edits.disassociateOpportunity(null, association('SOLUTIONS', 'S-0000001')),
  ])
    expect(await edit).toMatchObject({
      type: 'refused',
      errors: [{ code: 'NOT_EDITABLE', message: expect.stringContaining('Submitted'), path: ['relatedEntityType'] }],
    });
  // A repetition of what holds already is harmless in each state.
  expect(await edits.associateOpportunity(null, association('SOLUTIONS', 'S-0000001'))).toMatchObject({ changed: [] });
  expect(new Set(stub.asked.map(({ operation }) => operation))).toEqual(new Set(['GetOpportunity']));
});

test('mistakes in the input are reported together, and AWS is not called', async () => {
  const { edits, stub } = await openEditsOverStub({});
  const wrong = { ...association('SOLUTIONS', 'x'.repeat(256)), identifier: 'o-1' };
  for (const edit of [edits.associateOpportunity(null, wrong), edits.disassociateOpportunity(null, wrong)])
    expect(await edit).toMatchObject({
      type: 'refused',
      errors: [
        { code: 'INVALID_INPUT', path: ['identifier'] },
        { code: 'INVALID_INPUT', path: ['relatedEntityIdentifier'] },
      ],
    });
  expect(stub.asked).toEqual([]);
});

test("AWS's list of errors names the fields of the input", async () => {
  const error = (FieldName: string) => ({ FieldName, Message: `${FieldName} is wrong.`, Code: 'INVALID_VALUE' });
  const { edits } = await openEditsOverStub({
    ...opportunityWith({}),
    AssociateOpportunity: () =>
      refusal('ValidationException', {
        ErrorList: ['relatedEntityIdentifier', 'OpportunityIdentifier', 'RelatedEntityType', 'other'].map(error),
      }),
  });
  expect(await edits.associateOpportunity(null, association('SOLUTIONS', 'S-1'))).toMatchObject({
    type: 'refused',
    errors: [['relatedEntityIdentifier'], ['identifier'], ['relatedEntityType'], null].map((path) => ({
      code: 'VALIDATION_FAILED',
      path,
      awsCode: 'ValidationException',
      mayBeDone: false,
    })),
  });
});

import { describe, expect, test } from '@jest/globals';
import { DAY, SECOND } from '../../../../src/runtime/clock.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { createPartner, failureOf, nameOf, post } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

type List = ReturnType<typeof recordsOf>['listOpportunities'];

/** The identifiers of every page. */
async function pages(list: List, query: Parameters<List>[0]): Promise<string[][]> {
  const result: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await list({ ...query, ...(NextToken === undefined ? {} : { NextToken }) });
    result.push((page.OpportunitySummaries ?? []).map(({ Id }) => Id ?? ''));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return result;
}

const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AWSPartnerCentralSelling.ListOpportunities',
  'x-amz-date': '20260101T000000Z',
  authorization:
    `AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/partnercentral-selling/aws4_request, SignedHeaders=host, ` +
    `Signature=${'0'.repeat(64)}`,
};
const seed = (...numbers: number[]) => numbers.map((number) => `O${5_000_000 + number}`);
const BY_ID = { Sort: { SortBy: 'Identifier', SortOrder: 'ASCENDING' } } as const;

describe('GetOpportunity', () => {
  test('a seed opportunity is shown completely, and is equal in both catalogs', async () => {
    const partner = await createPartner();
    const opportunity = await recordsOf(partner).getOpportunity('O5000001');
    expect(opportunity).toMatchObject({
      Catalog: 'Sandbox',
      Id: 'O5000001',
      Arn: 'arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/opportunity/O5000001',
      PartnerOpportunityIdentifier: 'CRM-0001',
      Customer: {
        Account: { CompanyName: 'Marlow Freight', Address: { CountryCode: 'US', StateOrRegion: 'Oregon' } },
        Contacts: [{ Email: 'robin.sample@marlow-freight.example.com' }],
      },
      Project: { SalesActivities: expect.arrayContaining([expect.any(String)]) },
      LifeCycle: { Stage: 'Qualified', ReviewStatus: 'Pending Submission' },
      RelatedEntityIdentifiers: { Solutions: [expect.stringMatching(/^S-/)], AwsProducts: [] },
    });
    expect(await recordsOf(partner, 'AWS').getOpportunity('O5000001')).toMatchObject({
      Catalog: 'AWS',
      Customer: opportunity.Customer,
    });
  });

  test('target dates are always in the future, and all other dates are fixed', async () => {
    const partner = await createPartner();
    const { getOpportunity } = recordsOf(partner);
    const before = await getOpportunity('O5000001');
    expect(before.LifeCycle?.TargetCloseDate).toBe('2026-03-02');
    await partner.clock.advance(400 * DAY);
    const after = await getOpportunity('O5000001');
    expect(after.LifeCycle?.TargetCloseDate).toBe('2027-04-06');
    expect([after.CreatedDate, after.LastModifiedDate]).toEqual([before.CreatedDate, before.LastModifiedDate]);
  });

  test.each(['O1000001', 'O77', 'O9999999999999999999'])(
    'any other opportunity is complete and not submitted: %s',
    async (id) => {
      const opportunity = await recordsOf(await createPartner()).getOpportunity(id);
      expect(opportunity).toMatchObject({ Id: id, LifeCycle: { ReviewStatus: 'Pending Submission' } });
      expect(opportunity.Project?.SalesActivities).not.toHaveLength(0);
    },
  );

  test('the sample identifiers for a refused read are refused', async () => {
    const { getOpportunity } = recordsOf(await createPartner());
    expect(nameOf(await failureOf(getOpportunity('O3000006')))).toBe('ResourceNotFoundException');
    expect(nameOf(await failureOf(getOpportunity('O3000003')))).toBe('AccessDeniedException');
  });

  test('the sample that was already submitted is Submitted', async () => {
    expect(await recordsOf(await createPartner()).getOpportunity('O2000014')).toMatchObject({
      LifeCycle: { ReviewStatus: 'Submitted' },
    });
  });

  test.each([[1], [10]])('the review proceeds after the task is complete, at speed %d', async (speed) => {
    const partner = await createPartner({ speed });
    const { getOpportunity } = recordsOf(partner);
    await partner.startEngagement('O1000001', 'token');
    const seen: string[] = [];
    for (const seconds of [2.99, 0.01, 9.99, 0.01, 29.99, 0.01]) {
      await partner.clock.advance((seconds * SECOND) / speed);
      seen.push((await getOpportunity('O1000001')).LifeCycle?.ReviewStatus ?? '');
    }
    expect(seen).toEqual(['Pending Submission', 'Submitted', 'Submitted', 'In review', 'In review', 'Approved']);
    const { LastModifiedDate } = await getOpportunity('O1000001');
    expect(LastModifiedDate).toEqual(new Date(partner.clock.now()));
  });

  test('a task that failed starts no review', async () => {
    const partner = await createPartner();
    await runToEnd(partner, () => partner.startEngagement('O2000001', 'token'));
    await partner.clock.advance(60 * SECOND);
    expect(await recordsOf(partner).getOpportunity('O2000001')).toMatchObject({
      LifeCycle: { ReviewStatus: 'Pending Submission' },
    });
  });

  test('GetOpportunity spends the quota of reads', async () => {
    const { getOpportunity, listOpportunities } = recordsOf(await createPartner({ readsPerDay: 1 }));
    await getOpportunity('O1');
    expect(nameOf(await failureOf(listOpportunities()))).toBe('ThrottlingException');
  });
});

describe('ListOpportunities', () => {
  test('the list has the seed opportunities, newest change first, with a token after every full page', async () => {
    const { listOpportunities } = recordsOf(await createPartner());
    expect(await pages(listOpportunities, { MaxResults: 7 })).toEqual([
      seed(14, 13, 12, 11, 10, 9, 8),
      seed(7, 6, 5, 4, 3, 2, 1),
      [],
    ]);
    expect(await pages(listOpportunities, { ...BY_ID, MaxResults: 5 })).toEqual([
      seed(1, 2, 3, 4, 5),
      seed(6, 7, 8, 9, 10),
      seed(11, 12, 13, 14),
    ]);
    const { NextToken } = await listOpportunities({ MaxResults: 7 });
    expect(nameOf(await failureOf(listOpportunities({ ...BY_ID, NextToken })))).toBe('ValidationException');
  });

  test.each<[string, Parameters<List>[0], string[]]>([
    ['review statuses', { LifeCycleReviewStatus: ['Approved', 'Rejected'] }, seed(9, 11, 12)],
    ['stages', { LifeCycleStage: ['Launched'] }, seed(12)],
    ['company names', { CustomerCompanyName: ['Marlow Freight', 'Nimbus Parcel'] }, seed(1, 11)],
    [
      'two filters, of which all must match',
      { CustomerCompanyName: ['Marlow Freight'], LifeCycleStage: ['Launched'] },
      [],
    ],
    [
      'date of creation',
      {
        CreatedDate: { AfterCreatedDate: new Date('2025-10-03T09:30:00Z'), BeforeCreatedDate: new Date('2025-10-06') },
      },
      seed(4, 5),
    ],
    ['date of change', { LastModifiedDate: { AfterLastModifiedDate: new Date('2025-10-25') } }, seed(11, 12, 13, 14)],
    ['target close date', { TargetCloseDate: { BeforeTargetCloseDate: '2026-01-01' } }, seed(4)],
    ['an empty filter, which matches all', { Identifier: [], LifeCycleStage: ['Launched'] }, seed(12)],
  ])('the list filters by %s', async (_, query, found) => {
    expect(await pages(recordsOf(await createPartner()).listOpportunities, { ...BY_ID, ...query })).toEqual([found]);
  });

  test('the list finds any opportunity by identifier, and leaves out refused reads', async () => {
    const { listOpportunities } = recordsOf(await createPartner());
    expect(
      await pages(listOpportunities, { ...BY_ID, Identifier: ['O5000003', 'O77', 'O3000003', 'O3000006', 'O77'] }),
    ).toEqual([['O77', 'O5000003']]);
  });

  test.each([
    ['CustomerCompanyName', 'O5000003'],
    ['CreatedDate', 'O5000001'],
    ['TargetCloseDate', 'O5000004'],
    ['LastModifiedDate', 'O5000001'],
  ] as const)('the list sorts by %s', async (SortBy, first) => {
    const { listOpportunities } = recordsOf(await createPartner());
    const [page = []] = await pages(listOpportunities, { Sort: { SortBy, SortOrder: 'ASCENDING' } });
    expect(page[0]).toBe(first);
  });

  test('each item has exactly the members of a summary', async () => {
    const { simulator } = await createPartner();
    // The request bypasses the SDK, which drops unknown members.
    const { answer } = await post(
      simulator.endpoint,
      SIGNED,
      JSON.stringify({ Catalog: 'Sandbox', Identifier: ['O5000001'] }),
    );
    const text = expect.any(String);
    const list = expect.any(Array);
    expect(answer).toEqual({
      OpportunitySummaries: [
        {
          Arn: text,
          Catalog: 'Sandbox',
          CreatedDate: text,
          Customer: {
            Account: {
              CompanyName: 'Marlow Freight',
              Industry: text,
              WebsiteUrl: text,
              Address: { City: 'Portland', PostalCode: text, StateOrRegion: 'Oregon', CountryCode: 'US' },
            },
          },
          Id: 'O5000001',
          LastModifiedDate: text,
          LifeCycle: {
            NextSteps: text,
            ReviewStatus: 'Pending Submission',
            Stage: 'Qualified',
            TargetCloseDate: '2026-03-02',
          },
          OpportunityType: 'Net New Business',
          PartnerOpportunityIdentifier: 'CRM-0001',
          Project: { DeliveryModels: list, ExpectedCustomerSpend: list },
        },
      ],
      NextToken: null,
    });
  });

  test('the list refuses more than 20 identifiers and pages of more than 100', async () => {
    const { listOpportunities } = recordsOf(await createPartner());
    const Identifier = Array.from({ length: 21 }, (_, index) => `O${index + 1}`);
    expect(await failureOf(listOpportunities({ Identifier, MaxResults: 101 }))).toMatchObject({
      ErrorList: [{ FieldName: 'maxResults' }, { FieldName: 'identifier', Code: 'TOO_MANY_VALUES' }],
    });
  });
});

test('a clock in another year has the same seed opportunities', async () => {
  const clock = createManualClock(Date.UTC(2030, 5, 1));
  expect(await pages(recordsOf(await createPartner({ clock })).listOpportunities, BY_ID)).toEqual([
    seed(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
  ]);
});

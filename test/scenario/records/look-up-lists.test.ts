/** The lists of records: their filters, and pages by cursors without a gap or a repeat. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { ask } from '../../support/clients/seller.js';

const OPPORTUNITIES = Array.from({ length: 14 }, (_, index) => `O${5_000_014 - index}`);
const ENGAGEMENTS = [
  'eng-project5000012',
  'eng-project5000011',
  'eng-project5000010',
  'eng-project5000009',
  'eng-project5000008',
  'eng-project5000007',
  'eng-leadqualified1',
  'eng-leaddisqualif1',
  'eng-fivecontexts01',
];
const AWS_ACCOUNT = '210987654321';
const TODAY = new Date().toISOString().slice(0, 10);
const RECEIVED = ['engi-leadpending01', 'engi-opportunity01', 'engi-rejected00001', 'engi-expired000001'];

type List = { readonly field: string; readonly filter: string; readonly more?: string };
const LISTS = {
  opportunities: { field: 'opportunities', filter: 'OpportunityFilter' },
  engagements: { field: 'engagements', filter: 'EngagementFilter' },
  received: { field: 'engagementInvitations', filter: 'EngagementInvitationFilter' },
  sent: { field: 'engagementInvitations', filter: 'EngagementInvitationFilter', more: ', participantType: SENDER' },
} satisfies Record<string, List>;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

async function pageOf(
  { field, filter: type, more = '' }: List,
  filter: object,
  first: number,
  after: string | null,
): Promise<any> {
  const query = `query($filter: ${type}, $first: Int, $after: String) { ${field}(catalog: SANDBOX, filter: $filter, first: $first, after: $after${more}) {
    nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }`;
  return (await ask(gateway, query, { filter, first, after }))[field];
}

/** The ids of a list, read page by page. */
async function readAll(list: List, filter: object = {}, first = 100): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { nodes, edges, pageInfo } = await pageOf(list, filter, first, after);
    expect(edges.map((edge: any) => edge.node)).toEqual(nodes);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([
      edges[0]?.cursor ?? null,
      edges.at(-1)?.cursor ?? null,
    ]);
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    expect(nodes.length).toBeLessThanOrEqual(first);
    ids.push(...nodes.map((node: any) => node.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return ids;
}

describe.each([1, 2, 5, 100])('Lists in pages of %i', (first) => {
  test('opportunities are listed most recently changed first, each once', async () => {
    expect(await readAll(LISTS.opportunities, {}, first)).toEqual(OPPORTUNITIES);
  });

  test('engagements are listed once each', async () => {
    const ids = await readAll(LISTS.engagements, {}, first);
    expect(ids.toSorted()).toEqual(ENGAGEMENTS.toSorted());
  });

  test('received invitations are listed most recent first, each once', async () => {
    expect(await readAll(LISTS.received, {}, first)).toEqual(RECEIVED);
  });
});

test('each cursor of a page, not only the last, resumes right after its own record', async () => {
  const { edges } = await pageOf(LISTS.opportunities, {}, 7, null);
  for (const [index, { cursor }] of edges.entries()) {
    const { nodes } = await pageOf(LISTS.opportunities, {}, 3, cursor);
    expect(nodes.map((node: any) => node.id)).toEqual(OPPORTUNITIES.slice(index + 1, index + 4));
  }
});

test.each<[keyof typeof LISTS, object, string[]]>([
  [
    'opportunities',
    { reviewStatuses: ['PENDING_SUBMISSION'] },
    ['O5000014', 'O5000013', 'O5000005', 'O5000004', 'O5000003', 'O5000002', 'O5000001'],
  ],
  ['opportunities', { reviewStatuses: ['ACTION_REQUIRED', 'REJECTED'] }, ['O5000011', 'O5000010']],
  ['opportunities', { stages: ['LAUNCHED'] }, ['O5000012']],
  ['opportunities', { stages: ['QUALIFIED'], reviewStatuses: ['APPROVED'] }, ['O5000009']],
  ['opportunities', { customerCompanyNames: ['Marlow Freight', 'Verdant Acres'] }, ['O5000012', 'O5000001']],
  ['opportunities', { identifiers: ['O5000002', 'O3000006', 'O5000002'] }, ['O5000002']],
  [
    'opportunities',
    { modifiedAfter: '2025-10-24T00:00:00Z', modifiedBefore: '2025-10-26T00:00:00Z' },
    ['O5000011', 'O5000010'],
  ],
  [
    'opportunities',
    { createdAfter: '2025-10-03T09:30:00Z', createdBefore: '2025-10-06T00:00:00Z' },
    ['O5000005', 'O5000004'],
  ],
  ['opportunities', { targetCloseDateBefore: TODAY }, ['O5000004']],
  ['opportunities', { targetCloseDateAfter: TODAY, reviewStatuses: ['APPROVED'] }, ['O5000012', 'O5000009']],
  ['opportunities', { identifiers: [] }, []],
  [
    'engagements',
    { contextTypes: ['LEAD'], excludeContextTypes: ['PROSPECTING_RESULT'] },
    ['eng-leadqualified1', 'eng-leaddisqualif1'],
  ],
  ['engagements', { identifiers: ['eng-project5000009', 'eng-leadnotjoined1'] }, ['eng-project5000009']],
  ['engagements', { createdBy: [AWS_ACCOUNT] }, ['eng-leadqualified1', 'eng-leaddisqualif1', 'eng-fivecontexts01']],
  ['engagements', { createdBy: [AWS_ACCOUNT], excludeCreatedBy: [AWS_ACCOUNT] }, []],
  [
    'engagements',
    { excludeCreatedBy: [AWS_ACCOUNT], contextTypes: ['CUSTOMER_PROJECT'] },
    ENGAGEMENTS.filter((id) => id.startsWith('eng-project')),
  ],
  ['received', { senderAwsAccountIds: [AWS_ACCOUNT] }, ['engi-leadpending01']],
  ['received', { senderAwsAccountIds: [] }, []],
  ['received', { payloadTypes: ['LEAD_INVITATION'] }, ['engi-leadpending01']],
  ['received', { statuses: ['EXPIRED', 'REJECTED'] }, ['engi-rejected00001', 'engi-expired000001']],
  ['received', { engagementIdentifiers: ['eng-sharedproject1'] }, ['engi-opportunity01']],
  ['sent', {}, ['engi-senttoaws0001']],
])('the list %s with the filter %j finds %j', async (list, filter, found) => {
  for (const first of [1, 100])
    expect((await readAll(LISTS[list], filter, first)).toSorted()).toEqual(found.toSorted());
});

test.each([
  ['IDENTIFIER', 'ASCENDING', OPPORTUNITIES.toReversed()],
  ['IDENTIFIER', 'DESCENDING', OPPORTUNITIES],
  ['CREATED_DATE', 'ASCENDING', OPPORTUNITIES.toReversed()],
  ['LAST_MODIFIED_DATE', 'DESCENDING', OPPORTUNITIES],
  ['CUSTOMER_COMPANY_NAME', 'ASCENDING', ['O5000003', 'O5000005', 'O5000009']],
  ['TARGET_CLOSE_DATE', 'ASCENDING', ['O5000004']],
])('opportunities are sorted by %s, %s, in pages without a gap or a repeat', async (by, order, first) => {
  const query = `query($after: String) { opportunities(catalog: SANDBOX, first: 5, after: $after, sort: { by: ${by}, order: ${order} }) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { nodes, pageInfo }: any = (await ask(gateway, query, { after })).opportunities;
    ids.push(...nodes.map((node: any) => node.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(ids.slice(0, first.length)).toEqual(first);
  expect(ids.toSorted()).toEqual(OPPORTUNITIES.toSorted());
});

test('a cursor of another order is refused, and a date of a wrong form too', async () => {
  const { pageInfo } = await pageOf(LISTS.opportunities, {}, 1, null);
  const codes = async (args: string) =>
    (await gateway.query(`{ opportunities(catalog: SANDBOX, ${args}) { nodes { id } } }`)).errors?.map(
      ({ extensions }) => extensions?.['code'],
    );
  expect(await codes(`after: "${pageInfo.endCursor}", sort: { by: IDENTIFIER }`)).toEqual(['INVALID_CURSOR']);
  expect(await codes('filter: { targetCloseDateAfter: "31.12.2026" }')).toEqual(['BAD_USER_INPUT']);
});

test('a cursor of another list, a damaged cursor and a page of 0 are refused with advice', async () => {
  const { pageInfo } = await pageOf(LISTS.opportunities, {}, 1, null);
  const refusal = async (args: string) =>
    (await gateway.query(`{ opportunities(catalog: SANDBOX, ${args}) { nodes { id } } }`)).errors;
  const wrong = (message: string, code: string) => [
    { message: expect.stringContaining(message), extensions: { code } },
  ];
  expect(await refusal(`after: "${pageInfo.endCursor}", filter: { stages: [LAUNCHED] }`)).toMatchObject(
    wrong('another list', 'INVALID_CURSOR'),
  );
  expect(await refusal(`after: "${pageInfo.endCursor.slice(1)}"`)).toMatchObject(wrong('damaged', 'INVALID_CURSOR'));
  expect(await refusal('first: 0')).toMatchObject(wrong('1 to 100', 'BAD_USER_INPUT'));
});

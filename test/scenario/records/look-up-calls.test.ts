/** The cost of each look-up in AWS's quota, counted as calls at the simulator. */
import { describe, expect, test } from '@jest/globals';
import { CACHE_MS } from '../../../src/records/loading-cache.js';
import { clockThatJumps } from '../../support/fakes/clocks.js';
import { runToEnd, start, startGateway, type Settings, type TestGateway } from '../../support/harness/gateway.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { FORGOTTEN_MS, ask, readsOf } from '../../support/clients/seller.js';

const SUMMARY = 'id lifeCycle { stage reviewStatus } customer { account { companyName } }';

/** A gateway on a clock that the test sets forward, so that cached records of earlier tasks expire. */
async function openSeller(settings: Settings = {}) {
  const clock = clockThatJumps();
  const gateway = await startGateway({ START_WAIT_MS: '0', ...settings }, { speed: 50 }, { clock });
  const cost = async (query: string, variables: Record<string, unknown> = {}) =>
    (await readsOf(gateway, () => ask(gateway, query, variables))).reads;
  return { gateway, clock, cost };
}

/** Repeats a series of queries until it fits into the lifetime of the cache, because a busy machine may be slower. */
async function whileCached<T>(clock: ReturnType<typeof clockThatJumps>, series: () => Promise<T>): Promise<T> {
  for (;;) {
    clock.jump(FORGOTTEN_MS);
    const begun = clock.monotonic();
    const result = await series();
    if (clock.monotonic() - begun < CACHE_MS) return result;
  }
}

const runAll = (gateway: TestGateway, identifiers: readonly string[]) =>
  Promise.all(identifiers.map((identifier) => runToEnd(gateway, identifier)));

test.each<[string, string[], string]>([
  [
    'a page of opportunities with the members of a list',
    ['ListOpportunities'],
    `{ opportunities(catalog: SANDBOX, first: 20) { nodes { ${SUMMARY} } pageInfo { endCursor } } }`,
  ],
  [
    'a page of opportunities with more than the members of a list',
    ['GetOpportunity', 'GetOpportunity', 'GetOpportunity', 'ListOpportunities'],
    '{ opportunities(catalog: SANDBOX, first: 3) { nodes { id project { title } } } }',
  ],
  [
    'twenty opportunities by their identifiers, with the members of a list',
    ['ListOpportunities'],
    `{ opportunitiesByIdentifiers(catalog: SANDBOX, identifiers: [${Array.from({ length: 20 }, (_, index) => `"O${1000001 + index}"`).join()}]) { ${SUMMARY} } }`,
  ],
  [
    'a page of engagements with the members of a list',
    ['ListEngagements'],
    '{ engagements(catalog: SANDBOX) { nodes { id title memberCount contextTypes } } }',
  ],
  [
    'a page of engagements with their contexts',
    ['GetEngagement', 'GetEngagement', 'ListEngagements'],
    '{ engagements(catalog: SANDBOX, first: 2) { nodes { id contexts { type } } } }',
  ],
  [
    'an inbox of invitations',
    ['ListEngagementInvitations'],
    '{ engagementInvitations(catalog: SANDBOX) { nodes { id status senderCompanyName expiresAt } } }',
  ],
  [
    'an inbox of invitations with what they share',
    ['GetEngagementInvitation', 'ListEngagementInvitations'],
    '{ engagementInvitations(catalog: SANDBOX, first: 1) { nodes { id lead { customer { companyName } } } } }',
  ],
  [
    'one opportunity with all members',
    ['GetOpportunity'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000001") { id project { title } marketing { source } } }',
  ],
  [
    'the readiness of an opportunity without an engagement',
    ['GetOpportunity', 'ListEngagementResourceAssociations'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000001") { submissionReadiness { rule } } }',
  ],
  [
    'the readiness of an opportunity in an engagement',
    ['GetEngagement', 'GetOpportunity', 'ListEngagementResourceAssociations'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000009") { submissionReadiness { rule } } }',
  ],
  [
    'the readiness of an opportunity with its engagement',
    ['GetEngagement', 'GetOpportunity'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000001") { submissionReadiness(engagementId: "eng-leadqualified1") { rule } } }',
  ],
  [
    'the readiness of a lead',
    ['GetEngagement'],
    '{ engagement(catalog: SANDBOX, identifier: "eng-leadqualified1") { contexts { conversionReadiness { rule } } } }',
  ],
  [
    'the readiness of an invitation',
    ['GetEngagementInvitation'],
    '{ engagementInvitation(catalog: SANDBOX, identifier: "engi-opportunity01") { status acceptanceReadiness { rule } } }',
  ],
  [
    'the same opportunity twice in one query',
    ['GetOpportunity'],
    `{ a: opportunity(catalog: SANDBOX, identifier: "O5000001") { id } b: opportunity(catalog: SANDBOX, identifier: ` +
      `"O5000001") { project { title } } }`,
  ],
  [
    'ten opportunities one by one in one query',
    ['ListOpportunities'],
    `{ ` +
      `${Array.from({ length: 10 }, (_, n) => `o${n}: opportunity(catalog: SANDBOX, identifier: "O${5_000_001 + n}") { ${SUMMARY} }`).join(' ')} }`,
  ],
  [
    "AWS's side of an opportunity",
    ['GetAwsOpportunitySummary', 'GetOpportunity'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000009") { id aws { stage team { email } qualityScore recommendations { type } } } }',
  ],
  [
    "AWS's side with a team that AWS put into the opportunity",
    ['GetAwsOpportunitySummary', 'GetOpportunity'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000012") { id aws { stage team { email } } } }',
  ],
  [
    "AWS's side of a draft, which has no team to look for",
    ['GetAwsOpportunitySummary', 'ListOpportunities'],
    '{ opportunities(catalog: SANDBOX, filter: { identifiers: ["O5000001"] }) { nodes { aws { team { email } } } } }',
  ],
  [
    "a page of opportunities with AWS's side of each",
    [...Array(3).fill('GetAwsOpportunitySummary'), 'ListOpportunities'],
    '{ opportunities(catalog: SANDBOX, first: 3) { nodes { id aws { stage engagementScore } } } }',
  ],
  [
    'a page of three opportunities with their teams, of which two are not in the summary',
    [...Array(3).fill('GetAwsOpportunitySummary'), 'GetOpportunity', 'GetOpportunity', 'ListOpportunities'],
    '{ opportunities(catalog: SANDBOX, filter: { reviewStatuses: [APPROVED, REJECTED] }) { nodes { aws { team { email } } } } }',
  ],
  [
    'the same side of AWS twice in one query',
    ['GetAwsOpportunitySummary', 'ListOpportunities'],
    `{ a: opportunities(catalog: SANDBOX, filter: { identifiers: ["O5000009"] }) { nodes { aws { stage } } } ` +
      `b: opportunities(catalog: SANDBOX, filter: { identifiers: ["O5000009"] }) { nodes { aws { nextSteps } } } }`,
  ],
  [
    'the engagement of an opportunity',
    ['GetEngagement', 'GetOpportunity', 'ListEngagementResourceAssociations'],
    '{ opportunity(catalog: SANDBOX, identifier: "O5000009") { engagementIds engagement { id title } } }',
  ],
  [
    'the engagements of a page of opportunities',
    ['ListEngagementResourceAssociations', 'ListEngagements', 'ListOpportunities'],
    '{ opportunities(catalog: SANDBOX, first: 14) { nodes { id engagementIds engagement { id title memberCount } } } }',
  ],
  [
    'the fields that can be edited in a page of opportunities',
    ['ListOpportunities'],
    '{ opportunities(catalog: SANDBOX) { nodes { id editability { field editable reason source } } } }',
  ],
  [
    'a page of solutions with every member',
    ['ListSolutions'],
    '{ solutions(catalog: SANDBOX) { nodes { catalog id arn name status category createdAt awsMarketplaceSolutionArn } } }',
  ],
  [
    'a filter of solutions that matches nothing',
    [],
    '{ solutions(catalog: SANDBOX, filter: { statuses: [] }) { nodes { id } } }',
  ],
  [
    'a page of opportunities in another order',
    ['ListOpportunities'],
    `{ opportunities(catalog: SANDBOX, sort: { by: CUSTOMER_COMPANY_NAME, order: ASCENDING }) { nodes { ${SUMMARY} project { expectedContractDuration { value } } } } }`,
  ],
  ['what the gateway knows itself', [], '{ tasks { nodes { id } } partnerCentral { reads { remainingToday } } }'],
  [
    'a filter that matches nothing',
    [],
    '{ opportunities(catalog: SANDBOX, filter: { identifiers: [] }) { nodes { id } } }',
  ],
])('a query for %s costs %j', async (_, reads, query) => {
  const { cost } = await openSeller();
  expect(await cost(query)).toEqual(reads);
});

const READINESS = ['GetOpportunity', 'ListEngagementResourceAssociations'];

test.each<[string, Record<string, unknown>, string[]]>([
  ['opportunity-readiness', { catalog: 'SANDBOX', identifier: 'O5000002' }, READINESS],
  [
    'opportunity-readiness',
    { catalog: 'SANDBOX', identifier: 'O5000002', engagementId: 'eng-leadqualified1' },
    ['GetEngagement', ...READINESS],
  ],
  ['lead-readiness', { catalog: 'SANDBOX', identifier: 'eng-fivecontexts01' }, ['GetEngagement']],
  [
    'opportunity-aws-side',
    { catalog: 'SANDBOX', identifier: 'O5000009' },
    ['GetAwsOpportunitySummary', 'GetOpportunity'],
  ],
  ['opportunity-editability', { catalog: 'SANDBOX', identifier: 'O5000009' }, ['GetOpportunity']],
  ['submission-worklist', { catalog: 'SANDBOX', first: 1 }, [...READINESS, 'ListOpportunities']],
  ['solution-picker', { catalog: 'SANDBOX' }, ['ListSolutions']],
  ['invitation-inbox', { catalog: 'SANDBOX' }, ['ListEngagementInvitations']],
  ['invitation-readiness', { catalog: 'SANDBOX', identifier: 'engi-leadpending01' }, ['GetEngagementInvitation']],
  ['task-board', {}, ['ListOpportunities']],
  ['task-list', {}, []],
])('the published operation %s with %j costs %j, as documented', async (name, variables, reads) => {
  const { gateway, clock, cost } = await openSeller();
  if (name.startsWith('task')) await runAll(gateway, ['O1000001', 'O1000002', 'O2000013']);
  clock.jump(FORGOTTEN_MS);
  expect(await cost(publishedOperation(name), variables)).toEqual(reads);
});

describe('A list of tasks', () => {
  const tasks = (selection: string) => `{ tasks(first: 20) { nodes { id opportunity { ${selection} } } } }`;

  test('a list of 20 tasks costs one call for all opportunity summaries, and one call each for more', async () => {
    const { gateway, clock, cost } = await openSeller();
    await runAll(
      gateway,
      Array.from({ length: 20 }, (_, n) => `O${6_000_000 + n}`),
    );
    clock.jump(FORGOTTEN_MS);
    expect(await cost(tasks(SUMMARY))).toEqual(['ListOpportunities']);
    // A cached whole opportunity serves the summary too.
    expect(
      await whileCached(clock, async () => [
        await cost(tasks(`${SUMMARY} project { title }`)),
        await cost(tasks(SUMMARY)),
      ]),
    ).toEqual([Array(20).fill('GetOpportunity'), []]);
    clock.jump(FORGOTTEN_MS);
    expect(await cost('{ tasks(first: 20) { nodes { engagement { title } } } }')).toEqual([
      'ListEngagements',
      'ListEngagements',
    ]);
    expect(
      await cost('{ tasks(first: 3) { nodes { resourceSnapshotJob { status } engagementInvitation { status } } } }'),
    ).toEqual([...Array(3).fill('GetEngagementInvitation'), ...Array(3).fill('GetResourceSnapshotJob')]);
  });

  test('a list of tasks of the same opportunity costs one call', async () => {
    const { gateway, clock, cost } = await openSeller();
    await runAll(gateway, ['O1000002', 'O1000002', 'O1000002']);
    clock.jump(FORGOTTEN_MS);
    expect(await cost(tasks('id project { title }'))).toEqual(['GetOpportunity']);
  });
});

describe('A repeated query', () => {
  const ONE = '{ opportunity(catalog: SANDBOX, identifier: "O5000001") { project { title } } }';
  const LIST = `{ opportunities(catalog: SANDBOX, filter: { reviewStatuses: [APPROVED, REJECTED] }) { nodes { ${SUMMARY} } } }`;

  test('a repeated query costs nothing within two seconds, and a call afterwards', async () => {
    const { clock, cost } = await openSeller();
    const twice = async () => [
      await cost(ONE),
      await cost(LIST),
      await cost(ONE),
      await cost(LIST.replace('APPROVED, REJECTED', 'REJECTED, APPROVED')),
    ];
    expect(await whileCached(clock, twice)).toEqual([['GetOpportunity'], ['ListOpportunities'], [], []]);
    clock.jump(FORGOTTEN_MS);
    expect([await cost(ONE), await cost(LIST)]).toEqual([['GetOpportunity'], ['ListOpportunities']]);
  });

  test('the same query of a hundred clients at once costs one call', async () => {
    const { gateway } = await openSeller();
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault: { kind: 'latency', ms: 300 } });
    const overSocket = async () => (await gateway.collect(ONE, {}))[0]?.data;
    const { result, reads } = await readsOf(gateway, () =>
      Promise.all([...Array.from({ length: 80 }, () => ask(gateway, ONE)), ...Array.from({ length: 20 }, overSocket)]),
    );
    expect(result).toEqual(Array(100).fill({ opportunity: { project: { title: 'Route planning in the cloud' } } }));
    expect(reads).toEqual(['GetOpportunity']);
    const { data } = await gateway.query('{ partnerCentral { reads { perDay remainingToday } } }');
    expect(data.partnerCentral.reads.remainingToday).toBe(data.partnerCentral.reads.perDay - 1);
  });

  test('a look-up from a task is never served from a cache entry of before its end', async () => {
    const { gateway } = await openSeller();
    const status = async () =>
      (await ask(gateway, '{ opportunity(catalog: SANDBOX, identifier: "O5000001") { lifeCycle { reviewStatus } } }'))
        .opportunity.lifeCycle.reviewStatus;
    expect(await status()).toBe('PENDING_SUBMISSION');
    const { task } = await start(gateway, 'O5000001');
    const [last] = (
      await gateway.collect(
        'subscription($id: ID!) { taskTransitions(id: $id) { isTerminal task { id status opportunity { lifeCycle { reviewStatus } } } } }',
        { id: task.id },
      )
    ).slice(-1);
    expect(last?.errors).toBeUndefined();
    expect(last?.data.taskTransitions.task).toMatchObject({
      status: 'COMPLETE',
      opportunity: { lifeCycle: { reviewStatus: expect.stringMatching(/^(SUBMITTED|IN_REVIEW|APPROVED)$/) } },
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { conversionChecks } from '../../../src/records/readiness/conversion.js';
import { asRead, selectionOfAll, objectType } from '../../support/fixtures/select-all-fields.js';
import { fakeRecords, found, missing, paged } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { run } from '../../support/server/run-operation.js';
import { CONTEXTS, ENGAGEMENT, engagementSummaryOf } from '../../support/fixtures/sample-records.js';

const TYPE = objectType('Engagement');
const CHEAP = 'catalog id arn title createdAt createdBy modifiedAt modifiedBy memberCount contextTypes';

const one = (selection: string) => `{ engagement(catalog: SANDBOX, identifier: "eng-1") { ${selection} } }`;
const records = () =>
  fakeRecords({ engagement: () => found(ENGAGEMENT), engagementSummary: () => found(engagementSummaryOf(ENGAGEMENT)) });

describe('Query.engagement', () => {
  test('every member of the record and of its contexts is returned', async () => {
    const asked = records();
    const shown = asRead(TYPE, ENGAGEMENT, { 'EngagementContext.identifier': 'id' });
    expect(await run(one(selectionOfAll(TYPE)), contextWith(fakeTasks({}), { records: asked }))).toEqual({
      data: { engagement: shown },
    });
    expect(asked.asked).toEqual([['engagement', 'SANDBOX', 'eng-1', undefined]]);
  });

  test('the summary is read if the selection needs no more', async () => {
    const asked = records();
    expect(await run(one(CHEAP), contextWith(fakeTasks({}), { records: asked }))).toMatchObject({
      data: {
        engagement: {
          id: 'eng-1',
          memberCount: 2,
          contextTypes: ['LEAD', 'CUSTOMER_PROJECT', 'PROSPECTING_RESULT'],
          modifiedAt: '2025-01-08T00:00:00.000Z',
        },
      },
    });
    expect(asked.asked).toEqual([['engagementSummary', 'SANDBOX', 'eng-1', undefined]]);
  });

  test.each(['description', 'contexts { identifier }'])('the whole engagement is read for %s', async (selection) => {
    const asked = records();
    await run(one(selection), contextWith(fakeTasks({}), { records: asked }));
    expect(asked.asked.map(([name]) => name)).toEqual(['engagement']);
  });

  test('an engagement that AWS does not have is null', async () => {
    const context = contextWith(fakeTasks({}), { records: fakeRecords({ engagementSummary: missing }) });
    expect(await run(one('id'), context)).toEqual({ data: { engagement: null } });
  });

  test('a context of an unknown type has the type null', async () => {
    const context = { id: '3', type: null, lead: null, customerProject: null, prospectingResult: null };
    const answer = await run(
      one('contexts { identifier type lead { qualificationStatus } customerProject { project { title } } }'),
      {
        ...contextWith(fakeTasks({})),
        records: fakeRecords({ engagement: () => found({ ...ENGAGEMENT, contexts: [context] }) }),
      },
    );
    expect(answer).toEqual({
      data: { engagement: { contexts: [{ identifier: '3', type: null, lead: null, customerProject: null }] } },
    });
  });
});

describe('EngagementContext.conversionReadiness', () => {
  test('each context is checked within its engagement, without a further call', async () => {
    const asked = records();
    const answer = await run(
      one('contexts { conversionReadiness { rule outcome field message source evidence } }'),
      contextWith(fakeTasks({}), { records: asked }),
    );
    expect(answer).toEqual({
      data: {
        engagement: {
          contexts: CONTEXTS.map((context) => ({ conversionReadiness: conversionChecks(ENGAGEMENT, context) })),
        },
      },
    });
    expect(asked.asked).toHaveLength(1);
  });
});

describe('Query.engagements', () => {
  const SUMMARY = engagementSummaryOf(ENGAGEMENT);

  test('a page costs one call', async () => {
    const asked = fakeRecords({ engagements: () => paged(SUMMARY) });
    const query = `{ engagements(catalog: SANDBOX) { edges { cursor node { ${CHEAP} } } nodes { id } pageInfo { endCursor } } }`;
    expect(await run(query, contextWith(fakeTasks({}), { records: asked }))).toMatchObject({
      data: {
        engagements: {
          edges: [{ cursor: 'c1', node: { title: 'Title' } }],
          nodes: [{ id: 'eng-1' }],
          pageInfo: { endCursor: 'c1' },
        },
      },
    });
    expect(asked.asked).toEqual([['engagements', 'SANDBOX', {}, { first: 20, after: null }]]);
  });

  test('each engagement is read, at least as new as the list, if its contexts are selected', async () => {
    const asked = fakeRecords({ engagements: () => paged(SUMMARY), engagement: () => found(ENGAGEMENT) });
    const query = '{ engagements(catalog: SANDBOX) { nodes { contexts { identifier } } } }';
    expect(await run(query, contextWith(fakeTasks({}), { records: asked }))).toEqual({
      data: { engagements: { nodes: [{ contexts: [{ identifier: '1' }, { identifier: '2' }, { identifier: '3' }] }] } },
    });
    expect(asked.asked.slice(1)).toEqual([['engagement', 'SANDBOX', 'eng-1', 0]]);
  });

  test('the filter is passed on, and an empty list excludes nothing', async () => {
    const asked = fakeRecords({ engagements: () => paged() });
    const context = contextWith(fakeTasks({}), { records: asked });
    const query =
      'query ($filter: EngagementFilter) { engagements(catalog: AWS, first: 3, after: "a", filter: $filter) { nodes ' +
      '{ id } } }';
    const filter = { identifiers: ['eng-1'], contextTypes: ['LEAD'], excludeContextTypes: ['PROSPECTING_RESULT'] };
    await run(query, context, { filter });
    await run(query, context, { filter: { ...filter, identifiers: [] } });
    await run(query, context, { filter: { excludeContextTypes: [] } });
    await run(query, context, { filter: { identifiers: null, contextTypes: null, excludeContextTypes: null } });
    const page = { first: 3, after: 'a' };
    expect(asked.asked).toEqual([
      ['engagements', 'AWS', filter, page],
      ['engagements', 'AWS', { ...filter, identifiers: [] }, page],
      ['engagements', 'AWS', {}, page],
      ['engagements', 'AWS', {}, page],
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { submissionChecks } from '../../../src/records/readiness/submission.js';
import { asRead, selectionOfAll, leavesOf, objectType, selectionOf } from '../../support/fixtures/select-all-fields.js';
import { NOW, fakeRecords, found, missing, paged } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';
import { ENGAGEMENT, OPPORTUNITY, engagementSummaryOf, summaryOf } from '../../support/fixtures/sample-records.js';

const TYPE = objectType('Opportunity');
const CHEAP =
  'id arn lifeCycle { stage reviewStatus } customer { account { companyName address { city } } } project { ' +
  'deliveryModels }';

const one = (selection: string) => `{ opportunity(catalog: SANDBOX, identifier: "O1") { ${selection} } }`;
const records = () =>
  fakeRecords({
    opportunity: () => found(OPPORTUNITY),
    opportunitySummary: () => found(summaryOf(OPPORTUNITY)),
    engagementIds: () => found(['eng-1']),
    engagement: () => found(ENGAGEMENT),
    engagementSummary: () => found(engagementSummaryOf(ENGAGEMENT)),
  });

/** The value at a path. A list gives the list of the values in its items. */
function at(from: unknown, [name, ...rest]: readonly string[]): unknown {
  if (Array.isArray(from)) return from.map((item) => at(item, name === undefined ? [] : [name, ...rest]));
  return name === undefined ? from : at(Reflect.get(Object(from), name), rest);
}

describe('Query.opportunity', () => {
  test('every member of the record is returned, with times as text', async () => {
    const context = contextWith(fakeTasks({}), { records: records() });
    expect(await run(one(selectionOfAll(TYPE)), context)).toEqual({ data: { opportunity: asRead(TYPE, OPPORTUNITY) } });
  });

  test.each(leavesOf(TYPE).map((path) => path.join('.')))(
    '%s has the same value if it is selected alone',
    async (leaf) => {
      const path = leaf.split('.');
      const context = contextWith(fakeTasks({}), { records: records() });
      const answer = await run(one(selectionOf(path)), context);
      expect(answer.errors).toBeUndefined();
      expect(at(answer.data, ['opportunity', ...path])).toEqual(at(asRead(TYPE, OPPORTUNITY), path));
    },
  );

  test('the summary is read if the selection needs no more', async () => {
    const asked = records();
    await run(one(CHEAP), contextWith(fakeTasks({}), { records: asked }));
    expect(asked.asked).toEqual([['opportunitySummary', 'SANDBOX', 'O1', undefined]]);
  });

  test('the whole opportunity is read if the selection needs more, also in a fragment', async () => {
    const asked = records();
    const query = `query ${one('id ...F')} fragment F on Opportunity { project { title } }`;
    await run(query, contextWith(fakeTasks({}), { records: asked }));
    expect(asked.asked).toEqual([['opportunity', 'SANDBOX', 'O1', undefined]]);
  });

  test('a member that AWS does not give is null', async () => {
    const bare = {
      ...OPPORTUNITY,
      arn: null,
      lifeCycle: null,
      customer: null,
      project: null,
      marketing: null,
      softwareRevenue: null,
      lastModifiedAt: null,
    };
    const context = contextWith(fakeTasks({}), { records: fakeRecords({ opportunity: () => found(bare) }) });
    expect(await run(one(selectionOfAll(TYPE)), context)).toEqual({ data: { opportunity: asRead(TYPE, bare) } });
  });

  test('an opportunity that AWS does not have is null', async () => {
    const context = contextWith(fakeTasks({}), {
      records: fakeRecords({ opportunitySummary: missing, opportunity: missing }),
    });
    expect(await run(one('id'), context)).toEqual({ data: { opportunity: null } });
    expect(await run(one('nationalSecurity'), context)).toEqual({ data: { opportunity: null } });
  });
});

describe('Query.opportunities', () => {
  const CHANGED = { ...OPPORTUNITY, lastModifiedAt: NOW - 700 };
  const OTHER = { ...OPPORTUNITY, id: 'O2', lastModifiedAt: null };
  const LATER = { ...OPPORTUNITY, id: 'O3', lastModifiedAt: NOW + 1 };
  const list = (selection: string, args = '') => `{ opportunities(catalog: SANDBOX${args}) { ${selection} } }`;

  test('a page has edges and nodes, and costs one call', async () => {
    const asked = fakeRecords({ opportunities: () => paged(summaryOf(OPPORTUNITY), summaryOf(OTHER)) });
    const query = list(
      `edges { cursor node { ${CHEAP} } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`,
    );
    const shown = { ...OPPORTUNITY, project: { deliveryModels: ['Resell'] } };
    expect(await run(query, contextWith(fakeTasks({}), { records: asked }))).toMatchObject({
      data: {
        opportunities: {
          edges: [
            { cursor: 'c1', node: { id: 'O1', arn: shown.arn, project: shown.project } },
            { cursor: 'c2', node: { id: 'O2' } },
          ],
          nodes: [{ id: 'O1' }, { id: 'O2' }],
          pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: 'c1', endCursor: 'c2' },
        },
      },
    });
    expect(asked.asked).toEqual([['opportunities', 'SANDBOX', {}, { first: 20, after: null }]]);
  });

  test('the filter and the page are passed on, and null counts as absent', async () => {
    const asked = fakeRecords({ opportunities: () => paged() });
    const context = contextWith(fakeTasks({}), { records: asked });
    const query =
      'query ($filter: OpportunityFilter) { opportunities(catalog: AWS, first: 5, after: "c9", filter: $filter) { ' +
      'nodes { id } } }';
    const lists = {
      identifiers: ['O1'],
      stages: ['CLOSED_LOST'],
      reviewStatuses: ['APPROVED'],
      customerCompanyNames: ['Acme'],
    };
    await run(query, context, {
      filter: { ...lists, modifiedAfter: '2025-01-02T00:00:00Z', modifiedBefore: '2025-01-03T00:00:00.000+01:00' },
    });
    await run(query, context, {
      filter: {
        identifiers: null,
        stages: null,
        reviewStatuses: null,
        customerCompanyNames: null,
        modifiedAfter: null,
      },
    });
    const page = { first: 5, after: 'c9' };
    expect(asked.asked).toEqual([
      [
        'opportunities',
        'AWS',
        { ...lists, modifiedAfter: Date.UTC(2025, 0, 2), modifiedBefore: Date.UTC(2025, 0, 2, 23) },
        page,
      ],
      ['opportunities', 'AWS', {}, page],
    ]);
  });

  test.each(['edges { node { nationalSecurity } }', 'nodes { nationalSecurity }'])(
    'each opportunity is read, at least as new as its last change in the list, for %s',
    async (selection) => {
      const changed = [CHANGED, OTHER, LATER];
      const asked = fakeRecords({
        opportunities: () => paged(...changed.map(summaryOf)),
        opportunity: async (_catalog, id) => found(changed.find((record) => record.id === id) ?? OPPORTUNITY),
      });
      expect(codesOf(await run(list(selection), contextWith(fakeTasks({}), { records: asked })))).toEqual([]);
      expect(asked.asked.slice(1)).toEqual([
        ['opportunity', 'SANDBOX', 'O1', 700],
        ['opportunity', 'SANDBOX', 'O2', undefined],
        ['opportunity', 'SANDBOX', 'O3', 0],
      ]);
    },
  );

  test('a record that is gone or cannot be read leaves the others', async () => {
    const asked = fakeRecords({
      opportunities: () => paged(...['O1', 'O2', 'O3'].map((id) => summaryOf({ ...OPPORTUNITY, id }))),
      opportunity: async (_catalog, id) => {
        if (id === 'O1') return missing();
        return id === 'O2' ? { type: 'refused', code: 'ACCESS_DENIED', message: 'No.' } : found({ ...OPPORTUNITY, id });
      },
    });
    expect(
      await run(list('edges { cursor } nodes { id nationalSecurity }'), contextWith(fakeTasks({}), { records: asked })),
    ).toMatchObject({
      data: {
        opportunities: {
          edges: [{ cursor: 'c1' }, { cursor: 'c2' }, { cursor: 'c3' }],
          nodes: [null, null, { id: 'O3', nationalSecurity: 'No' }],
        },
      },
      errors: [{ message: 'No.', path: ['opportunities', 'nodes', 1], extensions: { code: 'ACCESS_DENIED' } }],
    });
  });

  test.each([0, 101])('a page size outside 1 to 100 is refused: %i', async (first) => {
    const answer = await run(
      list('nodes { id }', `, first: ${first}`),
      contextWith(fakeTasks({}), { records: fakeRecords() }),
    );
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('Opportunity.submissionReadiness', () => {
  const CHECK = 'rule outcome field message source evidence';

  test('the whole opportunity is checked at the present time', async () => {
    const asked = records();
    const answer = await run(one(`submissionReadiness { ${CHECK} }`), contextWith(fakeTasks({}), { records: asked }));
    expect(answer).toEqual({
      data: {
        opportunity: {
          submissionReadiness: submissionChecks(
            OPPORTUNITY,
            { submission: null, engagements: [ENGAGEMENT.contextTypes] },
            NOW,
          ),
        },
      },
    });
    expect(asked.asked).toEqual([
      ['opportunity', 'SANDBOX', 'O1', undefined],
      ['engagementIds', 'SANDBOX', 'O1'],
      ['engagementSummary', 'SANDBOX', 'eng-1'],
    ]);
  });

  test('the checks are made although the engagement cannot be found', async () => {
    const spent = async () => ({ type: 'quota-spent', message: 'The reads are spent.', retryAfterMs: 1 }) as const;
    const engagementIds = () => found(['eng-1']);
    for (const more of [{ engagementIds: spent }, { engagementIds, engagementSummary: missing }]) {
      const asked = fakeRecords({ opportunity: () => found(OPPORTUNITY), ...more });
      expect(
        await run(one(`submissionReadiness { ${CHECK} }`), contextWith(fakeTasks({}), { records: asked })),
      ).toEqual({
        data: {
          opportunity: {
            submissionReadiness: submissionChecks(OPPORTUNITY, { submission: null, engagements: null }, NOW),
          },
        },
      });
    }
  });

  test('the checks use the planned involvement of AWS and the engagement', async () => {
    const asked = records();
    const args = '(awsSubmission: { involvementType: CO_SELL, visibility: FULL }, engagementId: "eng-1")';
    const answer = await run(
      one(`submissionReadiness${args} { ${CHECK} }`),
      contextWith(fakeTasks({}), { records: asked }),
    );
    const facts = {
      submission: { involvementType: 'CO_SELL', visibility: 'FULL' },
      engagements: [ENGAGEMENT.contextTypes],
    } as const;
    expect(answer).toEqual({
      data: { opportunity: { submissionReadiness: submissionChecks(OPPORTUNITY, facts, NOW) } },
    });
    expect(asked.asked.slice(1)).toEqual([['engagement', 'SANDBOX', 'eng-1']]);
  });

  test('an unknown engagement is refused with NOT_FOUND', async () => {
    const context = contextWith(fakeTasks({}), {
      records: fakeRecords({ opportunity: () => found(OPPORTUNITY), engagement: missing }),
    });
    expect(await run(one(`submissionReadiness(engagementId: "eng-9") { rule }`), context)).toMatchObject({
      data: { opportunity: null },
      errors: [{ message: 'AWS has no engagement eng-9 in the catalog SANDBOX.', extensions: { code: 'NOT_FOUND' } }],
    });
  });
});

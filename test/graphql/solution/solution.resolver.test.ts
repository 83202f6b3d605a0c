import { expect, test } from '@jest/globals';
import { asRead, objectType, selectionOfAll } from '../../support/fixtures/select-all-fields.js';
import { fakeRecords, paged } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';
import { SOLUTION } from '../../support/fixtures/sample-related.js';

const TYPE = objectType('Solution');
const list = (selection: string, args = '') => `{ solutions(catalog: SANDBOX${args}) { ${selection} } }`;

test('a page of solutions has every member, and costs one call', async () => {
  const records = fakeRecords({ solutions: () => paged(SOLUTION) });
  const answer = await run(
    list(`nodes { ${selectionOfAll(TYPE)} } edges { cursor node { id } } pageInfo { endCursor hasNextPage }`),
    contextWith(fakeTasks({}), { records }),
  );
  expect(answer).toEqual({
    data: {
      solutions: {
        nodes: [asRead(TYPE, SOLUTION)],
        edges: [{ cursor: 'c1', node: { id: 'S-1' } }],
        pageInfo: { endCursor: 'c1', hasNextPage: true },
      },
    },
  });
  expect(records.asked).toEqual([['solutions', 'SANDBOX', {}, { first: 20, after: null }]]);
});

test('the filter and the page are passed on, and null counts as absent', async () => {
  const records = fakeRecords({ solutions: () => paged() });
  const context = contextWith(fakeTasks({}), { records });
  const query =
    'query ($filter: SolutionFilter) { solutions(catalog: AWS, first: 5, after: "c9", filter: $filter) { nodes { id } } }';
  const filter = {
    statuses: ['ACTIVE', 'DRAFT'],
    identifiers: ['S-1'],
    categories: ['Software Product'],
    awsMarketplaceSolutionArns: ['arn:1'],
  };
  await run(query, context, { filter });
  await run(query, context, { filter: { statuses: null, identifiers: null } });
  expect(records.asked).toEqual([
    ['solutions', 'AWS', filter, { first: 5, after: 'c9' }],
    ['solutions', 'AWS', {}, { first: 5, after: 'c9' }],
  ]);
});

test.each([0, 101])('a page size outside 1 to 100 is refused: %i', async (first) => {
  const context = contextWith(fakeTasks({}), { records: fakeRecords() });
  expect(codesOf(await run(list('nodes { id }', `, first: ${first}`), context))).toEqual(['BAD_USER_INPUT']);
});

test('a problem of AWS fails the page with its code', async () => {
  const records = fakeRecords({
    solutions: async () => ({ type: 'refused', code: 'ACCESS_DENIED', message: 'Grant partnercentral:ListSolutions.' }),
  });
  expect(await run(list('nodes { id }'), contextWith(fakeTasks({}), { records }))).toMatchObject({
    data: { solutions: null },
    errors: [{ message: 'Grant partnercentral:ListSolutions.', extensions: { code: 'ACCESS_DENIED' } }],
  });
});

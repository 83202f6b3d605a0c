/** Look-ups of several records in one call. */
import { describe, expect, test } from '@jest/globals';
import { fakeRecords, found, missing } from '../../support/fakes/fake-records.js';
import { VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';
import {
  ENGAGEMENT,
  INVITATION,
  OPPORTUNITY,
  engagementSummaryOf,
  summaryOf,
} from '../../support/fixtures/sample-records.js';

const FIELDS = [
  'opportunitiesByIdentifiers',
  'engagementsByIdentifiers',
  'engagementInvitationsByIdentifiers',
] as const;
const refused = async () => ({ type: 'refused', code: 'ACCESS_DENIED', message: 'AWS says no.' }) as const;
const answerFor = <T>(id: string, record: T) =>
  id === 'gone' ? missing() : id === 'refused' ? refused() : found(record);

describe.each(FIELDS)('Query.%s', (field) => {
  const context = (changes = {}) =>
    contextWith(fakeTasks({}), {
      records: fakeRecords({
        opportunity: (_catalog, id) => answerFor(id, { ...OPPORTUNITY, id }),
        opportunitySummary: (_catalog, id) => answerFor(id, { ...summaryOf(OPPORTUNITY), id }),
        engagement: (_catalog, id) => answerFor(id, { ...ENGAGEMENT, id }),
        engagementSummary: (_catalog, id) => answerFor(id, { ...engagementSummaryOf(ENGAGEMENT), id }),
        invitation: (_catalog, id) => answerFor(id, { ...INVITATION, id }),
      }),
      ...changes,
    });
  const query = `query($identifiers: [ID!]!) { ${field}(catalog: SANDBOX, identifiers: $identifiers) { id } }`;

  test('the records come in the order of the identifiers, and one failure leaves the others', async () => {
    const answer = await run(query, context(), { identifiers: ['b', 'gone', 'refused', 'a', 'b'] });
    expect(answer.data).toEqual({ [field]: [{ id: 'b' }, null, null, { id: 'a' }, { id: 'b' }] });
    expect(answer.errors).toMatchObject([{ path: [field, 2], extensions: { code: 'ACCESS_DENIED' } }]);
  });

  test('more than 20 identifiers, and a caller who may not read records, are refused', async () => {
    const identifiers = Array.from({ length: 21 }, (_, index) => `O${index}`);
    expect(codesOf(await run(query, context(), { identifiers }))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await run(query, context({ viewer: { ...VIEWER, records: false } }), { identifiers }))).toEqual([
      'FORBIDDEN',
    ]);
  });
});

/** The errors of a look-up, the same for each field. */
import { describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import type { RecordProblem } from '../../../src/records/records.js';
import { createErrorMasking } from '../../../src/server/documents/error-masking.js';
import { NOW, fakeRecords, paged } from '../../support/fakes/fake-records.js';
import { VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run, schema } from '../../support/server/run-operation.js';
import { OPPORTUNITY, summaryOf } from '../../support/fixtures/sample-records.js';

const QUERIES: Readonly<Record<string, string>> = {
  opportunity: '(catalog: SANDBOX, identifier: "O1") { id }',
  opportunities: '(catalog: SANDBOX) { nodes { id } }',
  engagement: '(catalog: SANDBOX, identifier: "eng-1") { id }',
  engagements: '(catalog: SANDBOX) { nodes { id } }',
  engagementInvitation: '(catalog: SANDBOX, identifier: "engi-1") { id }',
  engagementInvitations: '(catalog: SANDBOX) { nodes { id } }',
  resourceSnapshotJob: '(catalog: SANDBOX, identifier: "job-1") { id }',
};
const FIELDS = Object.entries(QUERIES).map(([field, rest]) => ({ field, query: `{ ${field}${rest} }` }));

function withProblem(problem: RecordProblem) {
  const answer = async () => problem;
  const records = fakeRecords({
    opportunitySummary: answer,
    opportunities: answer,
    engagementSummary: answer,
    engagements: answer,
    invitation: answer,
    invitations: answer,
    snapshotJob: answer,
  });
  return contextWith(fakeTasks({}), { records });
}

describe.each(FIELDS)('Query.$field', ({ field, query }) => {
  test('a caller without the scope is refused', async () => {
    const answer = await run(query, contextWith(fakeTasks({}), { viewer: { ...VIEWER, records: false } }));
    expect(answer).toMatchObject({
      errors: [{ message: expect.stringContaining('records:read'), extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('a caller who may read records and no tasks is answered', async () => {
    const context = {
      ...withProblem({ type: 'invalid', message: 'AWS would be asked.' }),
      viewer: { ...VIEWER, reads: 'none' as const },
    };
    expect(codesOf(await run(query, context))).toEqual(['BAD_USER_INPUT']);
  });

  test('a catalog that the caller may not use is refused', async () => {
    const answer = await run(query, contextWith(fakeTasks({}), { viewer: { ...VIEWER, catalogs: ['AWS'] } }));
    const message =
      'The catalog SANDBOX is not allowed here. Allowed: AWS. The operator sets this with CATALOGS, and a token may ' +
      'narrow it by its claim "catalogs".';
    expect(answer).toMatchObject({ errors: [{ message, extensions: { code: 'CATALOG_NOT_ALLOWED' } }] });
  });

  test('an invalid request is refused with BAD_USER_INPUT', async () => {
    const answer = await run(query, withProblem({ type: 'invalid', message: 'This is not an identifier.' }));
    expect(answer).toMatchObject({
      errors: [{ message: 'This is not an identifier.', path: [field], extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('a spent quota is an error with the time of the next attempt', async () => {
    const answer = await run(
      query,
      withProblem({ type: 'quota-spent', message: 'The reads of today are spent.', retryAfterMs: 90_001 }),
    );
    const retryAt = new Date(NOW + 90_001).toISOString();
    expect(answer.errors).toMatchObject([
      {
        message: `The reads of today are spent. Ask again in 91 s, at ${retryAt}.`,
        extensions: { code: 'QUOTA_SPENT', retryable: true, retryAfterMs: 90_001, retryAt },
      },
    ]);
  });

  test('a refusal by AWS has AWS’s message', async () => {
    const answer = await run(
      query,
      withProblem({ type: 'refused', code: 'ACCESS_DENIED', message: 'User is not authorized.' }),
    );
    expect(answer).toMatchObject({
      errors: [{ message: 'User is not authorized.', extensions: { code: 'ACCESS_DENIED' } }],
    });
  });

  test('an unreachable AWS is a retryable error', async () => {
    const answer = await run(
      query,
      withProblem({ type: 'unavailable', message: 'The network is down.', retryAfterMs: 2000 }),
    );
    expect(answer).toMatchObject({
      errors: [
        {
          message: 'The network is down.',
          extensions: { code: 'UPSTREAM_FAILED', retryable: true, retryAfterMs: 2000 },
        },
      ],
    });
  });
});

test('the server does not mask an error of a look-up', async () => {
  const records = fakeRecords({
    opportunities: () => paged(summaryOf(OPPORTUNITY)),
    opportunity: async () => ({ type: 'quota-spent', message: 'Spent.', retryAfterMs: 1000 }),
  });
  const errorMasking = createErrorMasking({
    unexpected: () => {
      throw new Error('It is expected.');
    },
  });
  const source = '{ opportunities(catalog: SANDBOX) { nodes { nationalSecurity } } }';
  const result = errorMasking.result(
    await graphql({ schema, source, contextValue: contextWith(fakeTasks({}), { records }) }),
  );
  expect(result.errors).toMatchObject([
    {
      message: expect.stringMatching(/^Spent\. Ask again in 1 s/),
      extensions: { code: 'QUOTA_SPENT', retryAfterMs: 1000 },
    },
  ]);
});

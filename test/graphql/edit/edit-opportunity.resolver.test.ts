/** The rights to edit, and the payloads of updates as a client reads them. */
import { expect, test } from '@jest/globals';
import { editError, refused } from '../../../src/edits/edit-errors.js';
import type { Edits } from '../../../src/edits/edits.js';
import type { GraphqlContext } from '../../../src/graphql/context.js';
import { fakeEdits } from '../../support/fakes/fake-edits.js';
import { VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { OPPORTUNITY } from '../../support/fixtures/sample-records.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const UPDATE = `mutation ($input: UpdateOpportunityInput!) {
  updateOpportunity(input: $input) {
    opportunity { id project { title } } changed
    userErrors { code message field awsCode nextAction retryAfterMs mayBeDone conflict { base theirs mine } }
  }
}`;
const INPUT = { catalog: 'SANDBOX', identifier: 'O1', patch: {} };

const done: Edits['updateOpportunity'] = async () => ({
  type: 'done',
  record: OPPORTUNITY,
  changed: ['project.title'],
});

function open(updateOpportunity: Edits['updateOpportunity'], changes: Partial<GraphqlContext> = {}) {
  const edits = fakeEdits({ updateOpportunity, logDenied: () => {} });
  return { edits, context: contextWith(fakeTasks({}), { edits, ...changes }) };
}

test('absent, null and lists of a patch arrive as such, and times as Dates', async () => {
  const { edits, context } = open(done, { viewer: { ...VIEWER, subject: 'seller' } });
  const patch = {
    nationalSecurity: null,
    customer: { account: { address: { city: 'Salem' } }, contacts: [{ email: 'a@b.co' }] },
    marketing: null,
    lifeCycle: { stage: 'COMMITTED', nextStepsHistory: [{ value: 'Met.', time: '2026-01-02T03:04:05Z' }] },
  };
  await run(UPDATE, context, { input: { ...INPUT, patch, expectedModifiedAt: '2026-01-01T00:00:00Z' } });
  const [, subject, edit] = edits.asked[0] ?? [];
  expect(subject).toBe('seller');
  const time = new Date('2026-01-02T03:04:05Z');
  // Instances of the classes of the schema count as objects, and absent members do not exist.
  expect(JSON.stringify(edit)).toBe(
    JSON.stringify({
      ...INPUT,
      patch: { ...patch, lifeCycle: { ...patch.lifeCycle, nextStepsHistory: [{ value: 'Met.', time }] } },
      expectedModifiedAt: Date.UTC(2026, 0, 1),
    }),
  );
});

test('the payload of an edit has the record and the changed paths', async () => {
  const { context } = open(done);
  expect(await run(UPDATE, context, { input: INPUT })).toEqual({
    data: {
      updateOpportunity: {
        opportunity: { id: OPPORTUNITY.id, project: { title: OPPORTUNITY.project?.title } },
        changed: ['project.title'],
        userErrors: [],
      },
    },
  });
});

const conflicting: Edits['updateOpportunity'] = async () =>
  refused(
    editError('EDIT_CONFLICT', 'Changed.', {
      path: ['patch', 'project', 'title'],
      conflict: { base: null, theirs: ['a'], mine: 'b' },
    }),
    editError('UPSTREAM_FAILED', 'Lost.', { awsCode: 'Timeout', retryAfterMs: 5000, mayBeDone: true }),
  );

test('a refusal names the path in the input, the values in conflict and the next step', async () => {
  const { context } = open(conflicting);
  const answer = await run(UPDATE, context, { input: INPUT });
  expect(answer).toEqual({
    data: {
      updateOpportunity: {
        opportunity: null,
        changed: [],
        userErrors: [
          {
            code: 'EDIT_CONFLICT',
            message: 'Changed.',
            field: ['input', 'patch', 'project', 'title'],
            awsCode: null,
            nextAction: 'RESOLVE_CONFLICT',
            retryAfterMs: null,
            mayBeDone: false,
            conflict: { base: 'null', theirs: '["a"]', mine: '"b"' },
          },
          {
            code: 'UPSTREAM_FAILED',
            message: 'Lost.',
            field: null,
            awsCode: 'Timeout',
            nextAction: 'REPEAT',
            retryAfterMs: 5000,
            mayBeDone: true,
            conflict: null,
          },
        ],
      },
    },
  });
});

test('a caller who may not read records learns no values', async () => {
  const viewer = { ...VIEWER, records: false };
  expect(await run(UPDATE, open(done, { viewer }).context, { input: INPUT })).toMatchObject({
    data: { updateOpportunity: { opportunity: null, changed: ['project.title'] } },
  });
  expect(await run(UPDATE, open(conflicting, { viewer }).context, { input: INPUT })).toMatchObject({
    data: { updateOpportunity: { userErrors: [{ code: 'EDIT_CONFLICT', conflict: null }, {}] } },
  });
});

test('an edit of a caller without the right to edit is refused, and only logged', async () => {
  const { edits, context } = open(done, { viewer: { ...VIEWER, edits: false } });
  expect(codesOf(await run(UPDATE, context, { input: INPUT }))).toEqual(['FORBIDDEN']);
  expect(edits.asked).toEqual([['logDenied', 'updateOpportunity', VIEWER.subject, expect.anything(), 'FORBIDDEN']]);
});

test('an edit in a catalog that the caller may not use is refused as data, and only logged', async () => {
  const { edits, context } = open(done, { viewer: { ...VIEWER, catalogs: ['AWS'] } });
  expect(await run(UPDATE, context, { input: INPUT })).toMatchObject({
    data: {
      updateOpportunity: {
        opportunity: null,
        userErrors: [{ code: 'CATALOG_NOT_ALLOWED', field: ['input', 'catalog'], nextAction: 'CORRECT_INPUT' }],
      },
    },
  });
  const denied = ['logDenied', 'updateOpportunity', VIEWER.subject, expect.anything(), 'CATALOG_NOT_ALLOWED'];
  expect(edits.asked).toEqual([denied]);
});

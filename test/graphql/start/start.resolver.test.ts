import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../src/partner-central/failure.js';
import type { StartOutcome } from '../../../src/tasks/tasks.js';
import {
  ENGAGEMENT_INPUT,
  INVITATION_INPUT,
  OPPORTUNITY_INPUT,
  VIEWER,
  aFailure,
  aTask,
  contextWith,
  fakeTasks,
} from '../../support/fakes/fake-tasks.js';
import { fakeRecords, missing } from '../../support/fakes/fake-records.js';
import { codesOf, run, type Answer, type Json } from '../../support/server/run-operation.js';

const PAYLOAD = '{ task { __typename id status } replayed userErrors { code message field awsCode } }';

const KINDS = [
  {
    mutation: 'startEngagementFromOpportunityTask',
    inputType: 'StartEngagementFromOpportunityTaskInput',
    typename: 'EngagementFromOpportunityTask',
    input: {
      catalog: 'SANDBOX',
      identifier: 'O1000001',
      awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
      tags: [{ key: 'team', value: 'north' }],
    },
    domainInput: OPPORTUNITY_INPUT,
  },
  {
    mutation: 'startOpportunityFromEngagementTask',
    inputType: 'StartOpportunityFromEngagementTaskInput',
    typename: 'OpportunityFromEngagementTask',
    input: { catalog: 'AWS', identifier: 'eng-completes00001', contextIdentifier: '1' },
    domainInput: ENGAGEMENT_INPUT,
  },
  {
    mutation: 'startEngagementByAcceptingInvitationTask',
    inputType: 'StartEngagementByAcceptingInvitationTaskInput',
    typename: 'EngagementByAcceptingInvitationTask',
    input: { catalog: 'SANDBOX', identifier: 'engi-completes0001', tags: [{ key: 'team', value: 'north' }] },
    domainInput: INVITATION_INPUT,
  },
] as const;

type Kind = (typeof KINDS)[number];

async function start(
  kind: Kind,
  outcome: StartOutcome | Error,
  more: Record<string, Json> = {},
): Promise<{ answer: Answer; payload: Json; asked: unknown }> {
  const tasks = fakeTasks({ start: outcome });
  const query = `mutation ($input: ${kind.inputType}!) { payload: ${kind.mutation}(input: $input) ${PAYLOAD} }`;
  const answer = await run(query, contextWith(tasks), { input: { ...kind.input, ...more } });
  const { data } = answer;
  const payload = typeof data === 'object' && data !== null && 'payload' in data ? (data.payload ?? null) : null;
  return { answer, payload, asked: tasks.asked.start };
}

describe.each(KINDS)('Mutation.$mutation', (kind) => {
  const { typename, domainInput: input } = kind;

  test('an accepted start returns its task', async () => {
    const { payload, asked } = await start(
      kind,
      { type: 'accepted', task: aTask({ input }), replayed: false },
      { clientToken: 'token-1' },
    );
    expect(payload).toEqual({
      task: { __typename: typename, id: 'task-one', status: 'QUEUED' },
      replayed: false,
      userErrors: [],
    });
    expect(asked).toEqual([[VIEWER, input, 'token-1']]);
  });

  test('the gateway makes the token if it is absent or null', async () => {
    const outcome: StartOutcome = { type: 'accepted', task: aTask({ input }), replayed: false };
    expect((await start(kind, outcome)).asked).toEqual([[VIEWER, input, null]]);
    expect((await start(kind, outcome, { clientToken: null })).asked).toEqual([[VIEWER, input, null]]);
  });

  test('null means no tags', async () => {
    const outcome: StartOutcome = { type: 'accepted', task: aTask({ input }), replayed: false };
    expect((await start(kind, outcome, { tags: null })).asked).toEqual([[VIEWER, { ...input, tags: [] }, null]]);
  });

  test('a repeated start returns the earlier task, and replayed is true', async () => {
    const { payload } = await start(kind, {
      type: 'accepted',
      task: aTask({ input, status: 'COMPLETE' }),
      replayed: true,
    });
    expect(payload).toEqual({
      task: { __typename: typename, id: 'task-one', status: 'COMPLETE' },
      replayed: true,
      userErrors: [],
    });
  });

  test('a task that AWS accepted and could not finish has no user error', async () => {
    const task = aTask({ input, status: 'FAILED', failure: aFailure({ rawReasonCode: 'InternalError' }) });
    expect((await start(kind, { type: 'accepted', task, replayed: false })).payload).toMatchObject({
      task: { status: 'FAILED' },
      userErrors: [],
    });
  });

  test('a start that AWS refused returns its task and AWS’s message', async () => {
    const failure = aFailure({ errorCode: 'CONFLICT', awsCode: 'ConflictException', message: 'Already submitted.' });
    const { payload } = await start(kind, {
      type: 'accepted',
      task: aTask({ input, status: 'REJECTED', failure }),
      replayed: false,
    });
    expect(payload).toEqual({
      task: { __typename: typename, id: 'task-one', status: 'REJECTED' },
      replayed: false,
      userErrors: [{ code: 'CONFLICT', message: 'Already submitted.', field: null, awsCode: 'ConflictException' }],
    });
  });

  test('each field that AWS refused has an error with its path in the input', async () => {
    const failure = aFailure({
      errorCode: 'VALIDATION_FAILED',
      awsCode: 'ValidationException',
      message: 'Two fields are wrong.',
      fieldErrors: [
        { field: 'Identifier', code: 'INVALID_VALUE', message: 'Not an id.' },
        { field: 'Project.Title', code: 'REQUIRED_FIELD_MISSING', message: '' },
      ],
    });
    const { payload } = await start(kind, {
      type: 'accepted',
      task: aTask({ input, status: 'REJECTED', failure }),
      replayed: false,
    });
    expect(payload).toMatchObject({
      userErrors: [
        {
          code: 'VALIDATION_FAILED',
          message: 'Not an id.',
          field: ['input', 'identifier'],
          awsCode: 'ValidationException',
        },
        { code: 'VALIDATION_FAILED', message: 'Two fields are wrong.', field: null, awsCode: 'ValidationException' },
      ],
    });
  });

  test('an invalid start returns every mistake and no task', async () => {
    const { payload } = await start(kind, {
      type: 'invalid',
      problems: [
        { code: 'CATALOG_NOT_ALLOWED', message: 'Not this catalog.', path: ['catalog'] },
        { code: 'INVALID_INPUT', message: 'Not a key.', path: ['tags', '0', 'key'] },
      ],
    });
    expect(payload).toEqual({
      task: null,
      replayed: false,
      userErrors: [
        { code: 'CATALOG_NOT_ALLOWED', message: 'Not this catalog.', field: ['input', 'catalog'], awsCode: null },
        { code: 'INVALID_INPUT', message: 'Not a key.', field: ['input', 'tags', '0', 'key'], awsCode: null },
      ],
    });
  });

  test('a token that belongs to a start with other input is refused', async () => {
    expect((await start(kind, { type: 'token-reused', message: 'Use a new token.' })).payload).toEqual({
      task: null,
      replayed: false,
      userErrors: [
        { code: 'CLIENT_TOKEN_REUSED', message: 'Use a new token.', field: ['input', 'clientToken'], awsCode: null },
      ],
    });
  });

  test('a caller who may not start tasks is refused, and nothing is started', async () => {
    const tasks = fakeTasks({});
    const query = `mutation ($input: ${kind.inputType}!) { ${kind.mutation}(input: $input) ${PAYLOAD} }`;
    const answer = await run(query, contextWith(tasks, { viewer: { ...VIEWER, starts: false } }), {
      input: kind.input,
    });
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(tasks.asked.start).toEqual([]);
  });

  test('a start in a catalog that is not allowed reads no records, also if its warnings are selected', async () => {
    const tasks = fakeTasks({
      start: {
        type: 'invalid',
        problems: [{ code: 'CATALOG_NOT_ALLOWED', message: 'Not this catalog.', path: ['catalog'] }],
      },
    });
    const records = fakeRecords({ opportunity: missing, engagement: missing, invitation: missing });
    const query =
      `mutation ($input: ${kind.inputType}!) { payload: ${kind.mutation}(input: $input) { warnings { rule } ` +
      `userErrors { code } } }`;
    const answer = await run(query, contextWith(tasks, { viewer: { ...VIEWER, catalogs: [] }, records }), {
      input: kind.input,
    });
    expect(answer).toEqual({ data: { payload: { warnings: null, userErrors: [{ code: 'CATALOG_NOT_ALLOWED' }] } } });
    expect(records.asked).toEqual([]);
  });

  test('an unexpected error is left to the server', async () => {
    const { answer } = await start(kind, new Error('The disk is full.'));
    expect(answer).toMatchObject({ data: null, errors: [{ message: 'The disk is full.' }] });
    expect(codesOf(answer)).toEqual([undefined]);
  });

  test('a task of another kind is an error', async () => {
    const other = kind.mutation === 'startEngagementFromOpportunityTask' ? ENGAGEMENT_INPUT : OPPORTUNITY_INPUT;
    const { answer } = await start(kind, { type: 'accepted', task: aTask({ input: other }), replayed: false });
    expect(answer).toMatchObject({ data: null, errors: [{ message: expect.stringContaining('of another kind') }] });
  });
});

describe('a refusal by AWS', () => {
  const CODES: readonly ErrorCode[] = [
    'VALIDATION_FAILED',
    'ACCESS_DENIED',
    'CONFLICT',
    'NOT_FOUND',
    'QUOTA_EXCEEDED',
    'THROTTLED',
    'UPSTREAM_FAILED',
  ];

  test.each(CODES)('a refusal by AWS has the code %s', async (errorCode) => {
    const task = aTask({ status: 'REJECTED', failure: aFailure({ errorCode }) });
    expect((await start(KINDS[0], { type: 'accepted', task, replayed: false })).payload).toMatchObject({
      userErrors: [{ code: errorCode }],
    });
  });

  test('a refusal without a recorded code has the code UPSTREAM_FAILED', async () => {
    const task = aTask({ status: 'REJECTED', failure: aFailure() });
    expect((await start(KINDS[0], { type: 'accepted', task, replayed: false })).payload).toMatchObject({
      userErrors: [{ code: 'UPSTREAM_FAILED' }],
    });
  });
});

/** The mutations that create, associate, assign and answer: their arguments, rights and payloads. */
import { describe, expect, test } from '@jest/globals';
import type { EditError, EditOutcome, EditName } from '../../../src/edits/edits.js';
import { editError } from '../../../src/edits/edit-errors.js';
import { fakeEdits } from '../../support/fakes/fake-edits.js';
import { VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { INVITATION, OPPORTUNITY } from '../../support/fixtures/sample-records.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const CATALOG = 'SANDBOX';
const ASSOCIATION = { relatedEntityType: 'AWS_PRODUCTS', relatedEntityIdentifier: 'AmazonRDS' };
const ASSIGNEE = { email: 'robin@example.com', firstName: 'Robin', lastName: 'Reed', businessTitle: 'Owner' };

type Mutation = {
  readonly name: Exclude<EditName, 'updateOpportunity'>;
  readonly document: string;
  readonly input: object;
  /** The input in the words of the domain. */
  readonly asked: object;
  readonly outcome: EditOutcome<any>;
  readonly payload: object;
  readonly refusedPayload: object;
};

const opportunity = { type: 'done', record: OPPORTUNITY, changed: ['a.path'] } as const;
const invitation = { type: 'done', record: INVITATION, changed: ['status'] } as const;

const MUTATIONS: readonly Mutation[] = [
  {
    name: 'createOpportunity',
    document: 'create-opportunity',
    input: { catalog: CATALOG, clientToken: 'a token', nationalSecurity: 'No', project: { title: null } },
    asked: {
      catalog: CATALOG,
      clientToken: 'a token',
      values: { nationalSecurity: 'No', project: { title: null } },
      tags: [],
    },
    outcome: { type: 'done', record: { id: 'O1', opportunity: OPPORTUNITY }, changed: [] },
    payload: { opportunityId: 'O1', opportunity: { id: 'O1' }, clientToken: 'a token' },
    refusedPayload: { opportunityId: null, opportunity: null, clientToken: 'a token' },
  },
  ...(['associateOpportunity', 'disassociateOpportunity'] as const).map((name): Mutation => ({
    name,
    document: name === 'associateOpportunity' ? 'associate-opportunity' : 'disassociate-opportunity',
    input: { catalog: CATALOG, identifier: 'O1', ...ASSOCIATION },
    asked: { catalog: CATALOG, identifier: 'O1', entityType: 'AWS_PRODUCTS', entityIdentifier: 'AmazonRDS' },
    outcome: opportunity,
    payload: { opportunity: { id: 'O1' }, changed: ['a.path'] },
    refusedPayload: { opportunity: null, changed: [] },
  })),
  {
    name: 'assignOpportunity',
    document: 'assign-opportunity',
    input: { catalog: CATALOG, identifier: 'O1', assignee: ASSIGNEE },
    asked: { catalog: CATALOG, identifier: 'O1', assignee: { ...ASSIGNEE, phone: null } },
    outcome: opportunity,
    payload: { opportunity: { id: 'O1' }, changed: ['a.path'] },
    refusedPayload: { opportunity: null, changed: [] },
  },
  {
    name: 'acceptEngagementInvitation',
    document: 'accept-engagement-invitation',
    input: { catalog: CATALOG, identifier: 'engi-1' },
    asked: { catalog: CATALOG, identifier: 'engi-1' },
    outcome: invitation,
    payload: { engagementInvitation: { id: INVITATION.id }, changed: ['status'] },
    refusedPayload: { engagementInvitation: null, changed: [] },
  },
  {
    name: 'rejectEngagementInvitation',
    document: 'reject-engagement-invitation',
    input: { catalog: CATALOG, identifier: 'engi-1' },
    asked: { catalog: CATALOG, identifier: 'engi-1', reason: null },
    outcome: invitation,
    payload: { engagementInvitation: { id: INVITATION.id }, changed: ['status'] },
    refusedPayload: { engagementInvitation: null, changed: [] },
  },
];

const REFUSAL: EditError = editError('NOT_EDITABLE', 'It is locked.', { path: ['identifier'] });

describe.each(MUTATIONS)('Mutation.$name', ({ name, document, input, asked, outcome, payload, refusedPayload }) => {
  async function ask(answer: EditOutcome<any>, viewer = VIEWER) {
    const edits = fakeEdits({ [name]: () => Promise.resolve(answer), logDenied: () => {} });
    const result: any = await run(publishedOperation(document), contextWith(fakeTasks({}), { edits, viewer }), {
      input,
    });
    return { result, asked: edits.asked };
  }

  test('the edit gets the subject and the input, and the payload has the record', async () => {
    const { result, asked: given } = await ask(outcome, { ...VIEWER, subject: 'ada' });
    expect(given).toEqual([[name, 'ada', asked]]);
    expect(result.errors).toBeUndefined();
    expect(result.data[name]).toMatchObject({ ...payload, userErrors: [] });
  });

  test('a refusal has the path of the argument, and no record', async () => {
    const { result } = await ask({ type: 'refused', errors: [REFUSAL] });
    expect(result.data[name]).toEqual({
      ...refusedPayload,
      userErrors: [
        {
          code: 'NOT_EDITABLE',
          message: 'It is locked.',
          field: ['input', 'identifier'],
          awsCode: null,
          nextAction: 'NONE',
          retryAfterMs: null,
          mayBeDone: false,
        },
      ],
    });
  });

  test('a caller without the right to edit gets an error, and the edit is only logged', async () => {
    const { result, asked: given } = await ask(outcome, { ...VIEWER, edits: false });
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
    expect(given).toEqual([['logDenied', name, VIEWER.subject, asked, 'FORBIDDEN']]);
  });

  test('a catalog that the caller may not use is refused, and the edit is only logged', async () => {
    const { result, asked: given } = await ask(outcome, { ...VIEWER, catalogs: ['AWS'] });
    expect(result.data[name]).toMatchObject({
      ...refusedPayload,
      userErrors: [{ code: 'CATALOG_NOT_ALLOWED', field: ['input', 'catalog'] }],
    });
    expect(given).toEqual([['logDenied', name, VIEWER.subject, asked, 'CATALOG_NOT_ALLOWED']]);
  });
});

test('a caller who may not read records gets the id of a creation, without which the next edit is impossible', async () => {
  const edits = fakeEdits({
    createOpportunity: async () => ({ type: 'done', record: { id: 'O1', opportunity: OPPORTUNITY }, changed: [] }),
  });
  const context = contextWith(fakeTasks({}), { edits, viewer: { ...VIEWER, records: false } });
  const result: any = await run(publishedOperation('create-opportunity'), context, { input: { catalog: CATALOG } });
  expect(result.data.createOpportunity).toMatchObject({ opportunityId: 'O1', opportunity: null, userErrors: [] });
});

test('a creation without a token gets one of the gateway, which the payload shows', async () => {
  const edits = fakeEdits({
    createOpportunity: async () => ({ type: 'done', record: { id: 'O1', opportunity: null }, changed: [] }),
  });
  const context = contextWith(fakeTasks({}), { edits });
  const result: any = await run(publishedOperation('create-opportunity'), context, { input: { catalog: CATALOG } });
  const { clientToken } = result.data.createOpportunity;
  expect(clientToken).toMatch(/^[0-9a-f-]{36}$/);
  expect(edits.asked).toEqual([
    ['createOpportunity', VIEWER.subject, { catalog: CATALOG, clientToken, values: {}, tags: [] }],
  ]);
});

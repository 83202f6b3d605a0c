/** The assignment of an opportunity, as the team of the opportunity shows it. */
import { expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { openEdits, openEditsOverStub } from '../support/aws/edits.js';

const ROBIN = {
  email: 'robin@example.com',
  firstName: 'Robin',
  lastName: 'Reed',
  businessTitle: 'OpportunityOwner',
  phone: null,
};
const ASSIGNMENT = { catalog: 'SANDBOX', identifier: 'O5000002', assignee: ROBIN } as const;

function teamOf(...team: readonly object[]) {
  return {
    GetOpportunity: () =>
      ok({ Id: 'O5000002', OpportunityTeam: team, LifeCycle: { ReviewStatus: 'Pending Submission' } }),
  };
}

test('the assigned user is in the team of the opportunity, and a repetition sends nothing', async () => {
  const { edits, calls } = await openEdits();
  expect(await edits.assignOpportunity('ada', ASSIGNMENT)).toMatchObject({
    type: 'done',
    record: { opportunityTeam: expect.arrayContaining([ROBIN]) },
    changed: ['opportunityTeam'],
  });
  expect(await edits.assignOpportunity('ada', ASSIGNMENT)).toMatchObject({ type: 'done', changed: [] });
  expect(calls('AssignOpportunity')).toBe(1);
});

test('a member of the team with another role, or without the given phone number, is assigned', async () => {
  const manager = {
    Email: 'Robin@Example.com',
    FirstName: 'R.',
    LastName: 'R.',
    BusinessTitle: 'PartnerAccountManager',
  };
  const { edits, stub, clock } = await openEditsOverStub({ ...teamOf(manager), AssignOpportunity: () => ok({}) });
  expect(await edits.assignOpportunity(null, ASSIGNMENT)).toMatchObject({ changed: ['opportunityTeam'] });
  // From then on AWS's state counts, which does not show the first assignment.
  await clock.advance(11 * SECOND);
  const asManager = { ...ROBIN, businessTitle: 'PartnerAccountManager' };
  // AWS takes the name from the user's profile, so it proves nothing.
  expect(await edits.assignOpportunity(null, { ...ASSIGNMENT, assignee: asManager })).toMatchObject({ changed: [] });
  const withPhone = { ...asManager, phone: '+12065550100' };
  expect(await edits.assignOpportunity(null, { ...ASSIGNMENT, assignee: withPhone })).toMatchObject({
    changed: ['opportunityTeam'],
    record: { opportunityTeam: [withPhone] },
  });
  expect(
    stub.asked.filter(({ operation }) => operation === 'AssignOpportunity').map(({ question }) => question),
  ).toEqual([
    {
      Catalog: 'Sandbox',
      Identifier: 'O5000002',
      Assignee: { Email: 'robin@example.com', FirstName: 'Robin', LastName: 'Reed', BusinessTitle: 'OpportunityOwner' },
    },
    {
      Catalog: 'Sandbox',
      Identifier: 'O5000002',
      Assignee: {
        Email: 'robin@example.com',
        FirstName: 'Robin',
        LastName: 'Reed',
        BusinessTitle: 'PartnerAccountManager',
        Phone: '+12065550100',
      },
    },
  ]);
});

test('an opportunity goes back to a user whose role another one has too, and AWS shows the team', async () => {
  const { edits, calls } = await openEdits();
  const lead = { ...ROBIN, businessTitle: 'Alliance Lead' };
  const other = { ...lead, email: 'kim@example.com', firstName: 'Kim' };
  for (const assignee of [lead, other]) await edits.assignOpportunity('ada', { ...ASSIGNMENT, assignee });
  const outcome = await edits.assignOpportunity('ada', { ...ASSIGNMENT, assignee: lead });
  expect(calls('AssignOpportunity')).toBe(3);
  expect(outcome).toMatchObject({
    changed: ['opportunityTeam'],
    record: { lastModifiedAt: expect.any(Number), opportunityTeam: [lead, other] },
  });
});

test('mistakes in the input are reported together, and AWS is not called', async () => {
  const { edits, stub } = await openEditsOverStub({});
  const wrong = { email: 'Robin@Example.com', firstName: 'x'.repeat(81), lastName: '', businessTitle: '', phone: '1' };
  expect(await edits.assignOpportunity(null, { ...ASSIGNMENT, identifier: '1', assignee: wrong })).toMatchObject({
    type: 'refused',
    errors: [['identifier'], ['assignee', 'email'], ['assignee', 'firstName'], ['assignee', 'phone']].map((path) => ({
      code: 'INVALID_INPUT',
      path,
    })),
  });
  expect(stub.asked).toEqual([]);
});

test('a locked opportunity is refused before a write', async () => {
  const { edits, calls } = await openEdits();
  expect(await edits.assignOpportunity(null, { ...ASSIGNMENT, identifier: 'O5000007' })).toMatchObject({
    type: 'refused',
    errors: [{ code: 'NOT_EDITABLE', path: ['assignee'] }],
  });
  expect(calls('AssignOpportunity')).toBe(0);
});

test("AWS's list of errors names the members of the assignee", async () => {
  const { edits } = await openEditsOverStub({
    ...teamOf(),
    AssignOpportunity: () =>
      refusal('ValidationException', {
        ErrorList: ['assignee.email', 'Identifier'].map((FieldName) => ({ FieldName, Message: 'No.', Code: 'X' })),
      }),
  });
  expect(await edits.assignOpportunity(null, ASSIGNMENT)).toMatchObject({
    type: 'refused',
    errors: [{ path: ['assignee', 'email'] }, { path: ['identifier'] }],
  });
});

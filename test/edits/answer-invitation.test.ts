/** Accepts and rejects invitations in each of their states. */
import { describe, expect, test } from '@jest/globals';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { openEdits, openEditsOverStub } from '../support/aws/edits.js';

const LEAD = { catalog: 'SANDBOX', identifier: 'engi-leadpending01' } as const;
const ARN = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-leadpending01';

function invitation(Status: string, more: object = {}) {
  const raw = {
    Id: LEAD.identifier,
    Status,
    PayloadType: 'LeadInvitation',
    EngagementId: 'eng-leadnotjoined1',
    ...more,
  };
  return { GetEngagementInvitation: () => ok(raw) };
}

describe('the acceptance of an invitation', () => {
  test('an invitation to a lead is accepted by its ARN too, and a repetition sends nothing', async () => {
    const { edits, calls } = await openEdits();
    expect(await edits.acceptEngagementInvitation(null, { ...LEAD, identifier: ARN })).toMatchObject({
      type: 'done',
      record: { id: 'engi-leadpending01', status: 'ACCEPTED' },
      changed: ['status'],
    });
    expect(await edits.acceptEngagementInvitation(null, LEAD)).toMatchObject({
      record: { status: 'ACCEPTED' },
      changed: [],
    });
    expect(calls('AcceptEngagementInvitation')).toBe(1);
  });

  test('an ARN without an id is refused before AWS is called, and the message says what is missing', async () => {
    const { edits, stub } = await openEditsOverStub({});
    const identifier = ARN.slice(0, ARN.lastIndexOf('/') + 1);
    for (const edit of [edits.acceptEngagementInvitation, edits.rejectEngagementInvitation]) {
      expect(await edit(null, { ...LEAD, identifier, reason: null })).toMatchObject({
        type: 'refused',
        errors: [{ code: 'INVALID_INPUT', path: ['identifier'], message: expect.stringContaining('ends in its id') }],
      });
    }
    expect(stub.takeAsked()).toEqual([]);
  });

  test.each([
    ['PENDING', 'INVALID_INPUT', 'startEngagementByAcceptingInvitationTask'],
    ['ACCEPTED', 'NOT_EDITABLE', 'Accepted already'],
    ['REJECTED', 'NOT_EDITABLE', 'Rejected already'],
    ['EXPIRED', 'NOT_EDITABLE', 'Ask the sender for a new one'],
  ])('a %s invitation to an opportunity is refused, and only an open one with the mutation', async (...expected) => {
    const [status, code, message] = expected;
    const { edits, stub } = await openEditsOverStub(invitation(status, { PayloadType: 'OpportunityInvitation' }));
    expect(await edits.acceptEngagementInvitation(null, LEAD)).toMatchObject({
      type: 'refused',
      errors: [{ code, message: expect.stringContaining(message), path: ['identifier'] }],
    });
    expect(stub.takeAsked()).toEqual(['GetEngagementInvitation']);
  });

  test.each([
    ['REJECTED', {}, 'The invitation is Rejected already.'],
    ['REJECTED', { RejectionReason: 'Other' }, 'The invitation is Rejected already.'],
    ['EXPIRED', {}, 'The invitation is Expired. Ask the sender for a new one.'],
  ])('a %s invitation is refused before a write (%o)', async (status, more, message) => {
    const { edits, stub } = await openEditsOverStub(invitation(status, more));
    expect(await edits.acceptEngagementInvitation(null, LEAD)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'NOT_EDITABLE', message, path: ['identifier'] }],
    });
    expect(stub.takeAsked()).toEqual(['GetEngagementInvitation']);
  });

  test('AWS decides about a status and a kind that the gateway does not know', async () => {
    const { edits, stub } = await openEditsOverStub({
      ...invitation('WITHDRAWN', { PayloadType: 'NewInvitation' }),
      AcceptEngagementInvitation: () => refusal('ConflictException', { Message: 'It was withdrawn.' }),
    });
    expect(await edits.acceptEngagementInvitation(null, LEAD)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'CONFLICT', message: 'It was withdrawn.', awsCode: 'ConflictException', mayBeDone: false }],
    });
    expect(stub.asked[1]?.question).toEqual({ Catalog: 'Sandbox', Identifier: 'engi-leadpending01' });
  });

  test("AWS's refusal of an invitation that another caller has accepted in between counts as success", async () => {
    let status = 'PENDING';
    const { edits } = await openEditsOverStub({
      GetEngagementInvitation: () => invitation(status).GetEngagementInvitation(),
      AcceptEngagementInvitation() {
        status = 'ACCEPTED';
        return refusal('ConflictException', { Message: 'The invitation was already accepted.' });
      },
    });
    expect(await edits.acceptEngagementInvitation(null, LEAD)).toMatchObject({
      type: 'done',
      record: { status: 'ACCEPTED' },
      changed: [],
    });
  });
});

describe('the rejection of an invitation', () => {
  const rejection = { ...LEAD, reason: 'Unable to support' };

  test('an invitation is rejected with its reason, and a repetition sends nothing', async () => {
    const { edits, calls } = await openEdits();
    expect(await edits.rejectEngagementInvitation(null, rejection)).toMatchObject({
      type: 'done',
      record: { status: 'REJECTED', rejectionReason: 'Unable to support' },
      changed: ['status', 'rejectionReason'],
    });
    for (const reason of ['Unable to support', null])
      expect(await edits.rejectEngagementInvitation(null, { ...LEAD, reason })).toMatchObject({
        record: { status: 'REJECTED', rejectionReason: 'Unable to support' },
        changed: [],
      });
    expect(await edits.rejectEngagementInvitation(null, { ...LEAD, reason: 'Other' })).toMatchObject({
      type: 'refused',
      errors: [{ code: 'NOT_EDITABLE', message: 'The invitation is Rejected already.' }],
    });
    expect(calls('RejectEngagementInvitation')).toBe(1);
  });

  test('a reason is optional', async () => {
    const { edits, stub } = await openEditsOverStub({
      ...invitation('PENDING'),
      RejectEngagementInvitation: () => ok({}),
    });
    // AWS still shows the state before, so the record is completed.
    expect(await edits.rejectEngagementInvitation(null, { ...LEAD, reason: null })).toMatchObject({
      record: { status: 'REJECTED', rejectionReason: null },
      changed: ['status'],
    });
    await edits.rejectEngagementInvitation(null, rejection);
    expect(
      stub.asked.filter(({ operation }) => operation.startsWith('Reject')).map(({ question }) => question),
    ).toEqual([
      { Catalog: 'Sandbox', Identifier: 'engi-leadpending01' },
      { Catalog: 'Sandbox', Identifier: 'engi-leadpending01', RejectionReason: 'Unable to support' },
    ]);
  });

  test('an invitation to an opportunity can be rejected, and an accepted one cannot', async () => {
    const { edits } = await openEdits();
    const opportunity = { ...rejection, identifier: 'engi-opportunity01' };
    expect(await edits.rejectEngagementInvitation(null, opportunity)).toMatchObject({ record: { status: 'REJECTED' } });
    await edits.acceptEngagementInvitation(null, LEAD);
    expect(await edits.rejectEngagementInvitation(null, rejection)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'NOT_EDITABLE', message: 'The invitation is Accepted already.', path: ['identifier'] }],
    });
  });

  test.each(['', 'x'.repeat(81), 'line\nbreak', 'tab\t', '😀', '\ud800'])(
    'the reason %j breaks the pattern of the model, and AWS is not called',
    async (reason) => {
      const { edits, stub } = await openEditsOverStub({});
      expect(await edits.rejectEngagementInvitation(null, { ...LEAD, reason })).toMatchObject({
        type: 'refused',
        errors: [{ code: 'INVALID_INPUT', path: ['rejectionReason'] }],
      });
      expect(stub.asked).toEqual([]);
    },
  );

  test.each(['x', 'x'.repeat(80), 'Größe: 5 €', '課題が不明'])('the reason %j is sent', async (reason) => {
    const { edits } = await openEditsOverStub({ ...invitation('PENDING'), RejectEngagementInvitation: () => ok({}) });
    expect(await edits.rejectEngagementInvitation(null, { ...LEAD, reason })).toMatchObject({ type: 'done' });
  });
});

test('a wrong identifier and an ARN of another catalog are refused, and AWS is not called', async () => {
  const { edits, stub } = await openEditsOverStub({});
  const elsewhere = ARN.replace('Sandbox', 'AWS');
  for (const identifier of ['engi-1', 'O1', elsewhere])
    for (const edit of [
      edits.acceptEngagementInvitation(null, { ...LEAD, identifier }),
      edits.rejectEngagementInvitation(null, { ...LEAD, identifier, reason: null }),
    ])
      expect(await edit).toMatchObject({ type: 'refused', errors: [{ code: 'INVALID_INPUT', path: ['identifier'] }] });
  expect(stub.asked).toEqual([]);
});

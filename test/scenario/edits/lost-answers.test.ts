/**
 * The edits that set a state, and the creation, through the public API against the simulator. Each edit has exactly one
 * effect. AWS's answer is lost before or after the call is processed, callers repeat themselves, and two callers want
 * the same at once.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../src/partner-central/simulator/faults.js';
import type { OperationName } from '../../../src/partner-central/simulator/protocol/operation.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { startGateway, type TestGateway } from '../../support/harness/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ CATALOGS: 'SANDBOX' });
});

const CATALOG = 'SANDBOX';
const ASSIGNEE = {
  email: 'robin@example.com',
  firstName: 'Robin',
  lastName: 'Reed',
  businessTitle: 'OpportunityOwner',
};

type Edit = {
  /** AWS's name of the write. */
  readonly operation: OperationName;
  readonly document: string;
  /** An input for a record of its own. */
  readonly input: (number: number) => Record<string, unknown>;
  /** The document of an edit with the same input that comes first, so that there is something to change. */
  readonly after?: string;
  /** The part of the payload that shows the effect. */
  readonly shown: (payload: any) => unknown;
  readonly effect: unknown;
};

const EDITS: readonly Edit[] = [
  {
    operation: 'AssociateOpportunity',
    document: 'associate-opportunity',
    input: (number) => ({
      catalog: CATALOG,
      identifier: `O71000${number}`,
      relatedEntityType: 'AWS_PRODUCTS',
      relatedEntityIdentifier: 'AmazonRDS',
    }),
    shown: ({ opportunity }) => opportunity?.relatedEntities.awsProducts.filter((id: string) => id === 'AmazonRDS'),
    effect: ['AmazonRDS'],
  },
  {
    operation: 'DisassociateOpportunity',
    document: 'disassociate-opportunity',
    after: 'associate-opportunity',
    input: (number) => ({
      catalog: CATALOG,
      identifier: `O72000${number}`,
      relatedEntityType: 'SOLUTIONS',
      relatedEntityIdentifier: 'S-0000002',
    }),
    shown: ({ opportunity }) => opportunity?.relatedEntities.solutions.filter((id: string) => id === 'S-0000002'),
    effect: [],
  },
  {
    operation: 'AssignOpportunity',
    document: 'assign-opportunity',
    input: (number) => ({ catalog: CATALOG, identifier: `O73000${number}`, assignee: ASSIGNEE }),
    shown: ({ opportunity }) =>
      opportunity?.opportunityTeam.filter(({ email }: { email: string }) => email === ASSIGNEE.email),
    effect: [{ ...ASSIGNEE, phone: null }],
  },
  {
    operation: 'RejectEngagementInvitation',
    document: 'reject-engagement-invitation',
    input: (number) => ({
      catalog: CATALOG,
      identifier: `engi-${String(number).padStart(13, '0')}`,
      rejectionReason: 'Next steps unclear',
    }),
    shown: ({ engagementInvitation: invitation }) => [invitation?.status, invitation?.rejectionReason],
    effect: ['REJECTED', 'Next steps unclear'],
  },
];

async function run(on: TestGateway, document: string, input: Record<string, unknown>): Promise<any> {
  const { data, errors } = await on.query(publishedOperation(document), { input });
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

function sent(on: TestGateway, operation: OperationName): number {
  return on.simulator.calls().filter((call) => call.operation === operation).length;
}

const BEFORE: readonly Fault[] = [
  { kind: 'reset-before' },
  { kind: 'html', status: 502 },
  { kind: 'error', name: 'InternalServerException' },
];
const AFTER: readonly Fault[] = [
  { kind: 'reset-after' },
  { kind: 'half-answer' },
  { kind: 'error-after', name: 'InternalServerException' },
];
const LOST = [...BEFORE, ...AFTER];

let numbers = 1;
describe.each(EDITS)('$document', ({ operation, document, input, after, shown, effect }) => {
  async function prepared(): Promise<Record<string, unknown>> {
    const one = input((numbers += 1));
    if (after !== undefined) await run(gateway, after, one);
    return one;
  }

  test.each(LOST)('an edit has one effect when its answer is lost ($kind)', async (fault) => {
    const one = await prepared();
    const before = sent(gateway, operation);
    gateway.simulator.inject({ operation, times: 1, fault });
    const payload = await run(gateway, document, one);
    expect(payload.userErrors).toEqual([]);
    expect(shown(payload)).toEqual(effect);
    expect(payload.changed).not.toEqual([]);
    // A change that the record shows is not sent again.
    expect(sent(gateway, operation) - before).toBe(AFTER.includes(fault) ? 1 : 2);
    const again = await run(gateway, document, one);
    expect([again.userErrors, again.changed, shown(again)]).toEqual([[], [], effect]);
  });

  test('an edit is done when AWS refuses what the record shows', async () => {
    const one = await prepared();
    gateway.simulator.inject({ operation, times: 1, fault: { kind: 'error-after', name: 'ConflictException' } });
    const payload = await run(gateway, document, one);
    expect([payload.userErrors, payload.changed, shown(payload)]).toEqual([[], [], effect]);
  });

  test('an edit has one effect when it is repeated, and when two callers want it at once', async () => {
    const one = await prepared();
    const payloads = await Promise.all([run(gateway, document, one), run(gateway, document, one)]);
    payloads.push(await run(gateway, document, one));
    expect(payloads.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
    expect(payloads.map(shown)).toEqual([effect, effect, effect]);
  });
});

describe('accept-engagement-invitation', () => {
  const lead = { catalog: CATALOG, identifier: 'engi-leadpending01' };
  const operation = 'AcceptEngagementInvitation';

  test.each(LOST)('an acceptance has one effect when its answer is lost ($kind)', async (fault) => {
    const own = await startGateway({ CATALOGS: CATALOG });
    own.simulator.inject({ operation, times: 1, fault });
    const payload = await run(own, 'accept-engagement-invitation', lead);
    expect(payload).toMatchObject({
      engagementInvitation: { status: 'ACCEPTED' },
      changed: ['status'],
      userErrors: [],
    });
    expect(sent(own, operation)).toBe(AFTER.includes(fault) ? 1 : 2);
    expect(await run(own, 'accept-engagement-invitation', lead)).toEqual({ ...payload, changed: [] });
    expect(sent(own, operation)).toBe(AFTER.includes(fault) ? 1 : 2);
    // The engagement of the lead is open to the account now.
    const { data } = await own.query(
      `query ($id: ID!) { engagement(catalog: SANDBOX, identifier: $id) { contexts { type } } }`,
      { id: payload.engagementInvitation.engagementId },
    );
    expect(data.engagement.contexts).toEqual([{ type: 'LEAD' }]);
  });

  test('an acceptance has one effect when two callers want it at once, and a rejection loses against it', async () => {
    const own = await startGateway({ CATALOGS: CATALOG });
    const payloads = await Promise.all([1, 2].map(() => run(own, 'accept-engagement-invitation', lead)));
    for (const payload of payloads)
      expect(payload).toMatchObject({ engagementInvitation: { status: 'ACCEPTED' }, userErrors: [] });
    const rejected = await run(own, 'reject-engagement-invitation', { ...lead, rejectionReason: 'Other' });
    expect(rejected).toMatchObject({
      engagementInvitation: null,
      userErrors: [
        { code: 'NOT_EDITABLE', message: 'The invitation is Accepted already.', field: ['input', 'identifier'] },
      ],
    });
  });

  test('an invitation to an opportunity is refused with the mutation that accepts it', async () => {
    const payload = await run(gateway, 'accept-engagement-invitation', {
      catalog: CATALOG,
      identifier: 'engi-opportunity01',
    });
    expect(payload.userErrors).toMatchObject([
      {
        code: 'INVALID_INPUT',
        message: expect.stringContaining('startEngagementByAcceptingInvitationTask'),
        field: ['input', 'identifier'],
      },
    ]);
    expect(sent(gateway, operation)).toBe(0);
  });
});

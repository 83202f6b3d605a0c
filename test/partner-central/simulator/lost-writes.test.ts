/** Faults before and after every write of records: a fault before leaves no effect, and a fault after leaves one. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../src/partner-central/simulator/faults.js';
import { type Partner, createPartner, failureOf } from '../../support/aws/simulator-client.js';
import { recordsOf } from '../../support/aws/simulator-records.js';

type Write = {
  make(records: ReturnType<typeof recordsOf>): Promise<unknown>;
  /** The part of the record that the write changes. */
  seen(records: ReturnType<typeof recordsOf>): Promise<unknown>;
};

const ASSIGNEE = { Email: 'a@b.example.com', FirstName: 'A', LastName: 'B', BusinessTitle: 'C' };
const solutionsOf = async ({ getOpportunity }: ReturnType<typeof recordsOf>) =>
  (await getOpportunity('O5000001')).RelatedEntityIdentifiers?.Solutions;

const WRITES = {
  CreateOpportunity: {
    make: ({ create }) => create('token'),
    seen: async ({ listOpportunities }) => (await listOpportunities()).OpportunitySummaries?.length,
  },
  UpdateOpportunity: {
    make: ({ update }) => update('O5000001', () => ({ OpportunityType: 'Expansion' })),
    seen: async ({ getOpportunity }) => (await getOpportunity('O5000001')).OpportunityType,
  },
  AssociateOpportunity: { make: ({ associate }) => associate('O5000001', 'S-7'), seen: solutionsOf },
  DisassociateOpportunity: { make: ({ disassociate }) => disassociate('O5000001', 'S-0050001'), seen: solutionsOf },
  AssignOpportunity: {
    make: ({ assign }) => assign('O5000001', ASSIGNEE),
    seen: async ({ getOpportunity }) => (await getOpportunity('O5000001')).OpportunityTeam,
  },
  UpdateEngagementContext: {
    make: ({ qualify }) => qualify('eng-leadqualified1', 'Disqualified'),
    seen: async ({ getEngagement }) => (await getEngagement('eng-leadqualified1')).Contexts?.[0]?.Payload,
  },
  AcceptEngagementInvitation: {
    make: ({ accept }) => accept('engi-leadpending01'),
    seen: async ({ getInvitation }) => (await getInvitation('engi-leadpending01')).Status,
  },
  RejectEngagementInvitation: {
    make: ({ reject }) => reject('engi-leadpending01', 'Other'),
    seen: async ({ getInvitation }) => (await getInvitation('engi-leadpending01')).Status,
  },
} as const satisfies Record<string, Write>;

const BEFORE: readonly Fault[] = [
  { kind: 'error', name: 'InternalServerException' },
  { kind: 'error', name: 'ThrottlingException' },
  { kind: 'reset-before' },
  { kind: 'html', status: 502 },
];
const AFTER: readonly Fault[] = [
  { kind: 'error-after', name: 'InternalServerException' },
  { kind: 'reset-after' },
  { kind: 'half-answer' },
];

async function hit(partner: Partner, operation: keyof typeof WRITES, fault: Fault): Promise<void> {
  partner.simulator.inject({ operation, times: 1, fault });
  await failureOf(WRITES[operation].make(recordsOf(partner)));
}

const isWrite = (name: string): name is keyof typeof WRITES => Object.hasOwn(WRITES, name);

describe.each(Object.keys(WRITES).filter(isWrite))('%s', (operation) => {
  test('a fault before the write leaves the record as it was', async () => {
    const partner = await createPartner({ invisibleMs: 0 });
    const seen = () => WRITES[operation].seen(recordsOf(partner));
    const before = await seen();
    for (const fault of BEFORE) {
      await hit(partner, operation, fault);
      expect([fault.kind, await seen()]).toEqual([fault.kind, before]);
    }
  });

  test.each(AFTER)('a fault of the kind $kind leaves the effect of the write', async (fault) => {
    const partner = await createPartner({ invisibleMs: 0 });
    const seen = () => WRITES[operation].seen(recordsOf(partner));
    const before = await seen();
    await hit(partner, operation, fault);
    const after = await seen();
    expect(after).not.toEqual(before);

    const other = await createPartner({ invisibleMs: 0 });
    await WRITES[operation].make(recordsOf(other));
    expect(after).toEqual(await WRITES[operation].seen(recordsOf(other)));
  });
});

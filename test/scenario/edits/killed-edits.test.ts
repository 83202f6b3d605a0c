/**
 * Kills a gateway process at each step of an edit in turn. AWS (the simulator, a process of its own) stays up. The client
 * repeats the mutation with the same input on the next process. The edit has exactly one effect.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { createRestartableGateway, bundleGateway, spawnSimulator } from '../../support/crash/restartable-gateway.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { temporaryDirectory } from '../../support/harness/directory.js';

const LONG = 10 * 60_000;

let endpoint: string;
beforeAll(async () => {
  bundleGateway();
  ({ endpoint } = await spawnSimulator());
});

async function ask(url: string, query: string, variables: Record<string, unknown>): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/**
 * Sends the mutation until an answer arrives, to one process after another. Each dies at the first step of the edit at
 * which none has died before.
 */
async function killAtEachStep(document: string, input: Record<string, unknown>) {
  const gateway = createRestartableGateway({
    PARTNER_CENTRAL_ENDPOINT: endpoint,
    DATA_DIR: temporaryDirectory(),
    READS_PER_SECOND: '500',
    WRITES_PER_SECOND: '500',
  });
  const diedAt: string[] = [];
  for (;;) {
    const process = await gateway.start();
    await process.arm(diedAt);
    const answer = await ask(process.url, publishedOperation(document), { input }).catch(() => null);
    if (answer === null) {
      diedAt.push(await process.ended);
      continue;
    }
    // The answer can reach the client before the death after the last step is noticed.
    const payload: any = Object.values(answer)[0];
    return { diedAt, payload, process, gateway };
  }
}

test(
  'a creation is made once when the gateway dies at any of its steps',
  async () => {
    const input = {
      catalog: 'SANDBOX',
      clientToken: 'after-a-crash',
      customer: { account: { companyName: 'Phoenix Ltd' } },
      project: { title: 'Once' },
    };
    const { diedAt, payload, process, gateway } = await killAtEachStep('create-opportunity', input);
    expect(diedAt).toEqual(
      expect.arrayContaining(['before CreateOpportunity at AWS (1)', 'after CreateOpportunity at AWS (1)']),
    );
    expect(payload.userErrors).toEqual([]);
    await process.arm(null);
    const { opportunities } = await ask(
      process.url,
      `{ opportunities(catalog: SANDBOX, filter: { customerCompanyNames: ["Phoenix Ltd"] }) { nodes { id } } }`,
      {},
    );
    expect(opportunities.nodes).toEqual([{ id: payload.opportunityId }]);
    process.kill();
    await process.ended;
    expect(gateway.complaints()).toBe('');
  },
  LONG,
);

const SOLUTION = {
  catalog: 'SANDBOX',
  identifier: 'O5000002',
  relatedEntityType: 'SOLUTIONS',
  relatedEntityIdentifier: 'S-0000001',
};
const ASSIGNEE = { firstName: 'Ada', lastName: 'Lane', email: 'ada@example.com', businessTitle: 'Alliance Lead' };
const LEAD = { catalog: 'SANDBOX', identifier: 'eng-completes00001', contextIdentifier: '1' };

/** The edits of existing records in the order in which they run, with the state that the last process shows. */
const EDITS: readonly (readonly [string, string, Record<string, unknown>, object])[] = [
  [
    'AssociateOpportunity',
    'associate-opportunity',
    SOLUTION,
    { opportunity: { relatedEntities: { solutions: ['S-0000001'] } } },
  ],
  [
    'DisassociateOpportunity',
    'disassociate-opportunity',
    SOLUTION,
    { opportunity: { relatedEntities: { solutions: [] } } },
  ],
  [
    'AssignOpportunity',
    'assign-opportunity',
    { catalog: 'SANDBOX', identifier: 'O5000002', assignee: ASSIGNEE },
    { opportunity: { opportunityTeam: [ASSIGNEE] } },
  ],
  [
    'AcceptEngagementInvitation',
    'accept-engagement-invitation',
    { catalog: 'SANDBOX', identifier: 'engi-leadpending01' },
    { engagementInvitation: { status: 'ACCEPTED' } },
  ],
  [
    'RejectEngagementInvitation',
    'reject-engagement-invitation',
    { catalog: 'SANDBOX', identifier: 'engi-opportunity01', rejectionReason: 'Other' },
    { engagementInvitation: { status: 'REJECTED', rejectionReason: 'Other' } },
  ],
  [
    'UpdateEngagementContext',
    'update-lead',
    { ...LEAD, patch: { qualificationStatus: 'Nurturing' } },
    { engagement: { contexts: [{ identifier: '1', lead: { qualificationStatus: 'Nurturing' } }] } },
  ],
];

test.each(EDITS)(
  'the change of %s is made once when the gateway dies at any of its steps',
  async (operation, document, input, state) => {
    const { diedAt, payload, process } = await killAtEachStep(document, input);
    expect(diedAt).toEqual(expect.arrayContaining([`before ${operation} at AWS (1)`, `after ${operation} at AWS (1)`]));
    // The last process found it made.
    expect(payload).toMatchObject({ ...state, changed: [], userErrors: [] });
    process.kill();
    await process.ended;
  },
  LONG,
);

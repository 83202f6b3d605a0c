/**
 * A simulator on a clock that the test moves, and the genuine SDK as its client. Everything is closed after each test.
 */
import { afterEach } from '@jest/globals';
import {
  ListEngagementByAcceptingInvitationTasksCommand,
  type ListEngagementByAcceptingInvitationTasksCommandInput,
  ListEngagementFromOpportunityTasksCommand,
  type ListEngagementFromOpportunityTasksCommandInput,
  ListOpportunityFromEngagementTasksCommand,
  type ListOpportunityFromEngagementTasksCommandInput,
  PartnerCentralSellingClient,
  StartEngagementByAcceptingInvitationTaskCommand,
  type StartEngagementByAcceptingInvitationTaskCommandInput,
  StartEngagementFromOpportunityTaskCommand,
  type StartEngagementFromOpportunityTaskCommandInput,
  StartOpportunityFromEngagementTaskCommand,
  type StartOpportunityFromEngagementTaskCommandInput,
} from '@aws-sdk/client-partnercentral-selling';
import {
  type Simulator,
  type SimulatorOptions,
  createSimulator,
} from '../../../src/partner-central/simulator/simulator.js';
import { type ManualClock, createManualClock } from '../fakes/manual-clock.js';

export type Partner = ReturnType<typeof operations> & {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly client: PartnerCentralSellingClient;
};

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

const UNLIMITED = {
  readsPerSecond: Infinity,
  writesPerSecond: Infinity,
  readsPerDay: Infinity,
  writesPerDay: Infinity,
} as const;

/** Starts a simulator, without quotas by default. */
export async function createPartner(options: SimulatorOptions & { clock?: ManualClock } = {}): Promise<Partner> {
  const clock = options.clock ?? createManualClock();
  const simulator = await createSimulator({ ...UNLIMITED, ...options, clock });
  const client = createClient(simulator.endpoint);
  opened.push(simulator, { close: () => client.destroy() });
  return { simulator, clock, client, ...operations(client) };
}

export function createClient(endpoint: string, region = 'us-east-1'): PartnerCentralSellingClient {
  return new PartnerCentralSellingClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 1000 }, socketAcquisitionWarningTimeout: 60_000 },
  });
}

/** The operations on tasks in the Sandbox, with defaults for the required members. */
export function operations(client: PartnerCentralSellingClient) {
  return {
    startEngagement: (
      Identifier: string,
      ClientToken: string,
      more: Partial<StartEngagementFromOpportunityTaskCommandInput> = {},
    ) =>
      client.send(
        new StartEngagementFromOpportunityTaskCommand({
          Catalog: 'Sandbox',
          Identifier,
          ClientToken,
          AwsSubmission: { InvolvementType: 'Co-Sell' },
          ...more,
        }),
      ),
    startOpportunity: (
      Identifier: string,
      ClientToken: string,
      more: Partial<StartOpportunityFromEngagementTaskCommandInput> = {},
    ) =>
      client.send(
        new StartOpportunityFromEngagementTaskCommand({
          Catalog: 'Sandbox',
          Identifier,
          ClientToken,
          ContextIdentifier: '1',
          ...more,
        }),
      ),
    startAcceptance: (
      Identifier: string,
      ClientToken: string,
      more: Partial<StartEngagementByAcceptingInvitationTaskCommandInput> = {},
    ) =>
      client.send(
        new StartEngagementByAcceptingInvitationTaskCommand({ Catalog: 'Sandbox', Identifier, ClientToken, ...more }),
      ),
    listEngagementTasks: (input: Partial<ListEngagementFromOpportunityTasksCommandInput> = {}) =>
      client.send(new ListEngagementFromOpportunityTasksCommand({ Catalog: 'Sandbox', ...input })),
    listOpportunityTasks: (input: Partial<ListOpportunityFromEngagementTasksCommandInput> = {}) =>
      client.send(new ListOpportunityFromEngagementTasksCommand({ Catalog: 'Sandbox', ...input })),
    listAcceptanceTasks: (input: Partial<ListEngagementByAcceptingInvitationTasksCommandInput> = {}) =>
      client.send(new ListEngagementByAcceptingInvitationTasksCommand({ Catalog: 'Sandbox', ...input })),
  };
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The call was expected to fail.');
}

/**
 * The name of an error: ECONNRESET for any broken connection, otherwise the error's own name. The text is searched for
 * the code, because jest runs the SDK in its own realm. An error of Node is not an instance of that realm's Error, so
 * the SDK wraps it ("AWS SDK error wrapper for …").
 */
export function nameOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return /ECONNRESET|aborted|socket hang up/.test(`${error.message} ${code}`) ? 'ECONNRESET' : error.name;
}

/** Sends a request without the SDK, because the SDK sends only valid ones. */
export async function post(endpoint: string, headers: Record<string, string>, body: string) {
  const response = await fetch(endpoint, { method: 'POST', headers, body });
  const answer: unknown = await response.json();
  return { status: response.status, requestId: response.headers.get('x-amzn-requestid'), answer };
}

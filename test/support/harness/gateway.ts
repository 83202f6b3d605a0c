/**
 * A whole gateway over its own simulator, reached by HTTP and WebSocket as a client reaches it. It ends with the test
 * file.
 */
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { parseConfig, type Config } from '../../../src/config/config.js';
import type { SettingName } from '../../../src/config/settings.js';
import { createGateway, type Gateway, type Overrides } from '../../../src/gateway.js';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/partner-central/simulator/simulator.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { whenDone } from './cleanup.js';
import { temporaryDirectory } from './directory.js';

export type GraphqlResult = {
  data?: any;
  errors?: { message: string; extensions?: Record<string, unknown>; path?: unknown[] }[];
};

export type TestGateway = {
  readonly url: string;
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  query(query: string, variables?: Record<string, unknown>): Promise<GraphqlResult>;
  /** All results of a subscription until it completes, or until `enough` returns true. */
  collect(
    query: string,
    variables: Record<string, unknown>,
    enough?: (results: GraphqlResult[]) => boolean,
  ): Promise<GraphqlResult[]>;
  /** Stops the gateway and starts another one on the same data and the same simulator. */
  restart(settings?: Settings): Promise<TestGateway>;
};

export type Settings = Partial<Record<SettingName, string>>;

// The SDK reads credentials from the environment as in production. The simulator checks only the form of the signature.
process.env['AWS_ACCESS_KEY_ID'] = 'test';
process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

export function configOf(settings: Settings): Config {
  const parsed = parseConfig({ PORT: '0', LOG_LEVEL: 'silent', DRAIN_MS: '0', DATA_DIR: ':memory:', ...settings });
  if (parsed.type === 'invalid') throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}

/** Starts a gateway. Quotas are high by default, because most tests do not concern them. */
export async function startGateway(
  settings: Settings = {},
  simulatorOptions: SimulatorOptions = {},
  overrides: Overrides = {},
): Promise<TestGateway> {
  const simulator = await createSimulator({ readsPerSecond: 1000, writesPerSecond: 1000, ...simulatorOptions });
  whenDone(() => simulator.close());
  return startGatewayOn(
    simulator,
    {
      READS_PER_SECOND: '500',
      WRITES_PER_SECOND: '500',
      POLL_MIN_MS: '100',
      DATA_DIR: temporaryDirectory(),
      ...settings,
    },
    overrides,
  );
}

/** Starts a gateway on a simulator that several gateways can share. */
export async function startGatewayOn(
  simulator: Simulator,
  settings: Settings,
  overrides: Overrides = {},
): Promise<TestGateway> {
  const config = configOf({ PARTNER_CENTRAL_ENDPOINT: simulator.endpoint, ...settings });
  const gateway = await createGateway(config, { telemetry: createTelemetry({ level: 'silent' }), ...overrides });
  const sockets: Client[] = [];
  const close = async () => {
    for (const socket of sockets.splice(0)) await socket.dispose();
    await gateway.stop();
  };
  whenDone(close);
  return {
    url: gateway.url,
    simulator,
    gateway,
    async query(query, variables = {}) {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlResult;
    },
    async collect(query, variables, enough = () => false) {
      const socket = createClient({
        url: gateway.url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      sockets.push(socket);
      const results: GraphqlResult[] = [];
      for await (const result of socket.iterate<any>({ query, variables })) {
        results.push(result as GraphqlResult);
        if (enough(results)) break;
      }
      return results;
    },
    async restart(changed = {}) {
      await close();
      return startGatewayOn(simulator, { ...settings, ...changed }, overrides);
    },
  };
}

export const START_ENGAGEMENT = `mutation($input: StartEngagementFromOpportunityTaskInput!) {
  startEngagementFromOpportunityTask(input: $input) {
    task { ...All engagementInvitationId identifier awsSubmission { involvementType visibility } }
    replayed userErrors { code message field awsCode }
  }
}`;
const START_OPPORTUNITY = `mutation($input: StartOpportunityFromEngagementTaskInput!) {
  startOpportunityFromEngagementTask(input: $input) {
    task { ...All contextId contextIdentifier identifier }
    replayed userErrors { code message field awsCode }
  }
}`;
const START_INVITATION = `mutation($input: StartEngagementByAcceptingInvitationTaskInput!) {
  startEngagementByAcceptingInvitationTask(input: $input) {
    task { ...All engagementInvitationId identifier }
    replayed userErrors { code message field awsCode }
  }
}`;
const ALL = `fragment All on Task {
  __typename id kind catalog clientToken status isTerminal taskId taskArn startTime message reasonCode opportunityId engagementId
  resourceSnapshotJobId tags { key value } startedBy createdAt updatedAt
  failure { reasonCode rawReasonCode errorCode message category retryable recovery fieldErrors { field code message } }
}`;
export const FOLLOW = `subscription($id: ID!, $after: String, $from: StreamStart) {
  taskTransitions(id: $id, after: $after, from: $from) {
    cursor sequence previousStatus status isTerminal observedAt message reasonCode task { ...All }
  }
} ${ALL}`;

/** Starts a task of the kind that the identifier implies. @returns the payload of the mutation */
export async function start(
  gateway: TestGateway,
  identifier: string,
  extra: Record<string, unknown> = {},
): Promise<any> {
  const { mutation, field, more } = startOf(identifier);
  const input = { catalog: 'SANDBOX', identifier, ...more, ...extra };
  const result = await gateway.query(`${mutation} ${ALL}`, { input });
  if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
  return result.data[field];
}

function startOf(identifier: string) {
  if (identifier.startsWith('O')) {
    const more = { awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' } };
    return { mutation: START_ENGAGEMENT, field: 'startEngagementFromOpportunityTask', more };
  }
  return identifier.startsWith('engi-')
    ? { mutation: START_INVITATION, field: 'startEngagementByAcceptingInvitationTask', more: {} }
    : { mutation: START_OPPORTUNITY, field: 'startOpportunityFromEngagementTask', more: { contextIdentifier: '1' } };
}

/** Starts a task and follows it to its end. @returns the payload, and all transitions from the first one */
export async function runToEnd(gateway: TestGateway, identifier: string, extra: Record<string, unknown> = {}) {
  const payload = await start(gateway, identifier, extra);
  const results = await gateway.collect(FOLLOW, { id: payload.task.id, from: 'BEGINNING' });
  const transitions = results.map((result) => result.data.taskTransitions);
  return {
    payload,
    transitions,
    statuses: transitions.map((t: { status: string }) => t.status),
    last: transitions.at(-1),
  };
}

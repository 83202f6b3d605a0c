/**
 * Helpers for tests of calls to AWS: clients of the simulator and of services with fixed answers, and an answer with
 * every member.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createPartnerCentral,
  type PartnerCentral,
  type PartnerCentralOptions,
} from '../../../src/partner-central/client.js';
import type { TaskPage, TaskQuery } from '../../../src/partner-central/task-operations.js';
import { createSimulator, type SimulatorOptions } from '../../../src/partner-central/simulator/simulator.js';
import type { TaskAnswer, TaskInput } from '../../../src/partner-central/model/task-kind.js';
import type { Telemetry } from '../../../src/runtime/telemetry.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { createManualClock } from '../fakes/manual-clock.js';

type Credentials = NonNullable<PartnerCentralOptions['credentials']>;

const CREDENTIALS: Credentials = { accessKeyId: 'x', secretAccessKey: 'y' };

export const EFO_LIST: TaskQuery = {
  kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
  catalog: 'SANDBOX',
  select: { by: 'startTime' },
  nextToken: null,
};
export const OFE_LIST: TaskQuery = { ...EFO_LIST, kind: 'OPPORTUNITY_FROM_ENGAGEMENT' };
export const EAI_LIST: TaskQuery = { ...EFO_LIST, kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION' };

function connect(
  endpoint: string,
  clock = createManualClock(),
  credentials = CREDENTIALS,
  telemetry = createStrictTelemetry(),
): PartnerCentral {
  const partnerCentral = createPartnerCentral({ region: 'us-east-1', endpoint, credentials, clock, telemetry });
  closeLater(() => partnerCentral.close());
  return partnerCentral;
}

export async function open({
  credentials,
  telemetry,
  ...options
}: SimulatorOptions & { credentials?: Credentials; telemetry?: Telemetry } = {}) {
  const clock = createManualClock();
  const unlimited = { readsPerSecond: Infinity, writesPerSecond: Infinity };
  const simulator = await createSimulator({ ...unlimited, ...options, clock });
  closeLater(() => simulator.close());
  return { clock, simulator, partnerCentral: connect(simulator.endpoint, clock, credentials, telemetry) };
}

/** A service whose test handles each call and its connection. */
export async function openRaw(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const clock = createManualClock();
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closeLater(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { clock, partnerCentral: connect(`http://127.0.0.1:${port}`, clock) };
}

/** A service that answers every call with the same text and keeps the requests. */
export async function openEcho(body: string, status = 200, headers: Record<string, string> = {}) {
  const asked: { operation: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      asked.push({ operation: String(request.headers['x-amz-target']), body: JSON.parse(text) });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closeLater(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, partnerCentral: connect(`http://127.0.0.1:${port}`) };
}

export async function started(partnerCentral: PartnerCentral, input: TaskInput, token = 'token'): Promise<TaskAnswer> {
  const result = await partnerCentral.startTask(input, token);
  if (result.type !== 'ok') throw new Error(result.message);
  return result.value;
}

export async function listed(partnerCentral: PartnerCentral, query: TaskQuery): Promise<TaskPage> {
  const result = await partnerCentral.listTasks(query);
  if (result.type !== 'ok') throw new Error(result.message);
  return result.value;
}

export const EVERY_MEMBER = {
  TaskId: 'task-0000000000001',
  TaskArn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-from-opportunity-task/task-0000000000001',
  StartTime: '2026-01-01T00:00:00.123456789Z',
  TaskStatus: 'COMPLETE',
  Message: 'a message',
  ReasonCode: 'InternalError',
  OpportunityId: 'O1',
  EngagementId: 'eng-00000000000001',
  EngagementInvitationId: 'engi-0000000000001',
  ResourceSnapshotJobId: 'job-0000000000001',
};
export const EVERY_MEMBER_HERE: TaskAnswer = {
  status: 'COMPLETE',
  taskId: EVERY_MEMBER.TaskId,
  taskArn: EVERY_MEMBER.TaskArn,
  startedAt: Date.UTC(2026, 0, 1) + 123,
  message: 'a message',
  reasonCode: 'InternalError',
  opportunityId: 'O1',
  engagementId: 'eng-00000000000001',
  engagementInvitationId: 'engi-0000000000001',
  resourceSnapshotJobId: 'job-0000000000001',
  contextId: null,
};

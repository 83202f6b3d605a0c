import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { SECOND } from '../../src/clock.js';
import { createPartnerCentral, type PartnerCentral } from '../../src/partner-central/client.js';
import { answerOf, bareIdentifier, isAbout, pageOf, type TaskPage, type TaskQuery } from '../../src/partner-central/operations.js';
import { createSimulator, type SimulatorOptions } from '../../src/partner-central/simulator/simulator.js';
import type { TaskAnswer, TaskInput } from '../../src/partner-central/task-kind.js';
import { answerWith, closeLater, createStrictTelemetry, fromEngagement, fromOpportunity, isSettled } from '../support/core.js';
import { createManualClock } from '../support/manual-clock.js';

const CREDENTIALS = { accessKeyId: 'x', secretAccessKey: 'y' };
const EFO_LIST: TaskQuery = { kind: 'ENGAGEMENT_FROM_OPPORTUNITY', catalog: 'SANDBOX', select: { by: 'startTime' }, nextToken: null };
const OFE_LIST: TaskQuery = { ...EFO_LIST, kind: 'OPPORTUNITY_FROM_ENGAGEMENT' };

function connect(endpoint: string, clock = createManualClock()): PartnerCentral {
  const partnerCentral = createPartnerCentral({ region: 'us-east-1', endpoint, credentials: CREDENTIALS, clock, telemetry: createStrictTelemetry() });
  closeLater(() => partnerCentral.close());
  return partnerCentral;
}

async function open(options: SimulatorOptions = {}) {
  const clock = createManualClock();
  const unlimited = { readsPerSecond: Infinity, writesPerSecond: Infinity };
  const simulator = await createSimulator({ ...unlimited, ...options, clock });
  closeLater(() => simulator.close());
  return { clock, simulator, partnerCentral: connect(simulator.endpoint, clock) };
}

/** A service that answers every call with the same text and keeps what it was asked. */
async function openEcho(body: string, status = 200, headers: Record<string, string> = {}) {
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

async function started(partnerCentral: PartnerCentral, input: TaskInput, token = 'token'): Promise<TaskAnswer> {
  const result = await partnerCentral.startTask(input, token);
  if (result.type !== 'ok') throw new Error(result.message);
  return result.value;
}

async function listed(partnerCentral: PartnerCentral, query: TaskQuery): Promise<TaskPage> {
  const result = await partnerCentral.listTasks(query);
  if (result.type !== 'ok') throw new Error(result.message);
  return result.value;
}

const EVERY_MEMBER = {
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
const EVERY_MEMBER_HERE: TaskAnswer = {
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

describe('a Start', () => {
  test('of an engagement sends every member and reads every member', async () => {
    const { asked, partnerCentral } = await openEcho(JSON.stringify(EVERY_MEMBER));
    const tags = [{ key: 'a', value: '' }];
    const input = fromOpportunity({ catalog: 'AWS', involvementType: 'FOR_VISIBILITY_ONLY', visibility: 'LIMITED', tags });
    expect(await started(partnerCentral, input)).toEqual(EVERY_MEMBER_HERE);
    expect(asked).toEqual([
      {
        operation: 'AWSPartnerCentralSelling.StartEngagementFromOpportunityTask',
        body: {
          Catalog: 'AWS',
          ClientToken: 'token',
          Identifier: 'O1000001',
          AwsSubmission: { InvolvementType: 'For Visibility Only', Visibility: 'Limited' },
          Tags: [{ Key: 'a', Value: '' }],
        },
      },
    ]);
  });

  test('of an engagement leaves out what is not given', async () => {
    const { asked, partnerCentral } = await openEcho('{}');
    await started(partnerCentral, fromOpportunity({ visibility: null }));
    expect(asked[0]?.body).toEqual({ Catalog: 'Sandbox', ClientToken: 'token', Identifier: 'O1000001', AwsSubmission: { InvolvementType: 'Co-Sell' } });
  });

  test('of an opportunity sends every member and reads every member', async () => {
    const { EngagementInvitationId: _none, ...members } = EVERY_MEMBER;
    const { asked, partnerCentral } = await openEcho(JSON.stringify({ ...members, ContextId: '2' }));
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-00000000000001';
    const input = fromEngagement({ identifier: arn, contextIdentifier: '7', tags: [{ key: 'a', value: 'b' }] });
    expect(await started(partnerCentral, input)).toEqual({ ...EVERY_MEMBER_HERE, engagementInvitationId: null, contextId: '2' });
    expect(asked).toEqual([
      {
        operation: 'AWSPartnerCentralSelling.StartOpportunityFromEngagementTask',
        body: { Catalog: 'Sandbox', ClientToken: 'token', Identifier: arn, ContextIdentifier: '7', Tags: [{ Key: 'a', Value: 'b' }] },
      },
    ]);
  });

  test('against the simulator is one task however often it is sent, answered as it then stands', async () => {
    const { clock, simulator, partnerCentral } = await open();
    for (const input of [fromOpportunity(), fromEngagement()]) {
      const first = await started(partnerCentral, input, input.kind);
      expect(first).toMatchObject({ status: 'IN_PROGRESS', taskId: expect.stringMatching(/^task-[0-9a-z]{13}$/), startedAt: clock.now() });
      await clock.advance(3 * SECOND);
      expect(await started(partnerCentral, input, input.kind)).toMatchObject({ status: 'COMPLETE', taskId: first.taskId, resourceSnapshotJobId: expect.any(String) });
    }
    expect(simulator.tasks()).toHaveLength(2);
  });

  test('that is COMPLETE without any id is COMPLETE', async () => {
    const { partnerCentral } = await open();
    expect(await started(partnerCentral, fromOpportunity({ identifier: 'O1000004' }))).toMatchObject({ status: 'COMPLETE', taskId: null, taskArn: null, engagementId: null });
  });

  test('that has FAILED says why', async () => {
    const { partnerCentral } = await open();
    expect(await started(partnerCentral, fromOpportunity({ identifier: 'O1000007' }))).toMatchObject({
      status: 'FAILED',
      reasonCode: 'OpportunitySubmissionFailed',
      message: expect.stringContaining('Co-Sell'),
    });
  });

  test('is sent once by each call, whatever comes back', async () => {
    const { simulator, partnerCentral } = await open();
    simulator.inject({ times: 2, fault: { kind: 'error', name: 'ThrottlingException' } });
    simulator.inject({ times: 1, fault: { kind: 'error', name: 'InternalServerException' } });
    for (let call = 1; call <= 3; call += 1) {
      await partnerCentral.startTask(fromOpportunity(), 'token');
      expect(simulator.calls()).toHaveLength(call);
    }
  });
});

describe('a List', () => {
  test.each([
    [{ ...EFO_LIST, select: { by: 'taskId', values: ['task-0000000000001'] } }, 'ListEngagementFromOpportunityTasks', { TaskIdentifier: ['task-0000000000001'] }],
    [{ ...EFO_LIST, select: { by: 'identifier', values: ['O1', 'O2'] } }, 'ListEngagementFromOpportunityTasks', { OpportunityIdentifier: ['O1', 'O2'] }],
    [{ ...EFO_LIST, catalog: 'AWS', nextToken: 'next' }, 'ListEngagementFromOpportunityTasks', { Catalog: 'AWS', NextToken: 'next' }],
    [{ ...OFE_LIST, select: { by: 'taskId', values: ['task-0000000000001'] } }, 'ListOpportunityFromEngagementTasks', { TaskIdentifier: ['task-0000000000001'] }],
    [
      { ...OFE_LIST, select: { by: 'identifier', values: ['eng-1', 'arn:aws:x::catalog/Sandbox/engagement/eng-2'] } },
      'ListOpportunityFromEngagementTasks',
      { EngagementIdentifier: ['eng-1', 'eng-2'] },
    ],
    [OFE_LIST, 'ListOpportunityFromEngagementTasks', {}],
  ] as const)('%j asks for exactly that', async (query, operation, members) => {
    const { asked, partnerCentral } = await openEcho('{"TaskSummaries":[]}');
    expect(await listed(partnerCentral, query)).toEqual({ answers: [], nextToken: null });
    const body = { Catalog: 'Sandbox', MaxResults: 1000, Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' }, ...members };
    expect(asked).toEqual([{ operation: `AWSPartnerCentralSelling.${operation}`, body }]);
  });

  test('reads every member of a summary', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ TaskSummaries: [EVERY_MEMBER], NextToken: 'more' }));
    expect(await listed(partnerCentral, EFO_LIST)).toEqual({ answers: [EVERY_MEMBER_HERE], nextToken: 'more' });
    const { partnerCentral: other } = await openEcho(JSON.stringify({ TaskSummaries: [{ ...EVERY_MEMBER, ContextId: '2' }] }));
    expect((await listed(other, OFE_LIST)).answers).toEqual([{ ...EVERY_MEMBER_HERE, engagementInvitationId: null, contextId: '2' }]);
  });

  test.each([fromOpportunity(), fromEngagement()])('of $kind tasks is read page by page, newest first', async (input) => {
    const { clock, partnerCentral } = await open({ pageSize: 2 });
    const ids = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift((await started(partnerCentral, input, `token ${index}`)).taskId);
      await clock.advance(10);
    }
    const found = [];
    const query: TaskQuery = { ...EFO_LIST, kind: input.kind };
    let page = await listed(partnerCentral, query);
    for (; ; page = await listed(partnerCentral, { ...query, nextToken: page.nextToken })) {
      found.push(...page.answers.map((answer) => answer.taskId));
      if (page.nextToken === null) break;
    }
    expect(found).toEqual(ids);
  });

  test('holds only the catalog that was asked for', async () => {
    const { partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ catalog: 'AWS' }));
    expect((await listed(partnerCentral, EFO_LIST)).answers).toEqual([]);
    expect((await listed(partnerCentral, { ...EFO_LIST, catalog: 'AWS' })).answers).toHaveLength(1);
  });

  test('finds tasks by id, and by what they were started from, also by an ARN', async () => {
    const { partnerCentral } = await open();
    const { taskId } = await started(partnerCentral, fromOpportunity({ identifier: 'O77' }), 'one');
    await started(partnerCentral, fromOpportunity({ identifier: 'O78' }), 'two');
    const engagement = await started(partnerCentral, fromEngagement(), 'three');
    const idsOf = async (query: TaskQuery) => (await listed(partnerCentral, query)).answers.map((answer) => answer.taskId);
    expect(await idsOf({ ...EFO_LIST, select: { by: 'taskId', values: [taskId ?? ''] } })).toEqual([taskId]);
    expect(await idsOf({ ...EFO_LIST, select: { by: 'identifier', values: ['O77'] } })).toEqual([taskId]);
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001';
    expect(await idsOf({ ...OFE_LIST, select: { by: 'identifier', values: [arn] } })).toEqual([engagement.taskId]);
  });

  test('gives no reason code where AWS writes the text "null"', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000009' }));
    await clock.advance(3 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([{ status: 'COMPLETE', reasonCode: null }]);
  });

  test('gives IN_PROGRESS for a status that nobody knows', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000011' }));
    await clock.advance(2 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([{ status: 'IN_PROGRESS' }]);
  });

  test('keeps a reason that the SDK does not know', async () => {
    const { clock, partnerCentral } = await open();
    await started(partnerCentral, fromOpportunity({ identifier: 'O1000012' }));
    await clock.advance(2 * SECOND);
    expect((await listed(partnerCentral, EFO_LIST)).answers).toMatchObject([{ status: 'FAILED', reasonCode: 'QuantumFluctuation' }]);
  });
});

describe('what comes back instead of an answer', () => {
  test.each([
    ['ValidationException', { type: 'refused', code: 'VALIDATION_FAILED' }],
    ['AccessDeniedException', { type: 'refused', code: 'ACCESS_DENIED' }],
    ['ConflictException', { type: 'refused', code: 'CONFLICT' }],
    ['ResourceNotFoundException', { type: 'refused', code: 'NOT_FOUND' }],
    ['ServiceQuotaExceededException', { type: 'refused', code: 'QUOTA_EXCEEDED' }],
    ['ThrottlingException', { type: 'throttled', retryAfterMs: null }],
    ['InternalServerException', { type: 'unknown' }],
    ['TeapotException', { type: 'unknown' }],
    ['ExpiredTokenException', { type: 'unavailable' }],
  ])('%s is classified by its name', async (name, expected) => {
    const { simulator, partnerCentral } = await open();
    simulator.inject({ times: 2, fault: { kind: 'error', name, message: 'said AWS' } });
    for (const result of [await partnerCentral.startTask(fromOpportunity(), 'token'), await partnerCentral.listTasks(EFO_LIST)]) {
      expect(result).toMatchObject({ ...expected, awsCode: name });
      if (name !== 'ExpiredTokenException') expect(result).toMatchObject({ message: expect.stringContaining('said AWS') });
    }
  });

  test.each([400, 402, 403, 404, 409, 429, 500, 503])('is classified by its name with the HTTP status %d too', async (status) => {
    const { partnerCentral } = await openEcho(JSON.stringify({ __type: 'ConflictException', Message: 'm' }), status);
    expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({ type: 'refused', code: 'CONFLICT', message: 'm' });
  });

  test('names the wrong fields of the sample identifiers, also without a message', async () => {
    const { partnerCentral } = await open();
    expect(await partnerCentral.startTask(fromOpportunity({ identifier: 'O3000001' }), 'one')).toMatchObject({
      type: 'refused',
      fieldErrors: [
        { field: 'project.salesActivities', code: 'REQUIRED_FIELD_MISSING', message: 'project.salesActivities is required' },
        { field: 'lifeCycle.targetCloseDate', code: 'INVALID_VALUE', message: 'targetCloseDate must be in the future' },
      ],
    });
    expect(await partnerCentral.startTask(fromOpportunity({ identifier: 'O3000002' }), 'two')).toMatchObject({
      type: 'refused',
      message: 'identifier: Submission is not allowed now',
    });
    expect(await partnerCentral.startTask(fromOpportunity({ identifier: 'O3000004' }), 'three')).toMatchObject({
      message: expect.stringContaining('INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE'),
    });
  });

  test('tells how long to wait when the header does', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ __type: 'ThrottlingException' }), 400, { 'retry-after': '7' });
    expect(await partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'throttled', retryAfterMs: 7000 });
  });

  test.each([
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'half-answer' },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 502 },
  ] as const)('$kind leaves open whether AWS took the call', async (fault) => {
    const { simulator, partnerCentral } = await open();
    simulator.inject({ times: 2, fault });
    expect((await partnerCentral.startTask(fromOpportunity(), 'token')).type).toBe('unknown');
    expect((await partnerCentral.listTasks(EFO_LIST)).type).toBe('unknown');
  });

  test.each([
    ['a Start', 30, (partnerCentral: PartnerCentral) => partnerCentral.startTask(fromOpportunity(), 'token')],
    ['a List', 10, (partnerCentral: PartnerCentral) => partnerCentral.listTasks(EFO_LIST)],
  ] as const)('nothing: %s waits %d s and no longer', async (_, seconds, call) => {
    const { clock, simulator, partnerCentral } = await open();
    await listed(partnerCentral, EFO_LIST);
    simulator.inject({ times: 1, fault: { kind: 'hang' } });
    const calling = call(partnerCentral);
    while (simulator.calls().at(-1)?.outcome !== 'hang') await isSettled(calling);
    await clock.advance(seconds * SECOND - 1);
    expect(await isSettled(calling)).toBe(false);
    await clock.advance(1);
    expect(await calling).toEqual({ type: 'unknown', awsCode: 'Timeout', message: `AWS did not answer within ${seconds} s.` });
    expect(clock.sleepers()).toBe(0);
  });

  test('a time that is no text is not understood, and leaves open what happened', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ ...EVERY_MEMBER, StartTime: 1767225600 }));
    expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({ type: 'unknown' });
  });

  /** jest runs the SDK in a realm where Node's errors are no Errors, and the SDK then hides their codes: asked outside of it. */
  test('is named by its code where nobody listens, or the connection breaks', async () => {
    const { simulator } = await open();
    simulator.inject({ times: 1, fault: { kind: 'reset-before' } });
    const script = `
      import { createPartnerCentral } from ${JSON.stringify(new URL('../../src/partner-central/client.js', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../src/clock.js', import.meta.url).href)};
      const telemetry = { awsCalled() {} };
      const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
      const query = ${JSON.stringify(EFO_LIST)};
      const results = [];
      for (const endpoint of ['http://127.0.0.1:1', ${JSON.stringify(simulator.endpoint)}, 'http://nowhere.invalid']) {
        const partnerCentral = createPartnerCentral({ region: 'us-east-1', endpoint, credentials, clock: systemClock, telemetry });
        results.push(await partnerCentral.listTasks(query));
        partnerCentral.close();
      }
      console.log(JSON.stringify(results));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const results: unknown = JSON.parse(stdout);
    expect(results).toMatchObject([
      { type: 'unavailable', awsCode: 'ECONNREFUSED', message: expect.stringContaining('PARTNER_CENTRAL_ENDPOINT') },
      { type: 'unknown', awsCode: 'ECONNRESET' },
      { type: 'unavailable', awsCode: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) },
    ]);
  });
});

describe('an answer', () => {
  test.each([
    ['nothing', {}],
    ['empty texts', { TaskId: '', TaskStatus: '', Message: '' }],
    ['the text "null"', { TaskId: 'null', ReasonCode: 'null', Message: 'null' }],
    ['a time that is none', { StartTime: new Date(Number.NaN) }],
  ])('with %s says that the task goes on, and no more', (_, raw) => {
    expect(answerOf(raw)).toEqual(answerWith());
  });

  test.each([undefined, '', 'null'])('ends the pages with the token %j', (NextToken) => {
    expect(pageOf({ TaskSummaries: undefined, NextToken })).toEqual({ answers: [], nextToken: null });
  });

  test('is about a start that named the same opportunity or engagement, by id or by ARN', () => {
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001';
    expect(isAbout(answerWith({ opportunityId: 'O1000001' }), fromOpportunity())).toBe(true);
    expect(isAbout(answerWith({ opportunityId: 'O10000011' }), fromOpportunity())).toBe(false);
    expect(isAbout(answerWith({ engagementId: 'O1000001' }), fromOpportunity())).toBe(false);
    expect(isAbout(answerWith(), fromOpportunity())).toBe(false);
    for (const engagementId of ['eng-completes00001', arn]) {
      expect(isAbout(answerWith({ engagementId }), fromEngagement())).toBe(true);
      expect(isAbout(answerWith({ engagementId }), fromEngagement({ identifier: arn }))).toBe(true);
      expect(isAbout(answerWith({ engagementId }), fromEngagement({ identifier: 'eng-completes00002' }))).toBe(false);
    }
  });

  test.each([
    ['O1', 'O1'],
    ['eng-1', 'eng-1'],
    ['arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-1', 'eng-1'],
    ['arn:x', 'arn:x'],
  ])('knows the bare identifier of %s as %s', (identifier, bare) => {
    expect(bareIdentifier(identifier)).toBe(bare);
  });
});

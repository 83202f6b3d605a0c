import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { requestHash } from '../../../src/partner-central/simulator/protocol/request-hash.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { awsClientToken } from '../../../src/tasks/start.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { FOLLOW, runToEnd, start, startGateway, type TestGateway } from '../../support/harness/gateway.js';

describe('A start', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ CATALOGS: 'SANDBOX' }, { speed: 10 });
  });

  test('a start of an engagement sends each member to AWS and returns each member of the answer', async () => {
    const clientToken = `token ${randomUUID()}`;
    const tags = [
      { key: 'tëam', value: 'ΑΒ 1' },
      { key: 'cost', value: '' },
    ];
    const { last } = await runToEnd(gateway, 'O1000001', {
      clientToken,
      tags,
      awsSubmission: { involvementType: 'FOR_VISIBILITY_ONLY', visibility: 'LIMITED' },
    });
    const input: TaskInput = {
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      identifier: 'O1000001',
      involvementType: 'FOR_VISIBILITY_ONLY',
      visibility: 'LIMITED',
      tags,
    };
    const sent = {
      Catalog: 'Sandbox',
      ClientToken: awsClientToken({ subject: null, input, clientToken }),
      Identifier: 'O1000001',
      AwsSubmission: { InvolvementType: 'For Visibility Only', Visibility: 'Limited' },
      Tags: [
        { Key: 'tëam', Value: 'ΑΒ 1' },
        { Key: 'cost', Value: '' },
      ],
    };
    expect(gateway.simulator.tasks().map((task) => task.fingerprint)).toContain(requestHash(sent));
    expect(last.task).toMatchObject({
      __typename: 'EngagementFromOpportunityTask',
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      clientToken,
      status: 'COMPLETE',
      isTerminal: true,
      taskId: expect.stringMatching(/^task-/),
      taskArn: expect.stringMatching(/^arn:aws:partnercentral:/),
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      opportunityId: 'O1000001',
      engagementId: expect.stringMatching(/^eng-/),
      resourceSnapshotJobId: expect.stringMatching(/^job-/),
      tags,
      startedBy: null,
    });
  });

  test('a start of an opportunity sends its context, and shows the context of the answer separately', async () => {
    const { payload, last } = await runToEnd(gateway, 'eng-completes00001');
    expect(payload.task).toMatchObject({
      __typename: 'OpportunityFromEngagementTask',
      contextIdentifier: '1',
      identifier: 'eng-completes00001',
    });
    expect(last.task).toMatchObject({
      opportunityId: expect.stringMatching(/^O\d+$/),
      engagementId: 'eng-completes00001',
    });
    const detail = await gateway.query(
      'query($id: ID!) { task(id: $id) { ... on OpportunityFromEngagementTask { contextId contextIdentifier } } }',
      { id: payload.task.id },
    );
    expect(detail.data.task).toEqual({ contextId: '2', contextIdentifier: '1' });
  });

  test('a start without a client token gets one, and the same token and input return the same task', async () => {
    const first = await start(gateway, 'O1000002');
    expect(first).toMatchObject({
      replayed: false,
      userErrors: [],
      task: { clientToken: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'COMPLETE' },
    });
    const second = await start(gateway, 'O1000002', { clientToken: first.task.clientToken });
    expect(second).toEqual({ ...first, replayed: true });
  });

  test('a start under a token of other input is refused without a task', async () => {
    const clientToken = randomUUID();
    await start(gateway, 'O1000002', { clientToken });
    const reused = await start(gateway, 'O1000003', { clientToken });
    expect(reused).toMatchObject({
      task: null,
      replayed: false,
      userErrors: [{ code: 'CLIENT_TOKEN_REUSED', field: ['input', 'clientToken'] }],
    });
  });

  test('a start with several wrong fields is refused with all of them, without a call of AWS', async () => {
    const before = gateway.simulator.calls().length;
    const payload = await start(gateway, 'O1000001x', {
      catalog: 'AWS',
      clientToken: 'line\nbreak',
      tags: [
        { key: 'ok', value: 'ok' },
        { key: '', value: 'a;b' },
      ],
    });
    expect(payload.task).toBeNull();
    expect(payload.userErrors.map((e: any) => [e.code, e.field.join('.')])).toEqual([
      ['CATALOG_NOT_ALLOWED', 'input.catalog'],
      ['INVALID_INPUT', 'input.identifier'],
      ['INVALID_INPUT', 'input.clientToken'],
      ['INVALID_INPUT', 'input.tags.1.key'],
      ['INVALID_INPUT', 'input.tags.1.value'],
    ]);
    for (const error of payload.userErrors) expect(error.message).toMatch(/Expected|Allowed/);
    expect(gateway.simulator.calls().length).toBe(before);
  });

  test('a thousand equal starts at once are one task, here and at AWS', async () => {
    const clientToken = randomUUID();
    const before = gateway.simulator.tasks().length;
    const payloads = await Promise.all(Array.from({ length: 1000 }, () => start(gateway, 'O1000001', { clientToken })));
    expect(new Set(payloads.map((payload) => payload.task.id)).size).toBe(1);
    expect(payloads.filter((payload) => !payload.replayed)).toHaveLength(1);
    expect(gateway.simulator.tasks().length).toBe(before + 1);
  });
});

describe('A stream', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({}, { speed: 10 });
  });

  test('each transition of a stream shows the task as it stood then', async () => {
    const { transitions } = await runToEnd(gateway, 'O1000001');
    expect(transitions.map((t) => [t.previousStatus, t.status, t.task.status, t.task.engagementId === null])).toEqual([
      [null, 'QUEUED', 'QUEUED', true],
      ['QUEUED', 'IN_PROGRESS', 'IN_PROGRESS', true],
      ['IN_PROGRESS', 'COMPLETE', 'COMPLETE', false],
    ]);
  });

  test('a stream begins with the current state, and completes at once when that is terminal', async () => {
    const { payload } = await runToEnd(gateway, 'O1000001');
    const results = await gateway.collect(FOLLOW, { id: payload.task.id });
    expect(results.map((r) => r.data.taskTransitions.status)).toEqual(['COMPLETE']);
  });

  test('a stream resumes after any cursor, and delivers nothing after the last one', async () => {
    const { payload, transitions } = await runToEnd(gateway, 'O1000001');
    for (const [index, { cursor }] of transitions.entries()) {
      const results = await gateway.collect(FOLLOW, { id: payload.task.id, after: cursor });
      expect(results.map((r) => r.data.taskTransitions.sequence)).toEqual(
        transitions.slice(index + 1).map((t) => t.sequence),
      );
    }
  });

  test('a stream of an unknown task, or after a damaged cursor, ends with an error that says so', async () => {
    const { payload } = await runToEnd(gateway, 'O1000002');
    await expect(gateway.collect(FOLLOW, { id: 'nope' })).rejects.toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    await expect(gateway.collect(FOLLOW, { id: payload.task.id, after: 'nope' })).rejects.toMatchObject([
      { extensions: { code: 'INVALID_CURSOR' } },
    ]);
  });

  test('a feed over SSE or multipart that is cut off before its first event resumes without a gap', async () => {
    const query = 'subscription { taskFeed { status task { clientToken } } }';
    const sse = await openSse(gateway.url, { query });
    await sse.next();
    const id = (await sse.next())?.id ?? '';
    sse.abort();
    const multipart = await openMultipart(gateway.url, { query });
    await multipart.next();
    const { cursor } = (await multipart.next()).payload.extensions;
    multipart.abort();
    const clientToken = `missed ${randomUUID()}`;
    await runToEnd(gateway, 'O1000001', { clientToken });
    const resumedSse = await openSse(gateway.url, { query }, { 'last-event-id': id });
    await resumedSse.next();
    const first = { data: { taskFeed: { status: 'QUEUED', task: { clientToken } } } };
    expect((await resumedSse.next())?.data).toEqual(first);
    const resumed = await openMultipart(gateway.url, { query, extensions: { resume: { after: cursor } } });
    await resumed.next();
    expect(await resumed.next()).toEqual({ payload: first });
  });

  test('a feed delivers each transition from now on whose task matches the filter', async () => {
    const wanted = 'subscription { taskFeed(filter: { identifiers: ["O1000009"] }) { status isTerminal task { id } } }';
    const feed = gateway.collect(wanted, {}, (results) => results.at(-1)?.data.taskFeed.isTerminal);
    // The feed begins when the server has received it, so the test starts tasks until the feed delivers.
    let seen: any[] | undefined;
    void feed.then((results) => (seen = results));
    while (seen === undefined) {
      await runToEnd(gateway, 'O1000001');
      await runToEnd(gateway, 'O1000009');
    }
    expect(new Set(seen.map((r) => r.data.taskFeed.status)).has('COMPLETE')).toBe(true);
  });
});

import { describe, expect, test } from '@jest/globals';
import {
  ListEngagementFromOpportunityTasksCommand,
  ListResourceSnapshotJobsCommand,
} from '@aws-sdk/client-partnercentral-selling';
import { createSimulator } from '../../../../src/partner-central/simulator/simulator.js';
import { createClient, createPartner, failureOf, nameOf, post } from '../../../support/aws/simulator-client.js';

const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AWSPartnerCentralSelling.ListEngagementFromOpportunityTasks',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/partnercentral-selling/aws4_request, ' +
    `SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
};
const BODY = '{"Catalog":"Sandbox"}';

describe('the protocol', () => {
  test('absent members are null, and the answer has a request id', async () => {
    const { simulator } = await createPartner();
    expect(await post(simulator.endpoint, SIGNED, BODY)).toMatchObject({
      status: 200,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      answer: { TaskSummaries: [], NextToken: null },
    });
  });

  test('an error of the model has its shape in __type', async () => {
    const { simulator } = await createPartner();
    expect(await post(simulator.endpoint, SIGNED, '{}')).toMatchObject({
      status: 400,
      requestId: expect.any(String),
      answer: {
        __type: 'com.amazonaws.partnercentralselling#ValidationException',
        Message: '1 validation error detected.',
        Reason: 'REQUEST_VALIDATION_FAILED',
      },
    });
  });

  const without = (name: keyof typeof SIGNED) =>
    Object.fromEntries(Object.entries(SIGNED).filter(([header]) => header !== name));
  const scopedTo = (scope: string) => ({
    ...SIGNED,
    authorization: SIGNED.authorization.replace('us-east-1/partnercentral-selling', scope),
  });
  test.each([
    [
      'no signature',
      without('authorization'),
      BODY,
      'MissingAuthenticationTokenException',
      /Missing Authentication Token/,
    ],
    [
      'another scheme',
      { ...SIGNED, authorization: 'Bearer x' },
      BODY,
      'IncompleteSignatureException',
      /Authorization header/,
    ],
    ['no date', without('x-amz-date'), BODY, 'IncompleteSignatureException', /X-Amz-Date/],
    [
      'another region',
      scopedTo('eu-west-1/partnercentral-selling'),
      BODY,
      'InvalidSignatureException',
      /not 'eu-west-1'/,
    ],
    ['another service', scopedTo('us-east-1/s3'), BODY, 'InvalidSignatureException', /'partnercentral-selling'/],
    ['no target', without('x-amz-target'), BODY, 'UnknownOperationException', /./],
    ['another content type', { ...SIGNED, 'content-type': 'application/json' }, BODY, 'UnknownOperationException', /./],
    [
      'a compressed body',
      { ...SIGNED, 'content-encoding': 'gzip' },
      BODY,
      'SerializationException',
      /content-encoding gzip/,
    ],
    ['broken JSON', SIGNED, '{"Catalog":', 'SerializationException', /not valid JSON/],
    [
      'JSON that is nested too deeply',
      SIGNED,
      `{"Catalog":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'SerializationException',
      /nested too deeply/,
    ],
    ['JSON that is a list', SIGNED, '[]', 'SerializationException', /./],
    ['a member of the wrong type', SIGNED, '{"Catalog":1}', 'SerializationException', /'catalog' is not a string/],
    [
      'a body that is too long',
      SIGNED,
      `{"Catalog":"${'x'.repeat(1024 * 1024)}"}`,
      'SerializationException',
      /too long/,
    ],
  ])('a request with %s is refused', async (_, headers, body, name, message) => {
    const { simulator } = await createPartner();
    expect(await post(simulator.endpoint, headers, body)).toMatchObject({
      status: 400,
      requestId: expect.any(String),
      answer: { __type: `com.amazon.coral.service#${name}`, message: expect.stringMatching(message) },
    });
    expect(simulator.calls()).toMatchObject([{ outcome: name }]);
  });

  test('other paths and methods are refused', async () => {
    const { simulator } = await createPartner();
    expect(await post(`${simulator.endpoint}/graphql`, SIGNED, BODY)).toMatchObject({ status: 400 });
    expect((await fetch(simulator.endpoint)).status).toBe(400);
  });

  test('an unsupported operation is refused with an error that the SDK knows', async () => {
    const { client } = await createPartner();
    expect(nameOf(await failureOf(client.send(new ListResourceSnapshotJobsCommand({ Catalog: 'Sandbox' }))))).toBe(
      'UnknownOperationException',
    );
  });

  test('a call that is signed for another region is refused', async () => {
    const { simulator } = await createPartner();
    const client = createClient(simulator.endpoint, 'eu-west-1');
    const error = await failureOf(client.send(new ListEngagementFromOpportunityTasksCommand({ Catalog: 'Sandbox' })));
    expect(nameOf(error)).toBe('InvalidSignatureException');
    client.destroy();
  });
});

describe('createSimulator', () => {
  test('the log has the operation, the time and the outcome of each call', async () => {
    const { simulator, startEngagement, listOpportunityTasks, clock } = await createPartner();
    const startedAt = clock.now();
    await startEngagement('O1', 'token');
    await clock.advance(10);
    await listOpportunityTasks();
    await failureOf(startEngagement('O2', 'token'));
    expect(simulator.calls()).toEqual([
      { operation: 'StartEngagementFromOpportunityTask', at: startedAt, outcome: 'ok' },
      { operation: 'ListOpportunityFromEngagementTasks', at: startedAt + 10, outcome: 'ok' },
      { operation: 'StartEngagementFromOpportunityTask', at: startedAt + 10, outcome: 'ConflictException' },
    ]);
  });

  test('each request is delayed by the latency', async () => {
    const { listEngagementTasks, clock } = await createPartner({ latencyMs: 40 });
    const answer = listEngagementTasks();
    await clock.whenAsleep();
    await clock.advance(40);
    await expect(answer).resolves.toMatchObject({ TaskSummaries: [] });
  });

  test('the simulator closes during a blocked Start, and can be closed again', async () => {
    const { simulator, startEngagement, clock } = await createPartner();
    const blocked = failureOf(startEngagement('O1000003', 'token'));
    await clock.whenAsleep();
    await Promise.all([simulator.close(), simulator.close()]);
    await simulator.close();
    expect(nameOf(await blocked)).toBe('ECONNRESET');
    expect(clock.sleepers()).toBe(0);
  });

  test('a delayed request is not processed after the simulator has closed', async () => {
    const { simulator, startEngagement, clock } = await createPartner({ latencyMs: 1000 });
    const late = failureOf(startEngagement('O1', 'token'));
    await clock.whenAsleep();
    await simulator.close();
    await late;
    expect(simulator.tasks()).toEqual([]);
  });

  test('a port in use is an error', async () => {
    const { simulator } = await createPartner();
    await expect(createSimulator({ port: Number(new URL(simulator.endpoint).port) })).rejects.toThrow(/EADDRINUSE/);
  });
});

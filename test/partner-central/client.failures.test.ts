import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SECOND } from '../../src/runtime/clock.js';
import type { PartnerCentral } from '../../src/partner-central/client.js';
import { createStrictTelemetry, fromOpportunity, isSettled } from '../support/harness/task-harness.js';
import { EFO_LIST, listed, open, openEcho } from '../support/aws/partner-central.js';

describe('the failure of a call', () => {
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
    for (const result of [
      await partnerCentral.startTask(fromOpportunity(), 'token'),
      await partnerCentral.listTasks(EFO_LIST),
    ]) {
      expect(result).toMatchObject({ ...expected, awsCode: name });
      if (name !== 'ExpiredTokenException')
        expect(result).toMatchObject({ message: expect.stringContaining('said AWS') });
    }
  });

  test.each([400, 402, 403, 404, 409, 429, 500, 503])(
    'an error with the HTTP status %d is classified by its name',
    async (status) => {
      const { partnerCentral } = await openEcho(JSON.stringify({ __type: 'ConflictException', Message: 'm' }), status);
      expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({
        type: 'refused',
        code: 'CONFLICT',
        message: 'm',
      });
    },
  );

  test('a refused sample identifier names its wrong fields, even without a message', async () => {
    const { partnerCentral } = await open();
    expect(await partnerCentral.startTask(fromOpportunity({ identifier: 'O3000001' }), 'one')).toMatchObject({
      type: 'refused',
      fieldErrors: [
        {
          field: 'project.salesActivities',
          code: 'REQUIRED_FIELD_MISSING',
          message: 'project.salesActivities is required',
        },
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

  test('a throttled call returns the wait of the Retry-After header', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ __type: 'ThrottlingException' }), 400, {
      'retry-after': '7',
    });
    expect(await partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'throttled', retryAfterMs: 7000 });
  });

  test.each([
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'half-answer' },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 502 },
  ] as const)('the fault $kind leaves the outcome of the call unknown', async (fault) => {
    const { simulator, partnerCentral } = await open();
    simulator.inject({ times: 2, fault });
    expect((await partnerCentral.startTask(fromOpportunity(), 'token')).type).toBe('unknown');
    expect((await partnerCentral.listTasks(EFO_LIST)).type).toBe('unknown');
  });

  test.each([
    ['a Start', 30, (partnerCentral: PartnerCentral) => partnerCentral.startTask(fromOpportunity(), 'token')],
    ['a List', 10, (partnerCentral: PartnerCentral) => partnerCentral.listTasks(EFO_LIST)],
  ] as const)('%s that receives no answer times out after %d s', async (_, seconds, call) => {
    const { clock, simulator, partnerCentral } = await open();
    await listed(partnerCentral, EFO_LIST);
    simulator.inject({ times: 1, fault: { kind: 'hang' } });
    const calling = call(partnerCentral);
    while (simulator.calls().at(-1)?.outcome !== 'hang') await isSettled(calling);
    await clock.advance(seconds * SECOND - 1);
    expect(await isSettled(calling)).toBe(false);
    await clock.advance(1);
    expect(await calling).toEqual({
      type: 'unknown',
      awsCode: 'Timeout',
      message: `AWS did not answer within ${seconds} s.`,
    });
    expect(clock.sleepers()).toBe(0);
  });

  /**
   * A child process runs the SDK. In jest's realm Node's errors are not instances of Error, and the SDK hides their
   * codes.
   */
  test('a connection that is refused, broken or not resolved is named by its code', async () => {
    const { simulator } = await open();
    simulator.inject({ times: 1, fault: { kind: 'reset-before' } });
    const script = `
      import { createPartnerCentral } from ${JSON.stringify(new URL('../../src/partner-central/client.js', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../src/runtime/clock.js', import.meta.url).href)};
      const telemetry = { awsCalled() {}, callNotSent() {} };
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

  test('a call without a descriptor for its connection has not reached AWS', async () => {
    const { simulator } = await open();
    const script = `
      import { openSync } from 'node:fs';
      import { createPartnerCentral } from ${JSON.stringify(new URL('../../src/partner-central/client.js', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../src/runtime/clock.js', import.meta.url).href)};
      const telemetry = { awsCalled() {}, callNotSent() {} };
      const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
      const partnerCentral = createPartnerCentral({ region: 'us-east-1', endpoint: ${JSON.stringify(simulator.endpoint)}, credentials, clock: systemClock, telemetry });
      await partnerCentral.prepare();
      try {
        for (;;) openSync('/dev/null');
      } catch {}
      const result = await partnerCentral.startTask(${JSON.stringify(fromOpportunity())}, 'token');
      console.log(JSON.stringify(result));
      process.exit(0);
    `;
    const limited = ['-c', 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"', process.execPath, script];
    const { stdout } = await promisify(execFile)('sh', limited);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'unavailable',
      awsCode: 'EMFILE',
      message: expect.stringContaining('ulimit -n'),
    });
    expect(simulator.calls()).toEqual([]);
  });
});

test('a Start whose JSON answer does not describe a task may have reached AWS', async () => {
  const { partnerCentral } = await openEcho('{}');
  expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({
    type: 'unknown',
    awsCode: 'EmptyAnswer',
    message: expect.stringMatching(/proxy/),
  });
});

describe('a call whose request cannot be prepared', () => {
  const CALLS = [
    ['a Start', 30, (partnerCentral: PartnerCentral) => partnerCentral.startTask(fromOpportunity(), 'token')],
    ['a List', 10, (partnerCentral: PartnerCentral) => partnerCentral.listTasks(EFO_LIST)],
  ] as const;
  const CHECK = 'check the credentials of this process, such as its role or token file; its log says more.';

  async function openWithout(credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }>) {
    const notSent: object[] = [];
    const opened = await open({
      credentials,
      telemetry: { ...createStrictTelemetry(), callNotSent: (facts) => notSent.push(facts) },
    });
    return { ...opened, notSent };
  }

  test.each(CALLS)('%s has not reached AWS, and the text of the error is only logged', async (_, _seconds, call) => {
    const { simulator, partnerCentral, notSent } = await openWithout(() =>
      Promise.reject(Object.assign(new Error('no such file, open /hidden'), { code: 'ENOENT' })),
    );
    expect(await call(partnerCentral)).toEqual({
      type: 'unavailable',
      awsCode: 'ENOENT',
      message: `AWS cannot be called: the request could not be prepared (ENOENT): ${CHECK}`,
    });
    expect(notSent).toEqual([
      {
        operation: expect.stringMatching(/EngagementFromOpportunityTask/),
        reason: 'Error: no such file, open /hidden',
      },
    ]);
    expect(simulator.calls()).toEqual([]);
  });

  test.each(CALLS)(
    '%s is not a refusal by AWS if the credentials provider refuses access',
    async (_, _seconds, call) => {
      const refusal = Object.assign(new Error('hidden is not authorized to sign in'), {
        name: 'AccessDeniedException',
      });
      const { partnerCentral } = await openWithout(() => Promise.reject(refusal));
      expect(await call(partnerCentral)).toEqual({
        type: 'unavailable',
        awsCode: 'AccessDeniedException',
        message: `AWS cannot be called: the request could not be prepared (AccessDeniedException): ${CHECK}`,
      });
    },
  );

  test('an error with a known name names the remedy', async () => {
    const { partnerCentral } = await openWithout(() =>
      Promise.reject(Object.assign(new Error('expired'), { name: 'ExpiredTokenException' })),
    );
    expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('the AWS session has expired'),
    });
  });

  test.each(CALLS)('%s whose credentials arrive after its timeout of %d s is not sent', async (_, seconds, call) => {
    let give = (): void => undefined;
    const given = new Promise<void>((resolve) => (give = resolve));
    const { clock, simulator, partnerCentral } = await openWithout(() =>
      given.then(() => ({ accessKeyId: 'x', secretAccessKey: 'y' })),
    );
    const calling = call(partnerCentral);
    while (clock.sleepers() === 0) await isSettled(calling);
    await clock.advance(seconds * SECOND);
    give();
    expect(await calling).toMatchObject({ type: 'unavailable' });
    expect(simulator.calls()).toEqual([]);
  });
});

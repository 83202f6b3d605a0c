/**
 * Faults of AWS, or of a proxy before it. A start ends in the right state and is one task at AWS, and while it waits
 * the task, the status and readiness say why. Time passes ten times as fast here, for gateway and simulator alike.
 */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../src/partner-central/simulator/faults.js';
import type { SimulatorOptions } from '../../../src/partner-central/simulator/simulator.js';
import { patientClock } from '../../support/fakes/patient-clock.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import {
  FOLLOW,
  runToEnd,
  start,
  startGateway,
  type Settings,
  type TestGateway,
} from '../../support/harness/gateway.js';
import { spawnGateway } from '../../support/programs/process.js';
import { readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
const START = 'StartEngagementFromOpportunityTask';
const LIST = 'ListEngagementFromOpportunityTasks';

async function startFastGateway(settings: Settings = {}, simulator: SimulatorOptions = {}): Promise<TestGateway> {
  const clock = patientClock(10);
  return startGateway({ START_WAIT_MS: '0', POLL_MIN_MS: '1000', ...settings }, { clock, ...simulator }, { clock });
}

const error = (name: string, message = ''): Fault => ({ kind: 'error', name, message });

/** Each fault of the first attempts, the number of attempts that it hits, and the message of the task. */
const FAULTS: readonly [string, Fault, number, RegExp][] = [
  ['throttling for a minute', error('ThrottlingException', 'Rate exceeded'), 5, /AWS is throttling: Rate exceeded/],
  [
    'an internal error',
    error('InternalServerException', 'Internal server error'),
    3,
    /InternalServerException: Internal server error/,
  ],
  ['an error without a message', error('ServiceUnavailableException'), 2, /ServiceUnavailableException/],
  [
    'an expired session',
    error('ExpiredTokenException', 'The security token included in the request is expired'),
    3,
    /session has expired: renew the credentials/,
  ],
  [
    'an unknown key',
    error('UnrecognizedClientException', 'The security token included in the request is invalid'),
    2,
    /does not know the access key/,
  ],
  ['a wrong clock', error('InvalidSignatureException', 'Signature expired'), 2, /clock of this machine is right/],
  ['a clock that is too far off', error('RequestTimeTooSkewed'), 2, /clock of this machine is right/],
  ['a reset before it is taken', { kind: 'reset-before' }, 2, /ECONNRESET|socket hang up/],
  ['a reset after it is taken', { kind: 'reset-after' }, 1, /ECONNRESET|socket hang up/],
  ['half an answer', { kind: 'half-answer' }, 1, /broke in the middle of the answer/],
  [
    'the page of a proxy',
    { kind: 'html', status: 502 },
    2,
    /not from AWS: the body is not JSON \(HTTP 502\)\. A proxy/,
  ],
  [
    'the page of a proxy that calls it a success',
    { kind: 'html', status: 200 },
    2,
    /not from AWS: the body is not JSON.*A proxy/,
  ],
  ['silence', { kind: 'hang' }, 1, /did not answer within 30 s/],
];

describe('A start', () => {
  test.each(FAULTS)(
    'a start that meets %s waits, says why, and then completes as one task',
    async (_, fault, times, says) => {
      const gateway = await startFastGateway();
      // The fault stays until the message was read, which may take several attempts on a busy machine.
      const end = gateway.simulator.inject({ operation: START, times: Infinity, fault });
      const { task } = await start(gateway, 'O1000001');
      const followed = gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' });
      const waiting = await until(async () => waitingOf(gateway, task.id));
      await until(() => gateway.simulator.calls().filter(({ operation }) => operation === START).length >= times);
      end();
      expect(waiting).toMatchObject({ status: 'QUEUED', message: expect.stringMatching(says) });
      expect(waiting.message).toMatch(/^Not started yet after .*\. The gateway tries again by itself\.$/);
      expect(waiting.ready).toEqual({ status: 200, reasons: [expect.stringMatching(says)] });
      await expectOneComplete(gateway, 'O1000001', await followed);
      expect(await statusOf(gateway, task.id)).toMatchObject({ waitingFor: null, ready: { status: 200, reasons: [] } });
    },
  );

  test('a start that AWS answers after seconds completes as one task', async () => {
    const gateway = await startFastGateway();
    gateway.simulator.inject({ operation: START, times: 1, fault: { kind: 'latency', ms: 20_000 } });
    const { task } = await start(gateway, 'O1000001');
    await expectOneComplete(gateway, 'O1000001', await gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' }));
  });

  test('a start that AWS neither accepts nor refuses is given up, and the failure says that it may have reached AWS', async () => {
    const gateway = await startFastGateway({ SUBMIT_RETRY_MS: '10000' });
    gateway.simulator.inject({ operation: START, times: Infinity, fault: { kind: 'reset-before' } });
    const { last } = await runToEnd(gateway, 'O1000001');
    expect(last.task).toMatchObject({
      status: 'REJECTED',
      failure: { errorCode: 'UPSTREAM_FAILED', message: expect.stringMatching(/may have reached AWS: look at/) },
    });
    expect(gateway.simulator.tasks()).toEqual([]);
  });

  test('a start whose answers are all lost is found in the list of AWS', async () => {
    const gateway = await startFastGateway({ SUBMIT_RETRY_MS: '10000' });
    gateway.simulator.inject({ operation: START, times: Infinity, fault: { kind: 'reset-after' } });
    const { task } = await start(gateway, 'O1000001');
    await expectOneComplete(gateway, 'O1000001', await gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' }));
  });
});

describe('A task in progress', () => {
  test.each(FAULTS)('a task whose List meets %s completes', async (_, fault, times) => {
    const gateway = await startFastGateway();
    gateway.simulator.inject({ operation: LIST, times, fault });
    const { task } = await start(gateway, 'O1000001');
    await expectOneComplete(gateway, 'O1000001', await gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' }));
  });
});

describe('A gateway that cannot call AWS', () => {
  const noSuchHost = 'http://partner-central.invalid:4100';
  const SIGNED = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

  test.each([
    [
      'without credentials',
      noSuchHost,
      {},
      /no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    ],
    [
      'at an address where nothing listens',
      'http://127.0.0.1:9',
      SIGNED,
      /connection was refused: check the network, and PARTNER_CENTRAL_ENDPOINT/,
    ],
    ['at a host that does not exist', noSuchHost, SIGNED, /host name could not be resolved: check DNS/],
  ])(
    'a gateway %s keeps a start queued, and names the cause in task, status and readiness',
    async (_, endpoint, env, says) => {
      const gateway = await spawnGateway({
        DATA_DIR: temporaryDirectory(),
        UPSTREAM: 'aws',
        PARTNER_CENTRAL_ENDPOINT: endpoint,
        LOG_LEVEL: 'error',
        START_WAIT_MS: '0',
        ...env,
      });
      const asked = { url: gateway.url, query: (query: string, variables = {}) => ask(gateway.url, query, variables) };
      const { task } = await start(asked as TestGateway, 'O1000001');
      const waiting = await until(async () => waitingOf(asked, task.id));
      expect(waiting).toMatchObject({ status: 'QUEUED', message: expect.stringMatching(says) });
      expect(waiting.ready).toEqual({ status: 200, reasons: [expect.stringMatching(says)] });
      gateway.child.kill('SIGTERM');
      expect(await gateway.ended).toEqual({ code: 0, signal: null });
      expect(gateway.stderr()).toBe('');
    },
  );
});

describe('Faults at random', () => {
  test(`thirty starts complete once and in order although three calls in ten fail (seed ${SEED})`, async () => {
    process.stderr.write(`Chaos with seed ${SEED}\n`);
    const gateway = await startFastGateway({}, { chaos: { seed: SEED, rate: 0.3 } });
    const identifiers = Array.from({ length: 30 }, (_, n) => `O${6_000_000 + n}`);
    const begun = await Promise.all(identifiers.map((identifier) => start(gateway, identifier)));
    const ended = await Promise.all(
      begun.map(({ task }) => gateway.collect(FOLLOW, { id: task.id, from: 'BEGINNING' })),
    );
    for (const [n, identifier] of identifiers.entries()) await expectOneComplete(gateway, identifier, ended[n] ?? []);
    expect(gateway.simulator.calls().filter(({ outcome }) => outcome !== 'ok')).not.toEqual([]);
    expect(gateway.simulator.tasks()).toHaveLength(30);
  });
});

async function expectOneComplete(
  gateway: TestGateway,
  identifier: string,
  results: readonly { data?: any }[],
): Promise<void> {
  const transitions = results.map(({ data }) => data.taskTransitions);
  expect(transitions.map(({ sequence }) => sequence)).toEqual(transitions.map((_, index) => index + 1));
  expect(transitions.at(-1)).toMatchObject({ status: 'COMPLETE', isTerminal: true });
  expect(gateway.simulator.tasks().filter(({ target }) => target === identifier)).toHaveLength(1);
}

/** The status for a client, for a status page and for a load balancer. */
async function statusOf(gateway: Pick<TestGateway, 'url' | 'query'>, id: string) {
  const { data } = await gateway.query(
    'query($id: ID!) { task(id: $id) { status message } partnerCentral { waitingFor } }',
    { id },
  );
  const { status, reasons } = await readinessOf(gateway.url);
  return { ...data.task, ...data.partnerCentral, ready: { status, reasons } };
}

/** @returns null until task and status have the same message, which are read one after the other */
async function waitingOf(gateway: Parameters<typeof statusOf>[0], id: string) {
  const found = await statusOf(gateway, id);
  return found.message === null || found.message !== found.waitingFor ? null : found;
}

async function ask(url: string, query: string, variables: object): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../src/runtime/clock.js';
import { createFaults } from '../../../src/partner-central/simulator/faults.js';
import { createPartner, failureOf, nameOf } from '../../support/aws/simulator-client.js';

describe('an injected fault', () => {
  test('error: the request is answered with the error, and not processed', async () => {
    const { startEngagement, simulator } = await createPartner();
    simulator.inject({
      times: 1,
      fault: { kind: 'error', name: 'ServiceQuotaExceededException', message: 'Too many.' },
    });
    expect(await failureOf(startEngagement('O1', 'token'))).toMatchObject({
      name: 'ServiceQuotaExceededException',
      message: 'Too many.',
    });
    expect(simulator.tasks()).toHaveLength(0);
  });

  test('error-after: the request is processed, and answered with the error', async () => {
    const { startEngagement, simulator } = await createPartner();
    simulator.inject({ times: 1, fault: { kind: 'error-after', name: 'InternalServerException', message: 'Oh.' } });
    expect(await failureOf(startEngagement('O1', 'token'))).toMatchObject({
      name: 'InternalServerException',
      message: 'Oh.',
    });
    expect(simulator.tasks()).toHaveLength(1);
  });

  test('latency: the request is processed later', async () => {
    const { startEngagement, simulator, clock } = await createPartner();
    simulator.inject({ times: 1, fault: { kind: 'latency', ms: 5 * SECOND } });
    const answer = startEngagement('O1', 'token');
    await clock.whenAsleep();
    expect(simulator.tasks()).toHaveLength(0);
    expect(simulator.calls()).toMatchObject([{ outcome: 'pending' }]);
    await clock.advance(5 * SECOND);
    await answer;
    expect(simulator.tasks()).toMatchObject([{ startedAt: clock.now() }]);
  });

  test.each([
    ['reset-before', 0],
    ['reset-after', 1],
    ['half-answer', 1],
  ] as const)(
    '%s: the connection breaks with %s tasks created, and the same token completes the start',
    async (kind, tasks) => {
      const { startEngagement, simulator } = await createPartner();
      simulator.inject({ times: 1, fault: { kind } });
      expect(nameOf(await failureOf(startEngagement('O1', 'token')))).toBe('ECONNRESET');
      expect(simulator.tasks()).toHaveLength(tasks);
      expect((await startEngagement('O1', 'token')).TaskStatus).toBe('IN_PROGRESS');
      expect(simulator.tasks()).toHaveLength(1);
      expect(simulator.calls()).toMatchObject([{ outcome: kind }, { outcome: 'ok' }]);
    },
  );

  test("html: the answer is a proxy's page with its status, and the request is not processed", async () => {
    const { startEngagement, simulator } = await createPartner();
    simulator.inject({ times: 1, fault: { kind: 'html', status: 503 } });
    expect(await failureOf(startEngagement('O1', 'token'))).toMatchObject({
      name: 'SyntaxError',
      $metadata: { httpStatusCode: 503 },
    });
    expect(simulator.tasks()).toHaveLength(0);
  });

  test('hang: the request is processed, and has no answer until the simulator closes', async () => {
    const { startEngagement, listEngagementTasks, simulator } = await createPartner();
    simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 1, fault: { kind: 'hang' } });
    let answered = false;
    const hanging = failureOf(startEngagement('O1', 'token')).finally(() => (answered = true));
    while (simulator.tasks().length === 0) await listEngagementTasks();
    await listEngagementTasks();
    expect(answered).toBe(false);
    await simulator.close();
    expect(nameOf(await hanging)).toBe('ECONNRESET');
  });

  test('a fault hits its number of calls of its operation', async () => {
    const { startEngagement, listEngagementTasks, simulator } = await createPartner();
    const fault = { kind: 'error', name: 'ThrottlingException' } as const;
    simulator.inject({ operation: 'StartEngagementFromOpportunityTask', times: 2, fault });
    await listEngagementTasks();
    await failureOf(startEngagement('O1', 'token'));
    await failureOf(startEngagement('O1', 'token'));
    await startEngagement('O1', 'token');
    expect(simulator.calls().map(({ outcome }) => outcome)).toEqual([
      'ok',
      'ThrottlingException',
      'ThrottlingException',
      'ok',
    ]);
  });

  test('a fault without a limit hits until it is removed', async () => {
    const { listEngagementTasks, simulator } = await createPartner();
    const remove = simulator.inject({ times: Infinity, fault: { kind: 'reset-before' } });
    for (let call = 0; call < 5; call++) await failureOf(listEngagementTasks());
    remove();
    await expect(listEngagementTasks()).resolves.toMatchObject({ TaskSummaries: [] });
  });

  test('a request that is not processed spends no quota', async () => {
    const { startEngagement, simulator } = await createPartner({ writesPerSecond: 1 });
    for (const kind of ['reset-before', 'reset-before'] as const) simulator.inject({ times: 1, fault: { kind } });
    await failureOf(startEngagement('O1', 'token'));
    await failureOf(startEngagement('O1', 'token'));
    expect((await startEngagement('O1', 'token')).TaskStatus).toBe('IN_PROGRESS');
  });
});

describe('chaos', () => {
  const drawn = (seed: number, rate: number) => {
    const faults = createFaults({ seed, rate });
    return Array.from({ length: 2000 }, () => faults.next('StartEngagementFromOpportunityTask'));
  };

  test('equal seeds give equal faults, and different seeds different faults', () => {
    expect(drawn(7, 0.5)).toEqual(drawn(7, 0.5));
    expect(drawn(7, 0.5)).not.toEqual(drawn(8, 0.5));
  });

  test('chaos hits its share of calls, with every kind of fault', () => {
    const hits = drawn(7, 0.25).flatMap((fault) => fault ?? []);
    expect(hits.length).toBeGreaterThan(400);
    expect(hits.length).toBeLessThan(600);
    expect(new Set(hits.map(({ kind }) => kind)).size).toBe(7);
    expect(drawn(7, 0).filter((fault) => fault !== undefined)).toEqual([]);
  });

  test('chaos uses no error that would end a start', () => {
    const errors = drawn(7, 1).flatMap((fault) => (fault?.kind === 'error' ? [fault.name] : []));
    expect(new Set(errors)).toEqual(new Set(['ThrottlingException', 'InternalServerException']));
  });

  test('chaos hits real calls', async () => {
    const { listEngagementTasks, simulator } = await createPartner({ chaos: { seed: 4, rate: 1 } });
    for (let call = 0; call < 40; call++) void listEngagementTasks().catch(() => undefined);
    const outcomes = () => new Set(simulator.calls().map(({ outcome }) => outcome));
    while (outcomes().size < 7) await new Promise(setImmediate);
    expect(outcomes()).not.toContain('ok');
  });
});

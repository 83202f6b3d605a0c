import { beforeAll, describe, expect, test } from '@jest/globals';
import { SCENARIOS } from '../../../src/partner-central/simulator/scenarios/scenarios.js';
import { runToEnd, start, startGateway, type TestGateway } from '../../support/harness/gateway.js';

/** The outcome of each exception of AWS, written independently of the source. */
const REFUSED_AS: Record<string, { errorCode: string; category: string }> = {
  ValidationException: { errorCode: 'VALIDATION_FAILED', category: 'FIX_AND_RESUBMIT' },
  AccessDeniedException: { errorCode: 'ACCESS_DENIED', category: 'PERMISSION' },
  ConflictException: { errorCode: 'CONFLICT', category: 'LOOK_BEFORE_RETRY' },
  ResourceNotFoundException: { errorCode: 'NOT_FOUND', category: 'FIX_AND_RESUBMIT' },
  ServiceQuotaExceededException: { errorCode: 'QUOTA_EXCEEDED', category: 'LIMIT' },
};
const refusing = SCENARIOS.filter(({ firstSends }) => firstSends?.times === Infinity);
const working = SCENARIOS.filter((scenario) => !refusing.includes(scenario));
const names = refusing.map(({ firstSends }) => (firstSends?.fault.kind === 'error' ? firstSends.fault.name : ''));
const refused = refusing.filter((_, index) => Object.hasOwn(REFUSED_AS, names[index] ?? ''));
const SPEED = 20;

describe('The sample identifiers at a whole gateway', () => {
  let gateway: TestGateway;
  let runs: Map<string, ReturnType<typeof runToEnd>>;

  beforeAll(async () => {
    gateway = await startGateway({ START_WAIT_MS: '30000', SUBMIT_RETRY_MS: '60000' }, { speed: SPEED });
    // All samples run at once. Each row waits for its own outcome, and they must not affect each other.
    runs = new Map([...working, ...refused].map(({ identifier }) => [identifier, runToEnd(gateway, identifier)]));
    await Promise.allSettled(runs.values());
  });

  test.each(working.map((row) => [row.identifier, row.outcome, row] as const))(
    'the sample %s has the outcome: %s',
    async (identifier, _outcome, row) => {
      const { transitions, statuses, last } = await runs.get(identifier)!;
      const end = row.phases.at(-1)!;
      expect(statuses[0]).toBe('QUEUED');
      expect(statuses.at(-1)).toBe(end.status);
      expect(statuses.filter((status: string) => status === 'IN_PROGRESS').length).toBeLessThanOrEqual(1);
      expect(transitions.map((t) => t.sequence)).toEqual(transitions.map((_, index) => index + 1));
      expect(last.isTerminal).toBe(true);
      if (end.status === 'COMPLETE') {
        expect(last.task).toMatchObject({ failure: null, reasonCode: null, status: 'COMPLETE' });
        if (row.without === undefined && row.hiddenByStart === undefined) {
          // AWS returns no engagement for an accepted invitation.
          const engagementId = row.task === 'engagement-by-accepting-invitation' ? null : expect.any(String);
          expect(last.task).toMatchObject({
            opportunityId: expect.any(String),
            engagementId,
            resourceSnapshotJobId: expect.any(String),
          });
        }
      } else {
        expect(last.task.failure).toMatchObject({
          rawReasonCode: end.reasonCode,
          message: end.message,
          errorCode: null,
          recovery: expect.stringMatching(/.{20}/),
        });
      }
      const tasks = gateway.simulator.tasks().filter((task) => task.target === identifier);
      expect(tasks).toHaveLength(1);
    },
  );

  test.each(refused.map((row) => [row.identifier, row.outcome, row] as const))(
    'the sample %s has the outcome: %s',
    async (identifier, _outcome, row) => {
      const { payload, statuses, last } = await runs.get(identifier)!;
      const fault = row.firstSends?.fault;
      const expected = REFUSED_AS[fault?.kind === 'error' ? fault.name : '']!;
      expect(statuses).toEqual(['QUEUED', 'REJECTED']);
      expect(last.task.failure).toMatchObject({ ...expected, rawReasonCode: null });
      expect(payload.task.status).toBe('REJECTED');
      expect(payload.userErrors[0]).toMatchObject({
        code: expected.errorCode,
        awsCode: fault?.kind === 'error' ? fault.name : '',
      });
      expect(last.task.failure.message).not.toMatch(/UnknownError/);
      expect(last.task.failure.message.length).toBeGreaterThan(10);
    },
  );

  test('a replay of a rejected start returns the task and the user errors again without a call of AWS', async () => {
    const { payload } = await runs.get(refused[0]!.identifier)!;
    const before = gateway.simulator.calls().length;
    const replay = await start(gateway, refused[0]!.identifier, { clientToken: payload.task.clientToken });
    expect(replay).toEqual({ ...payload, replayed: true });
    expect(
      gateway.simulator
        .calls()
        .slice(before)
        .filter((call) => call.operation.startsWith('Start')),
    ).toEqual([]);
  });

  test('every ReasonCode of the SDK is the outcome of a sample identifier', async () => {
    const { ReasonCode } = await import('@aws-sdk/client-partnercentral-selling');
    const reached = new Set(SCENARIOS.flatMap((row) => row.phases.map((phase) => phase.reasonCode)));
    expect(Object.values(ReasonCode).filter((code) => !reached.has(code))).toEqual([]);
  });
});

test('a start that AWS answers with an unknown error is repeated under the same token, then REJECTED as UPSTREAM_FAILED', async () => {
  const teapot = refusing.find((_, index) => !Object.hasOwn(REFUSED_AS, names[index] ?? ''))!;
  const gateway = await startGateway({ SUBMIT_RETRY_MS: '1000', START_WAIT_MS: '0' });
  const { statuses, last } = await runToEnd(gateway, teapot.identifier);
  expect(statuses).toEqual(['QUEUED', 'REJECTED']);
  expect(last.task.failure).toMatchObject({
    errorCode: 'UPSTREAM_FAILED',
    retryable: true,
    category: 'LOOK_BEFORE_RETRY',
  });
  expect(last.task.failure.message).toMatch(/may have reached AWS/);
  expect(gateway.simulator.calls().filter((call) => call.operation.startsWith('Start')).length).toBeGreaterThan(1);
  expect(gateway.simulator.calls().filter((call) => call.operation.startsWith('List'))).toHaveLength(1);
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { START_ENGAGEMENT, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { until } from '../../support/clients/waiting.js';

const SEEN = START_ENGAGEMENT.replace('...All', 'status').replace(
  'replayed',
  'replayed warnings { rule outcome field message source }',
);

describe('The warnings of a start', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({}, { speed: 10 });
  });

  async function start(identifier: string, more: Record<string, unknown> = {}, query = SEEN) {
    const input = {
      catalog: 'SANDBOX',
      identifier,
      awsSubmission: { involvementType: 'CO_SELL', visibility: 'FULL' },
      ...more,
    };
    const { data, errors } = await gateway.query(query, { input });
    expect(errors).toBeUndefined();
    return data.startEngagementFromOpportunityTask;
  }

  /** The reads of opportunities since the last call. */
  let counted = 0;
  function reads(): number {
    const all = gateway.simulator.calls().filter(({ operation }) => operation === 'GetOpportunity').length;
    const added = all - counted;
    counted = all;
    return added;
  }

  test('the warnings name the rules that AWS will find broken, and the start is sent all the same', async () => {
    const payload = await start('O5000003');
    expect(payload.warnings).toEqual([
      expect.objectContaining({
        rule: 'SALES_ACTIVITIES_PRESENT',
        outcome: 'FAILED',
        field: 'Project.SalesActivities',
        source: 'DOCUMENTED',
      }),
    ]);
    expect(payload).toMatchObject({ task: { status: expect.stringMatching(/IN_PROGRESS|FAILED/) }, userErrors: [] });
    expect(reads()).toBe(1);
  });

  test('the warnings concern the opportunity before the start, also when AWS completes the task at once', async () => {
    expect(await start('O1000002')).toMatchObject({ task: { status: 'COMPLETE' }, warnings: [] });
    reads();
  });

  test('a warning names the input of the start that AWS refuses', async () => {
    const payload = await start('O5000001', { awsSubmission: { involvementType: 'CO_SELL', visibility: 'LIMITED' } });
    expect(payload.warnings).toEqual([
      expect.objectContaining({ rule: 'VISIBILITY_ALLOWED', field: 'AwsSubmission.Visibility' }),
    ]);
    reads();
  });

  test('warnings that are not selected cost no call', async () => {
    await start('O1000001', {}, START_ENGAGEMENT.replace('...All', 'status'));
    expect(reads()).toBe(0);
  });

  test('a repeated start has no warnings, because it starts nothing', async () => {
    await start('O5000002', { clientToken: 'once' });
    expect(await start('O5000002', { clientToken: 'once' })).toMatchObject({ replayed: true, warnings: null });
    reads();
  });

  test('warnings delay a start by at most two seconds when AWS does not answer', async () => {
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault: { kind: 'latency', ms: 5000 } });
    const begun = performance.now();
    expect(await start('O5000004')).toMatchObject({
      task: { status: expect.any(String) },
      warnings: null,
      userErrors: [],
    });
    expect(performance.now() - begun).toBeLessThan(4000);
  });

  test('a gateway that stops answers a start without waiting for its warnings', async () => {
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault: { kind: 'latency', ms: 5000 } });
    const readCalls = () => gateway.simulator.calls().filter(({ operation }) => operation === 'GetOpportunity').length;
    const before = readCalls();
    const input = { catalog: 'SANDBOX', identifier: 'O5000005', awsSubmission: { involvementType: 'CO_SELL' } };
    const answered = gateway.collect(SEEN, { input });
    await until(() => readCalls() > before);
    const [stopped, [result]] = await Promise.all([gateway.gateway.stop(), answered]);
    expect(stopped).toBeUndefined();
    expect(result?.data.startEngagementFromOpportunityTask).toMatchObject({
      task: { status: 'QUEUED' },
      warnings: null,
      userErrors: [],
    });
    gateway = await gateway.restart();
    const { data } = await gateway.query('{ tasks(filter: { identifiers: ["O5000005"] }) { nodes { id } } }');
    expect(data.tasks.nodes).toHaveLength(1);
  });
});

/** Look-ups under limits and failures of AWS: a spent quota, throttling, refusals, an outage. */
import { describe, expect, test } from '@jest/globals';
import { HOUR, systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { patientClock } from '../../support/fakes/patient-clock.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { runToEnd, start, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { ask, readsOf } from '../../support/clients/seller.js';

const opportunity = (id: string) => `{ opportunity(catalog: SANDBOX, identifier: "${id}") { id } }`;
const LEFT = '{ partnerCentral { reads { remainingToday } } }';

/** A data directory of a gateway that made `count` reads some time ago. */
async function directoryWithReads(count: number, ago: number): Promise<string> {
  const dataDir = temporaryDirectory();
  const db = await openDatabase({ dataDir, clock: systemClock });
  const taken_at = Date.now() - ago;
  await db.sql
    .insertInto('quota_totals')
    .values({ quota: 'reads', last_id: count, call_count: count, blocked_until: 0 })
    .execute();
  await db.sql
    .insertInto('quota_calls')
    .values(Array.from({ length: count }, (_, index) => ({ quota: 'reads', id: index + 1, taken_at })))
    .execute();
  await db.close();
  return dataDir;
}

async function refusalOf(gateway: TestGateway, query: string): Promise<any> {
  const { errors = [] } = await gateway.query(query);
  expect(errors).toHaveLength(1);
  return errors[0];
}

describe('The quota of reads', () => {
  test('the poller leaves a share of the daily reads to look-ups, and a look-up beyond it gets the time to retry', async () => {
    // The poller stops at 18 of 20 reads, because a tenth of the day is reserved for look-ups.
    const dataDir = await directoryWithReads(18, 22 * HOUR);
    const gateway = await startGateway({
      READS_PER_DAY: '20',
      POLL_MIN_MS: '50',
      POLL_MAX_MS: '50',
      DATA_DIR: dataDir,
    });
    // The answer comes once AWS has the start, so that the task is in progress from here on.
    await start(gateway, 'O1000005');
    const polls = () => gateway.simulator.calls().filter(({ operation }) => operation.endsWith('Tasks')).length;

    const { reads } = await readsOf(gateway, async () => [
      await ask(gateway, opportunity('O5000001')),
      await ask(gateway, opportunity('O5000002')),
    ]);
    expect(reads).toEqual(['GetOpportunity', 'GetOpportunity']);

    const { message, extensions, path } = await refusalOf(gateway, opportunity('O5000003'));
    expect(extensions).toEqual({
      code: 'QUOTA_SPENT',
      retryable: true,
      retryAfterMs: expect.any(Number),
      retryAt: expect.stringMatching(/Z$/),
    });
    expect(extensions.retryAfterMs / HOUR).toBeCloseTo(2, 1);
    expect(message).toBe(
      `All 20 reads of Partner Central that the account has in 24 hours are spent. Ask again in ` +
        `${Math.ceil(extensions.retryAfterMs / 1000)} s, at ${extensions.retryAt}.`,
    );
    expect(path).toEqual(['opportunity']);
    // Fields from the gateway's own data have values, also beside a look-up that fails.
    const both = await gateway.query('{ tasks { nodes { id status opportunity { id } } } }');
    expect(both.data.tasks.nodes).toMatchObject([{ status: 'IN_PROGRESS', opportunity: null }]);
    expect(both.errors).toMatchObject([
      { path: ['tasks', 'nodes', 0, 'opportunity'], extensions: { code: 'QUOTA_SPENT' } },
    ]);
    expect((await ask(gateway, LEFT)).partnerCentral.reads.remainingToday).toBe(0);
    expect(polls()).toBe(0);
  });

  test('look-ups beyond the quota of a second wait, and those that wait too long get the time to retry', async () => {
    // On the time of day, each late turn of the event loop would cost the queue a part of its two seconds.
    const clock = patientClock(1);
    const gateway = await startGateway({ READS_PER_SECOND: '5' }, { readsPerSecond: 5, clock }, { clock });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => gateway.query(opportunity(`O${6_000_000 + n}`))),
    );
    const served = answers.filter(({ errors }) => errors === undefined);
    const refused = answers.flatMap(({ errors = [] }) => errors);
    expect(served.length).toBeGreaterThanOrEqual(9);
    expect(served.length + refused.length).toBe(30);
    for (const error of refused)
      expect(error).toMatchObject({
        message: expect.stringMatching(/^Too many others are reading.*Ask again in \d+ s/),
        extensions: { code: 'QUOTA_SPENT', retryable: true },
      });
    expect(gateway.simulator.calls().filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
  });
});

describe('Look-ups when AWS fails', () => {
  test('a throttled look-up gets the time to retry, and then succeeds', async () => {
    const gateway = await startGateway();
    gateway.simulator.inject({
      operation: 'GetOpportunity',
      times: 1,
      fault: { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' },
    });
    const { message, extensions } = await refusalOf(gateway, opportunity('O5000001'));
    expect(message).toMatch(/^AWS asks for fewer calls\. Ask again in 1 s, at /);
    expect(extensions).toMatchObject({ code: 'QUOTA_SPENT', retryAfterMs: 1000 });
    // The next look-up waits for the end of a short pause.
    expect(await ask(gateway, opportunity('O5000001'))).toEqual({ opportunity: { id: 'O5000001' } });
  });

  test.each([
    ['AWS fails', { kind: 'error', name: 'InternalServerException', message: 'Internal server error' }],
    ['the connection breaks', { kind: 'reset-before' }],
    ['the answer is lost', { kind: 'reset-after' }],
    ['the answer is cut off', { kind: 'half-answer' }],
    ['a proxy answers', { kind: 'html', status: 502 }],
  ] as const)('a look-up fails as retryable when %s, and the failure is not cached', async (_, fault) => {
    const gateway = await startGateway();
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault });
    const { message, extensions } = await refusalOf(gateway, opportunity('O5000001'));
    expect(extensions).toEqual({ code: 'UPSTREAM_FAILED', retryable: true, retryAfterMs: expect.any(Number) });
    expect(message).not.toMatch(/undefined|\[object|UnknownError/);
    expect(await ask(gateway, opportunity('O5000001'))).toEqual({ opportunity: { id: 'O5000001' } });
  });

  test('an outage of AWS fails look-ups, and not the fields of tasks', async () => {
    const gateway = await startGateway();
    const { payload } = await runToEnd(gateway, 'O1000002');
    await gateway.simulator.close();
    const { data, errors = [] } = await gateway.query(
      `{ task(id: "${payload.task.id}") { status opportunity { id } } opportunities(catalog: SANDBOX) { nodes { id } } }`,
    );
    expect(data).toEqual({ task: { status: 'COMPLETE', opportunity: null }, opportunities: null });
    const failed = { extensions: { code: 'UPSTREAM_FAILED', retryable: true } };
    expect(errors).toHaveLength(2);
    expect(errors).toMatchObject(errors.map(() => failed));
    expect(new Set(errors.map(({ path }) => String(path)))).toEqual(new Set(['opportunities', 'task,opportunity']));
  });

  test.each([
    ['opportunity', 'O3000003'],
    ['engagement', 'eng-accessdenied01'],
    ['engagement', 'eng-leadnotjoined1'],
    ['engagementInvitation', 'engi-accessdenied1'],
  ])('a look-up of the %s %s that AWS denies is an error with the reason', async (field, id) => {
    const gateway = await startGateway();
    const { extensions, message } = await refusalOf(
      gateway,
      `{ ${field}(catalog: SANDBOX, identifier: "${id}") { id } }`,
    );
    expect(extensions).toEqual({ code: 'ACCESS_DENIED' });
    expect(message.length).toBeGreaterThan(10);
  });

  test('a record that AWS denies does not affect the others of the same query', async () => {
    const gateway = await startGateway({ START_WAIT_MS: '8000' });
    await Promise.all(['O3000003', 'O3000006', 'O1000002'].map((identifier) => start(gateway, identifier)));
    const { data } = await gateway.query(
      '{ tasks { nodes { status opportunity { id } ... on EngagementFromOpportunityTask { identifier } } } }',
    );
    const found = Object.fromEntries(
      data.tasks.nodes.map((task: any) => [task.identifier, task.opportunity?.id ?? null]),
    );
    expect(found).toEqual({ O3000003: null, O3000006: null, O1000002: 'O1000002' });
  });

  test('an invalid identifier or catalog is refused without a call of AWS', async () => {
    const gateway = await startGateway();
    const { reads } = await readsOf(gateway, async () => {
      for (const [field, id] of [
        ['opportunity', 'eng-leadqualified1'],
        ['engagement', 'O5000001'],
        ['engagementInvitation', 'nonsense'],
        ['resourceSnapshotJob', ''],
      ]) {
        expect(await refusalOf(gateway, `{ ${field}(catalog: SANDBOX, identifier: "${id}") { id } }`)).toMatchObject({
          extensions: { code: 'BAD_USER_INPUT' },
        });
      }
      expect(await refusalOf(gateway, '{ opportunity(catalog: AWS, identifier: "O5000001") { id } }')).toMatchObject({
        extensions: { code: 'CATALOG_NOT_ALLOWED' },
      });
    });
    expect(reads).toEqual([]);
  });
});

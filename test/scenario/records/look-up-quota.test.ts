/** Look-ups when AWS gives less than everything: a quota that runs out, throttling, refusals, an AWS that is down. */
import { describe, expect, test } from '@jest/globals';
import { HOUR, systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { runToEnd, start, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { ask, askUntil, readsOf } from '../../support/clients/seller.js';

const opportunity = (id: string) => `{ opportunity(catalog: SANDBOX, identifier: "${id}") { id } }`;
const LEFT = '{ partnerCentral { reads { remainingToday } } }';

/** Where so many reads were made that long ago. */
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

describe("the day's reads", () => {
  test('are left to people when the poller has had its share, and when people have had theirs it is said when to come back', async () => {
    // The poller stops at 18 of 20: a tenth of the day is kept for people. That many within an hour would be a rush, of which it spreads its calls.
    const dataDir = await directoryWithReads(13, 22 * HOUR);
    const gateway = await startGateway({
      READS_PER_DAY: '20',
      POLL_MIN_MS: '50',
      POLL_MAX_MS: '50',
      START_WAIT_MS: '0',
      DATA_DIR: dataDir,
    });
    await start(gateway, 'O1000005');
    await askUntil(gateway, LEFT, {}, ({ partnerCentral }) => partnerCentral.reads.remainingToday === 2);
    const polls = () => gateway.simulator.calls().filter(({ operation }) => operation.endsWith('Tasks')).length;
    expect(polls()).toBe(5);

    const { reads } = await readsOf(gateway, async () => [
      await ask(gateway, opportunity('O5000001')),
      await ask(gateway, opportunity('O5000002')),
    ]);
    expect(reads).toEqual(['GetOpportunity', 'GetOpportunity']);
    expect(polls()).toBe(5);

    const { message, extensions, path } = await refusalOf(gateway, opportunity('O5000003'));
    expect(extensions).toEqual({
      code: 'QUOTA_SPENT',
      retryable: true,
      retryAfterMs: expect.any(Number),
      retryAt: expect.stringMatching(/Z$/),
    });
    expect(extensions.retryAfterMs / HOUR).toBeCloseTo(2, 1);
    expect(message).toBe(
      `All 20 reads of Partner Central that the account has in 24 hours are spent. Ask again in ${Math.ceil(extensions.retryAfterMs / 1000)} s, at ${extensions.retryAt}.`,
    );
    expect(path).toEqual(['opportunity']);
    // What the gateway knows itself is answered as ever, also beside a look-up that is not.
    const both = await gateway.query('{ tasks { nodes { id status opportunity { id } } } }');
    expect(both.data.tasks.nodes).toMatchObject([{ status: 'IN_PROGRESS', opportunity: null }]);
    expect(both.errors).toMatchObject([
      { path: ['tasks', 'nodes', 0, 'opportunity'], extensions: { code: 'QUOTA_SPENT' } },
    ]);
    expect((await ask(gateway, LEFT)).partnerCentral.reads.remainingToday).toBe(0);
  }, 20_000);

  test('of a second make a crowd wait for its turn, and what waits too long is told to come back', async () => {
    const gateway = await startGateway({ READS_PER_SECOND: '5' }, { readsPerSecond: 5 });
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

describe('when AWS', () => {
  test('throttles, the look-up says when to come back, and after that it is answered', async () => {
    const gateway = await startGateway();
    gateway.simulator.inject({
      operation: 'GetOpportunity',
      times: 1,
      fault: { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' },
    });
    const { message, extensions } = await refusalOf(gateway, opportunity('O5000001'));
    expect(message).toMatch(/^AWS asks for fewer calls\. Ask again in 1 s, at /);
    expect(extensions).toMatchObject({ code: 'QUOTA_SPENT', retryAfterMs: 1000 });
    // A short rest is waited for.
    expect(await ask(gateway, opportunity('O5000001'))).toEqual({ opportunity: { id: 'O5000001' } });
  });

  test.each([
    ['fails', { kind: 'error', name: 'InternalServerException', message: 'Internal server error' }],
    ['breaks the connection', { kind: 'reset-before' }],
    ['loses its answer', { kind: 'reset-after' }],
    ['breaks off in its answer', { kind: 'half-answer' }],
    ['is hidden by a proxy', { kind: 'html', status: 502 }],
  ] as const)('%s, the error can be tried again, and nothing of it is remembered', async (_, fault) => {
    const gateway = await startGateway();
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault });
    const { message, extensions } = await refusalOf(gateway, opportunity('O5000001'));
    expect(extensions).toEqual({ code: 'UPSTREAM_FAILED', retryable: true, retryAfterMs: expect.any(Number) });
    expect(message).not.toMatch(/undefined|\[object|UnknownError/);
    expect(await ask(gateway, opportunity('O5000001'))).toEqual({ opportunity: { id: 'O5000001' } });
  });

  test('is down, look-ups say so and tasks are answered', async () => {
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
  ])('denies access, the %s is an error that names the reason: %s', async (field, id) => {
    const gateway = await startGateway();
    const { extensions, message } = await refusalOf(
      gateway,
      `{ ${field}(catalog: SANDBOX, identifier: "${id}") { id } }`,
    );
    expect(extensions).toEqual({ code: 'ACCESS_DENIED' });
    expect(message.length).toBeGreaterThan(10);
  });

  test('denies one of several that are asked for together, the others are answered', async () => {
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

  test('cannot know the identifier, AWS is not asked', async () => {
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

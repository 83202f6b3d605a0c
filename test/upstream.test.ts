/** The checks of the gateway before its first call to an upstream. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND, systemClock } from '../src/runtime/clock.js';
import type { Database } from '../src/db/database.js';
import { openDatabase } from '../src/db/open.js';
import { createTelemetry, type Telemetry } from '../src/runtime/telemetry.js';
import { StartError } from '../src/upstream.js';
import { closeLater } from './support/harness/task-harness.js';
import { configOf, type Settings } from './support/harness/gateway.js';
import { createManualClock } from './support/fakes/manual-clock.js';
import { startPostgres, type Postgres } from './support/programs/postgres.js';
import { connectUpstream } from './support/aws/upstream.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function connect(url: string, clock = createManualClock()) {
  const opened = await openDatabase({ databaseUrl: url, dataDir: '', clock: systemClock });
  closeLater(() => opened.close());
  let hold = (): void => {};
  const holding = new Promise<void>((resolve) => (hold = resolve));
  const lease: Database['lease'] = async (name, signal) => {
    const held = await opened.lease(name, signal);
    hold();
    return held;
  };
  const db = { ...opened, lease };
  const warnings: unknown[] = [];
  const silent = createTelemetry({ level: 'silent' });
  const log: Telemetry['log'] = Object.assign(Object.create(silent.log), {
    warn: (text: unknown) => void warnings.push(text),
  });
  const upstream = await connectUpstream({ config: configOf({}), db, clock, telemetry: { ...silent, log } });
  closeLater(() => upstream.close());
  return { clock, warnings, upstream, holding };
}

/** Both use one database. The first holds the lease. */
async function connectTwo() {
  const url = await postgres.createDatabase();
  const one = await connect(url);
  await one.holding;
  return { one, two: await connect(url) };
}

describe('a gateway with a built-in simulator', () => {
  test('a gateway is warned when another built-in simulator uses its database, because each knows only its own tasks', async () => {
    const { one, two } = await connectTwo();
    for (const { clock } of [one, two]) await clock.advance(60 * SECOND);
    expect(one.warnings).toEqual([]);
    expect(two.warnings).toEqual([
      expect.stringMatching(/^Another gateway on this database.*npm run simulator, and PARTNER_CENTRAL_ENDPOINT=/),
    ]);
  });

  test('a gateway is not warned when the other one stops, as at a restart', async () => {
    const { one, two } = await connectTwo();
    await two.clock.advance(10 * SECOND);
    await one.upstream.close();
    await two.holding;
    await two.clock.advance(60 * SECOND);
    expect(two.warnings).toEqual([]);
  });

  test('a gateway is not warned when it stops itself', async () => {
    const { two } = await connectTwo();
    await two.clock.advance(10 * SECOND);
    await two.upstream.close();
    await two.clock.advance(60 * SECOND);
    expect(two.warnings).toEqual([]);
  });
});

describe('the data of an upstream', () => {
  const SHARED = 'http://127.0.0.1:4100';
  const refusalTo = async (first: Settings, then: Settings) => {
    const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
    closeLater(() => db.close());
    const connectWith = async (some: Settings) =>
      connectUpstream({
        config: configOf(some),
        db,
        clock: systemClock,
        telemetry: createTelemetry({ level: 'silent' }),
      });
    await (await connectWith(first)).close();
    const refused: unknown = await connectWith(then).then(
      (upstream) => upstream.close(),
      (error: unknown) => error,
    );
    return refused instanceof StartError ? refused.message : null;
  };
  const message = (written: string, now: string) =>
    new RegExp(
      `^The data in .* were written with ${written}, and their tasks are known there only\\. This gateway runs with ` +
        `${now}\\. Use another DATA_DIR or DATABASE_URL for it, or set ${written} again\\.$`,
    );

  test.each<[Settings, Settings, string, string]>([
    [{}, { UPSTREAM: 'aws' }, 'UPSTREAM=simulator', 'UPSTREAM=aws'],
    [{}, { PARTNER_CENTRAL_ENDPOINT: SHARED }, 'UPSTREAM=simulator', `PARTNER_CENTRAL_ENDPOINT=${SHARED}`],
    [{ UPSTREAM: 'aws' }, {}, 'UPSTREAM=aws', 'UPSTREAM=simulator'],
    [{ PARTNER_CENTRAL_ENDPOINT: SHARED }, { UPSTREAM: 'aws' }, `PARTNER_CENTRAL_ENDPOINT=${SHARED}`, 'UPSTREAM=aws'],
    [
      { PARTNER_CENTRAL_ENDPOINT: SHARED },
      { PARTNER_CENTRAL_ENDPOINT: 'http://127.0.0.1:4101' },
      `PARTNER_CENTRAL_ENDPOINT=${SHARED}`,
      'PARTNER_CENTRAL_ENDPOINT=http://127.0.0.1:4101',
    ],
  ])(
    'data of a gateway with %j are refused to a gateway with %j, with the remedies',
    async (first, then, written, now) => {
      expect(await refusalTo(first, then)).toMatch(message(written, now));
    },
  );

  test.each<[Settings, Settings]>([
    [{ PARTNER_CENTRAL_ENDPOINT: SHARED }, { PARTNER_CENTRAL_ENDPOINT: `${SHARED}/` }],
    [{ UPSTREAM: 'aws' }, { UPSTREAM: 'aws', PARTNER_CENTRAL_ENDPOINT: 'https://vpce-1.example.amazonaws.com' }],
  ])('data of a gateway with %j are accepted by a gateway with %j', async (first, then) => {
    expect(await refusalTo(first, then)).toBeNull();
  });
});

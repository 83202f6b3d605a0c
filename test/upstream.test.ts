/** What the gateway sees to before it talks to anybody as Partner Central. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND, systemClock } from '../src/clock.js';
import type { Database } from '../src/db/database.js';
import { openDatabase } from '../src/db/open.js';
import { createTelemetry, type Telemetry } from '../src/telemetry.js';
import { StartError, connectUpstream } from '../src/upstream.js';
import { closeLater } from './support/core.js';
import { configOf, type Settings } from './support/gateway.js';
import { createManualClock } from './support/manual-clock.js';
import { startPostgres, type Postgres } from './support/postgres.js';

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
  const log: Telemetry['log'] = Object.assign(Object.create(silent.log), { warn: (text: unknown) => void warnings.push(text) });
  const upstream = await connectUpstream({ config: configOf({}), db, clock, telemetry: { ...silent, log } });
  closeLater(() => upstream.close());
  return { clock, warnings, upstream, holding };
}

describe('a gateway with a built-in simulator', () => {
  test('is told when another one is at work on its database, whose tasks its own simulator does not know', async () => {
    const url = await postgres.createDatabase();
    const one = await connect(url);
    await one.holding;
    const two = await connect(url);
    for (const { clock } of [one, two]) await clock.advance(60 * SECOND);
    expect(one.warnings).toEqual([]);
    expect(two.warnings).toEqual([expect.stringMatching(/^Another gateway on this database.*npm run simulator, and PARTNER_CENTRAL_ENDPOINT=/)]);
  });

  test('is told nothing when the other one goes, as at a restart', async () => {
    const url = await postgres.createDatabase();
    const one = await connect(url);
    await one.holding;
    const two = await connect(url);
    await two.clock.advance(10 * SECOND);
    await one.upstream.close();
    await two.holding;
    await two.clock.advance(60 * SECOND);
    expect(two.warnings).toEqual([]);
  });
});

describe('data of the built-in simulator', () => {
  const refusalTo = async (settings: Settings) => {
    const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
    closeLater(() => db.close());
    const connectWith = async (some: Settings) => connectUpstream({ config: configOf(some), db, clock: systemClock, telemetry: createTelemetry({ level: 'silent' }) });
    await (await connectWith({})).close();
    const refused: unknown = await connectWith(settings).catch((error: unknown) => error);
    return refused instanceof StartError ? refused.message : 'none';
  };

  test.each([
    [{ UPSTREAM: 'aws' }, /This gateway runs with UPSTREAM=aws\. Use another DATA_DIR or DATABASE_URL for it, or set UPSTREAM=simulator\.$/],
    [{ PARTNER_CENTRAL_ENDPOINT: 'http://127.0.0.1:4100' }, /runs with PARTNER_CENTRAL_ENDPOINT, which stands for AWS\. .*set UPSTREAM=simulator and leave PARTNER_CENTRAL_ENDPOINT out\.$/],
  ])('are refused to a gateway with %j, which is told what it may do', async (settings, message) => {
    expect(await refusalTo(settings)).toMatch(message);
  });
});

/**
 * A pooler between the gateway and PostgreSQL works if each client has a connection of its own, and is refused
 * otherwise.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import { notifyOnCommit } from '../../../src/db/database.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { probeWrite } from '../../../src/db/probe.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { PGBOUNCER, startPgBouncer } from '../../support/programs/pgbouncer.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import {
  appendTransition,
  listenTo,
  openingDatabases,
  settingIn,
  whenLost,
} from '../../support/database/database-probes.js';

const withPgBouncer = PGBOUNCER === null ? describe.skip : describe;
const REFUSAL = /A pooler shares connections to PostgreSQL between transactions.*pool_mode to session/;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

const open = openingDatabases();

withPgBouncer('PgBouncer in session mode', () => {
  test('a pooler in session mode carries writes, notifications and leases with the time limits of the gateway and the options of the URL', async () => {
    const direct = await postgres.createDatabase();
    await postgres.query('create schema gateway', [], direct);
    const { url } = await startPgBouncer(direct, 'session');
    const [one, other] = await Promise.all([
      open(`${url}?options=-c%20search_path%3Dgateway`),
      open(`${url}?options=-c%20search_path%3Dgateway`),
    ]);
    expect(await settingIn(one.sql, 'statement_timeout')).toBe('10s');
    expect(await settingIn(one.sql, 'idle_in_transaction_session_timeout')).toBe('3s');
    expect(await postgres.query("select schemaname from pg_tables where tablename = 'log_head'", [], direct)).toEqual([
      { schemaname: 'gateway' },
    ]);
    const heard = listenTo(other);
    await one.write(async (tx) => {
      await appendTransition(tx);
      notifyOnCommit(tx, 'a payload');
    });
    await heard.until((payloads) => payloads.includes('a payload'));
    const lease = await one.lease('worker', new AbortController().signal);
    const waiting = other.lease('worker', new AbortController().signal);
    await lease.release();
    await (await waiting).release();
    // PgBouncer opens one connection after the other, so that ten at once could take longer than a writer waits for one.
    for (let count = 1; count <= 10; count += 1) await Promise.all(Array.from({ length: count }, () => one.now()));
    await Promise.all(Array.from({ length: 30 }, () => probeWrite(one)));
  });

  test('a pooler that is switched to transaction mode ends the lease, and the gateway names the remedy', async () => {
    const pooler = await startPgBouncer(await postgres.createDatabase(), 'session');
    const db = await open(pooler.url);
    const giveUp = new AbortController();
    const lease = await db.lease('worker', giveUp.signal);
    await pooler.setMode('transaction');
    const others = Array.from({ length: 8 }, async () => {
      // The loop pauses between queries, because a closed database rejects at once.
      while (!giveUp.signal.aborted) await Promise.all([db.now().catch(() => null), clock.sleep(1)]);
    });
    whenDone(() => giveUp.abort());
    await whenLost(lease);
    // The loop takes leases as a worker does. A lease may be granted by chance, and is lost at one of the next
    // heartbeats.
    const another = (async () => {
      for (;;) await whenLost(await db.lease('another', giveUp.signal));
    })().catch(() => null);
    while (!giveUp.signal.aborted && db.lastError() === null) await clock.sleep(10);
    expect(db.lastError()).toMatch(REFUSAL);
    giveUp.abort();
    await Promise.all([...others, another]);
  });
});

withPgBouncer('PgBouncer with one connection in session mode', () => {
  test('a pooler with too few connections is refused with the setting to raise', async () => {
    const { url } = await startPgBouncer(await postgres.createDatabase(), 'session', { default_pool_size: '1' });
    await expect(openPostgres({ url, clock, statementTimeoutMs: 2_000 })).rejects.toThrow(
      /answers on one connection and not on a second one.*default_pool_size/,
    );
  });
});

withPgBouncer('PgBouncer that shares its connections', () => {
  test.each([
    ['transaction', {}],
    ['statement', {}],
    ['transaction', { server_round_robin: '1', min_pool_size: '5' }],
    ['transaction', { default_pool_size: '1' }],
  ] as const)(
    'a pooler in %s mode with %j is refused at the start with the remedy, and the database stays unchanged',
    async (mode, settings) => {
      const direct = await postgres.createDatabase();
      const { url } = await startPgBouncer(direct, mode, settings);
      for (let attempt = 0; attempt < 5; attempt += 1)
        await expect(openPostgres({ url, clock })).rejects.toThrow(REFUSAL);
      expect(
        await postgres.query("select relname from pg_class where relnamespace = 'public'::regnamespace", [], direct),
      ).toEqual([]);
    },
  );

  test('a shared pooler is refused to each of ten gateways that start together', async () => {
    const { url } = await startPgBouncer(await postgres.createDatabase(), 'transaction');
    const refusals = await Promise.allSettled(Array.from({ length: 10 }, () => openPostgres({ url, clock })));
    for (const refusal of refusals) {
      if (refusal.status === 'fulfilled') await refusal.value.close();
      expect(refusal).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(REFUSAL) } });
    }
  });
});

test('fifteen gateways that start together without a pooler all open the database', async () => {
  const url = await postgres.createDatabase();
  const begun = await Promise.all(Array.from({ length: 15 }, () => openPostgres({ url, clock, poolSize: 2 })));
  await Promise.all(begun.map((db) => db.close()));
});

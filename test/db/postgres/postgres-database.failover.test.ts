/**
 * Connections that are alive and unusable after a failover. Statements, notifications and leases each find the server
 * that takes writes, without a restart and within 10 s.
 */
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import { notifyOnCommit, type Database, type Lease } from '../../../src/db/database.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { isUnavailable } from '../../../src/db/errors/unavailable.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { startPostgres, startProxy, type Postgres, type Proxy } from '../../support/programs/postgres.js';
import { appendTransition, listenTo, openingDatabases, whenLost } from '../../support/database/database-probes.js';

const WITHIN_MS = 10_000;
const never = new AbortController().signal;
const NOBODY = 65_534;

const open = openingDatabases();

/** The proxy leads to the first server, and both servers have the gateway's tables. */
async function startTwo(): Promise<{ old: Postgres; fresh: Postgres; name: string; proxy: Proxy; moved: string }> {
  const [old, fresh] = await Promise.all([startPostgres(), startPostgres()]);
  for (const postgres of [old, fresh]) whenDone(() => postgres.stop());
  const [from, moved] = await Promise.all([old.createDatabase(), fresh.createDatabase()]);
  await (await openPostgres({ url: moved, clock })).close();
  const proxy = await startProxy(from);
  whenDone(() => proxy.close());
  return { old, fresh, name: new URL(from).pathname.slice(1), proxy, moved };
}

/** Resolves once everything works on the server that `probe` queries. Every failure until then is unavailability. */
async function untilRecovered(
  db: Database,
  probe: Database,
  lease: Lease,
  holders: () => Promise<number>,
): Promise<number> {
  const begun = performance.now();
  const write = async (): Promise<void> => {
    for (;;) {
      const failed = await db
        .write((tx) => appendTransition(tx))
        .then(
          () => null,
          (error: unknown) => error,
        );
      if (failed === null) return;
      expect([failed, isUnavailable(failed)]).toEqual([failed, true]);
      await clock.sleep(100);
    }
  };
  const hear = async (): Promise<void> => {
    const heard = listenTo(db);
    while (!heard.notifications.includes('from the new server')) {
      await probe.write(async (tx) => notifyOnCommit(tx, 'from the new server'));
      await clock.sleep(100);
    }
  };
  const hold = async (): Promise<void> => {
    await whenLost(lease);
    await db.lease('worker', never);
    expect(await holders()).toBe(1);
  };
  await Promise.all([write(), hear(), hold()]);
  return performance.now() - begun;
}

async function holdersOn(postgres: Postgres, url: string): Promise<number> {
  return (await postgres.query("select from pg_locks where locktype = 'advisory' and granted", [], url)).length;
}

describe('a failover', () => {
  test('everything works within 10 s of a failover whose old server is still reachable and read-only', async () => {
    const { old, fresh, proxy, moved } = await startTwo();
    const db = await open(proxy.url);
    const lease = await db.lease('worker', never);
    await Promise.all(Array.from({ length: 10 }, () => db.now()));
    await old.query('alter system set default_transaction_read_only = on');
    await old.query('select pg_reload_conf()');
    proxy.lead(moved);
    const probe = await open(moved);
    expect(await untilRecovered(db, probe, lease, () => holdersOn(fresh, moved))).toBeLessThan(WITHIN_MS);
  });

  test('connections follow a failover whose old server still takes writes as soon as one of them is renewed', async () => {
    const { old, fresh, name, proxy, moved } = await startTwo();
    const db = await open(proxy.url);
    const lease = await db.lease('worker', never);
    await Promise.all(Array.from({ length: 10 }, () => db.now()));
    proxy.lead(moved);
    // The statement waits until the connection has ended, so that the pool needs a new one.
    const text =
      'select pg_terminate_backend(min(pid), 10000) from pg_stat_activity where datname = $1 and application_name like $2';
    await old.query(text, [name, '%statements']);
    const probe = await open(moved);
    await Promise.all(Array.from({ length: 10 }, () => db.now().catch(() => null)));
    expect(await untilRecovered(db, probe, lease, () => holdersOn(fresh, moved))).toBeLessThan(WITHIN_MS);
    expect(
      await old.query('select from transitions', [], moved.replace(/:\d+\//, `:${new URL(old.url).port}/`)),
    ).toEqual([]);
  });

  test('the first statement on another server tells to read everything, because that server may lack commits', async () => {
    const { old, proxy, moved } = await startTwo();
    const db = await open(proxy.url);
    await db.now();
    const heard = listenTo(db);
    proxy.lead(moved);
    await old.terminate(proxy.url, /statements/);
    while ((await db.now().catch(() => null)) === null);
    expect(heard.notifications[0]).toBeNull();
  });

  test('everything works within 10 s of a failover from a frozen server', async () => {
    const { fresh, proxy, moved } = await startTwo();
    const db = await open(proxy.url);
    const lease = await db.lease('worker', never);
    await Promise.all(Array.from({ length: 10 }, () => db.now()));
    proxy.cut();
    proxy.lead(moved);
    const probe = await open(moved);
    expect(await untilRecovered(db, probe, lease, () => holdersOn(fresh, moved))).toBeLessThan(WITHIN_MS);
  });
});

test('connections to a standby work within 10 s of its promotion and hold no lease before', async () => {
  const postgres = await startPostgres({ wal_level: 'replica' });
  whenDone(() => postgres.stop());
  const url = await postgres.createDatabase();
  const db = await open(url);
  const lease = await db.lease('worker', never);
  const heard = listenTo(db);
  const [setting] = await postgres.query('show data_directory');
  const signal = join(String(setting?.['data_directory']), 'standby.signal');
  await postgres.kill();
  writeFileSync(signal, '');
  if (process.getuid?.() === 0) chownSync(signal, NOBODY, NOBODY);
  await postgres.revive();
  await whenLost(lease);
  let isHeld = false;
  const taken = db.lease('worker', never).then(() => (isHeld = true));
  // Reads work on the standby, and each connection of the pool belongs to it.
  while ((await Promise.all(Array.from({ length: 10 }, () => db.now())).catch(() => null)) === null)
    await clock.sleep(50);
  const refused = await db
    .write((tx) => appendTransition(tx))
    .then(
      () => null,
      (error: unknown) => error,
    );
  expect([refused, isUnavailable(refused)]).toEqual([refused, true]);
  await clock.sleep(3_000);
  expect([isHeld, await holdersOn(postgres, url)]).toEqual([false, 0]);

  await postgres.query('select pg_promote()');
  const begun = performance.now();
  while ((await db.write((tx) => appendTransition(tx)).catch(() => null)) === null) await clock.sleep(50);
  await taken;
  heard.notifications.length = 0;
  while (!heard.notifications.includes('after')) {
    await db.write(async (tx) => notifyOnCommit(tx, 'after'));
    await clock.sleep(50);
  }
  expect(performance.now() - begun).toBeLessThan(WITHIN_MS);
});

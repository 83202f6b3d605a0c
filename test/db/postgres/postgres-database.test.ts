import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import { notifyOnCommit, type Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { NOTIFICATION_CHANNEL, openListener } from '../../../src/db/postgres/listener.js';
import { parseServer } from '../../../src/db/postgres/postgres-connection.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { databaseContract } from '../../contract/database.contract.js';
import { startPostgres, startProxy, type Postgres, type Proxy } from '../../support/programs/postgres.js';
import {
  appendTransition,
  listenTo,
  positionsAfter,
  whenLost,
  whenWaiting,
} from '../../support/database/database-probes.js';

const clock = systemClock;
const forever = new AbortController().signal;
let postgres: Postgres;
let url: string;
const opened = new Set<Database>();
const proxies = new Set<Proxy>();

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  url = await postgres.createDatabase();
});
afterEach(async () => {
  await Promise.all([...opened].map((database) => database.close()));
  opened.clear();
  await Promise.all([...proxies].map((proxy) => proxy.close()));
  proxies.clear();
});
afterAll(async () => {
  await postgres.stop();
});

async function open(at = url, options: { statementTimeoutMs?: number } = {}): Promise<Database> {
  const database = await openPostgres({ url: at, clock, ...options });
  opened.add(database);
  return database;
}

async function openThroughProxy(
  options: { statementTimeoutMs?: number } = {},
): Promise<{ database: Database; proxy: Proxy }> {
  const proxy = await startProxy(url);
  proxies.add(proxy);
  return { database: await open(proxy.url, options), proxy };
}

/**
 * The connections for leases or for notifications; with `waitingFor`, only the ones that PostgreSQL reports as waiting
 * for it.
 */
function connectionsFor(purpose: 'lease' | 'notifications', waitingFor?: 'Lock'): Promise<Record<string, unknown>[]> {
  const text = `select pid, extract(epoch from clock_timestamp() - query_start) as seconds from pg_stat_activity
    where application_name like '% ' || $1 || '%' and datname = current_database() and ($2::text is null or wait_event_type = $2) order by query_start`;
  return postgres.query(text, [purpose, waitingFor], url);
}

databaseContract('PostgreSQL', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  return { one, other, dispose: async () => {} };
});

describe('notifications on PostgreSQL', () => {
  test('notifications arrive again after the connection was ended, preceded by "read everything"', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const heard = listenTo(one);
    expect(await postgres.terminate(url, /notifications/)).toBe(2);
    await heard.until((payloads) => payloads.includes(null));
    await other.write(async (tx) => notifyOnCommit(tx, 'after'));
    await heard.until((payloads) => payloads.includes('after'));
    expect(heard.notifications).toEqual([null, 'after']);
  });

  test('notifications arrive again after a crash and a restart of the server', async () => {
    const one = await open();
    const heard = listenTo(one);
    await postgres.kill();
    await expect(one.write((tx) => appendTransition(tx))).rejects.toThrow();
    await postgres.revive();
    await heard.until((payloads) => payloads.includes(null));
    await one.write(async (tx) => notifyOnCommit(tx, 'after'));
    await heard.until((payloads) => payloads.includes('after'));
  });

  test('a listener that is closed while it reconnects leaves no connection behind', async () => {
    let whenItListens: () => void = () => {};
    const proxy = await startProxy(url, (sent) => sent.includes(`listen ${NOTIFICATION_CHANNEL}`) && whenItListens());
    proxies.add(proxy);
    const listener = await openListener(parseServer(proxy.url), clock, () => {});
    const closed = new Promise<void>((resolve) => (whenItListens = () => resolve(listener.close())));
    await postgres.terminate(url, /notifications/);
    await closed;
    while ((await connectionsFor('notifications')).length > 0);
  });

  test('more than a hundred notifications of one write become one that means "read everything"', async () => {
    const one = await open();
    const heard = listenTo(one);
    await one.write(async (tx) => {
      for (let index = 0; index <= 100; index += 1) notifyOnCommit(tx, `payload ${index}`);
    });
    await one.write(async (tx) => notifyOnCommit(tx, 'x'.repeat(10_000)));
    await one.write(async (tx) => notifyOnCommit(tx, 'next'));
    await heard.until((payloads) => payloads.includes('next'));
    expect(heard.notifications).toEqual([null, null, 'next']);
  });
});

describe('a lease on PostgreSQL', () => {
  test('a lease is lost when its connection is ended, and another process takes over within 5 s', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const lease = await one.lease('worker', forever);
    const waiting = other.lease('worker', forever);
    await whenWaiting(one);
    const endedAt = performance.now();
    // Both connections end, and the waiting one must come back and continue to wait.
    expect(await postgres.terminate(url, /lease/)).toBe(2);
    await whenLost(lease);
    await (await waiting).release();
    expect(performance.now() - endedAt).toBeLessThan(5_000);
  });

  test('a holder loses its lease within 5 s of losing the network to the server', async () => {
    const { database, proxy } = await openThroughProxy();
    const lease = await database.lease('worker', forever);
    proxy.cut();
    const cutAt = performance.now();
    await whenLost(lease);
    expect(performance.now() - cutAt).toBeLessThan(5_000);
    proxy.restore();
  });

  test('the wait for a lease survives a failure of the server', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const lease = await one.lease('worker', forever);
    const waiting = other.lease('worker', forever);
    await whenWaiting(one);
    await postgres.kill();
    await whenLost(lease);
    await postgres.revive();
    await (await waiting).release();
  });

  test('an aborted wait for a lease leaves no connection behind', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const lease = await one.lease('worker', forever);
    const abort = new AbortController();
    const waiting = other.lease('worker', abort.signal);
    while ((await connectionsFor('lease')).length < 2);
    abort.abort();
    await expect(waiting).rejects.toThrow();
    await lease.release();
    while ((await connectionsFor('lease')).length > 0);
  });

  test('a connection that could not be prepared for a lease is closed', async () => {
    const one = await open();
    // A sequence also counts failed statements.
    for (const statement of [
      'create schema broken',
      'create sequence broken.attempts',
      `create view broken.pg_settings as select (nextval('broken.attempts') / 0)::text as name`,
      `alter database ${new URL(url).pathname.slice(1)} set search_path = broken, pg_catalog, public`,
    ]) {
      await postgres.query(statement, [], url);
    }
    const abort = new AbortController();
    const waiting = one.lease('worker', abort.signal);
    while ((await postgres.query('select from broken.attempts where last_value < 3', [], url)).length > 0);
    abort.abort();
    await expect(waiting).rejects.toThrow();
    while ((await connectionsFor('lease')).length > 0);
  });

  test('the wait for a lease uses one connection, even while that connection answers no other query', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const lease = await one.lease('worker', forever);
    const waiting = other.lease('worker', forever);
    let waiters = await connectionsFor('lease', 'Lock');
    while (waiters.length === 0) waiters = await connectionsFor('lease', 'Lock');
    const [waiter] = waiters;
    // The server would not notice a closed connection, and would show another waiter. It shows none for a moment while
    // it looks for a deadlock.
    while (!(Number(waiters[0]?.['seconds']) >= 4)) waiters = await connectionsFor('lease', 'Lock');
    expect(waiters.map(({ pid }) => pid)).toEqual([waiter?.['pid']]);
    await lease.release();
    await (await waiting).release();
  });
});

describe('the pool on PostgreSQL', () => {
  test('the pool works at the next statement after all its connections were ended', async () => {
    const one = await open();
    await Promise.all(Array.from({ length: 10 }, () => one.now()));
    expect(await postgres.terminate(url, /statements/)).toBeGreaterThan(1);
    // The server has ended each of them before it answers on a new one. The last notification is read last.
    const heard = listenTo(one);
    await postgres.query(`select pg_notify('gateway_hints', 'ended')`, [], url);
    await heard.until((payloads) => payloads.includes('ended'));
    await expect(one.write((tx) => appendTransition(tx))).resolves.toBe(1);
  });

  test('the pool survives the end of a connection during a transaction, which is rolled back', async () => {
    const one = await open();
    const writing = one.write(async (tx) => {
      await appendTransition(tx);
      await postgres.terminate(url, /statements/);
      await appendTransition(tx);
    });
    await expect(writing).rejects.toThrow();
    expect(await positionsAfter(0, one.sql)).toEqual([]);
  });

  test('other writers continue after a statement timeout when a writer with a reserved position is cut off', async () => {
    const { database, proxy } = await openThroughProxy({ statementTimeoutMs: 1_000 });
    const other = await open();
    let reserved = 0;
    const cutOff = database.write(async (tx) => {
      reserved = await appendTransition(tx);
      proxy.cut();
      await appendTransition(tx);
    });
    const failed = expect(cutOff).rejects.toThrow();
    while (reserved === 0) await clock.sleep(1);
    const startedAt = performance.now();
    let position: number | undefined;
    while (position === undefined) {
      position = await other.write((tx) => appendTransition(tx)).catch(() => undefined);
    }
    expect(position).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await failed;
    proxy.restore();
  });
});

describe('openPostgres', () => {
  test('twenty processes that start together migrate once', async () => {
    const databases = await Promise.all(Array.from({ length: 20 }, () => openPostgres({ url, clock, poolSize: 2 })));
    for (const database of databases) opened.add(database);
    const heads = await Promise.all(
      databases.map((database) => database.sql.selectFrom('log_head').selectAll().execute()),
    );
    expect(new Set(heads.map((rows) => JSON.stringify(rows))).size).toBe(1);
    expect(heads[0]).toHaveLength(1);
    expect(await postgres.query('select name from kysely_migration order by name', [], url)).toEqual(
      [
        '0001-tasks',
        '0002-retries-and-batches',
        '0003-lists-of-a-catalog',
        '0004-marked-cursors',
        '0005-task-lists',
        '0006-awaited-events',
        '0007-edits',
        '0008-leader',
      ].map((name) => ({
        name,
      })),
    );
  });

  test('a database of a newer version is refused', async () => {
    await (await open()).close();
    await postgres.query(`insert into kysely_migration values ('9999-later', '2100-01-01T00:00:00.000Z')`, [], url);
    await expect(openPostgres({ url, clock })).rejects.toThrow(/newer version.*9999-later/);
  });

  test('a refused connection names host and port and never the password', async () => {
    const refused = openPostgres({ url: 'postgres://gateway:hunter2@127.0.0.1:1/tasks', clock });
    await expect(refused).rejects.toThrow(/127\.0\.0\.1:1 \(ECONNREFUSED\).*DATABASE_URL/);
    await expect(refused).rejects.not.toThrow('hunter2');
  });

  test('a wrong password, a wrong database name and a text that is not a URL each have their own message', async () => {
    const wrong = url.replace(/:[^:@/]+@/, ':hunter2@');
    await expect(openPostgres({ url: wrong, clock })).rejects.toThrow(/refuses the user.*DATABASE_URL/);
    await expect(openPostgres({ url: `${url}_missing`, clock })).rejects.toThrow(/_missing" does not exist; create it/);
    for (const nonsense of ['hunter2', 'mysql://a:hunter2@b/c', 'postgres://a:hunter2@b:port/c']) {
      const refused = openPostgres({ url: nonsense, clock });
      await expect(refused).rejects.toThrow(
        /^DATABASE_URL (is not a URL that can be used|has a port that is not a number)/,
      );
      await expect(refused).rejects.not.toThrow('hunter2');
    }
  });

  test('a URL selects PostgreSQL, and the location has no password', async () => {
    const database = await openDatabase({ databaseUrl: url, dataDir: 'unused', clock });
    opened.add(database);
    expect(database.kind).toBe('postgres');
    expect(database.location).toBe(url.replace(/:[^:@/]+@/, '@'));
  });
});

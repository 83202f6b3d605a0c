/**
 * A connection that is alive and unusable is closed. A server that refuses writes gets few new connections, and is used
 * again once it takes writes.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { isUnavailable } from '../../../src/db/errors/unavailable.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { appendTransition, whenLost } from '../../support/database/database-probes.js';

let postgres: Postgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.stop());

const opened = new Set<Database>();
afterEach(async () => {
  await Promise.all([...opened].map((database) => database.close()));
  opened.clear();
});

describe('a server that takes no writes', () => {
  const setReadOnly = async (value: 'on' | 'off'): Promise<void> => {
    const name = new URL(url).pathname.slice(1);
    await postgres.query(`alter database ${name} set default_transaction_read_only = ${value}`);
  };

  /** The number of connections ever made, after all have ended and been counted. */
  async function connectionsEver(): Promise<number> {
    const text = 'select sessions, numbackends from pg_stat_database where datname = $1';
    for (;;) {
      const [row] = await postgres.query(text, [new URL(url).pathname.slice(1)]);
      if (Number(row?.['numbackends']) === 0) return Number(row?.['sessions']);
      await clock.sleep(20);
    }
  }

  test('a server that takes no writes gets at most ten new connections a second from twenty writers, and later takes their writes', async () => {
    const database = await openPostgres({ url, clock });
    await setReadOnly('on');
    await postgres.terminate(url, /statements/);
    let refusals = 0;
    let isOver = false;
    const write = async (): Promise<void> => {
      while (!isOver) await database.write((tx) => appendTransition(tx)).catch(() => (refusals += 1));
    };
    const startedAt = clock.now();
    const writers = Array.from({ length: 20 }, write);
    await clock.sleep(3_000);
    // On a busy machine it takes longer until the writers have been refused often enough to show a bound.
    while (refusals <= 200) await clock.sleep(50);
    const seconds = (clock.now() - startedAt) / 1_000;
    isOver = true;
    await Promise.all(writers);

    await setReadOnly('off');
    const healedFrom = clock.now();
    while ((await database.write((tx) => appendTransition(tx)).catch(() => null)) === null) await clock.sleep(100);
    expect(clock.now() - healedFrom).toBeLessThan(10_000);
    await database.close();
    // The limit covers three pools (before, after the termination, after the repair), the listener, and a pool for each
    // renewal.
    expect(await connectionsEver()).toBeLessThan(35 + 10 * Math.ceil(seconds + 1));
  });
});

describe('a lease on a server that takes no writes', () => {
  const never = new AbortController().signal;
  const give = async (database: Database): Promise<() => boolean> => {
    let isHeld = false;
    void database.lease('worker', never).then(
      () => (isHeld = true),
      () => {},
    );
    while (database.lastError() === null) await clock.sleep(10);
    expect(database.lastError()).toMatch(/PostgreSQL takes no writes/);
    return () => isHeld;
  };

  test('a lease is not granted until the server takes writes', async () => {
    const at = await postgres.createDatabase();
    const name = new URL(at).pathname.slice(1);
    const database = await openPostgres({ url: at, clock });
    opened.add(database);
    await postgres.query(`alter database ${name} set default_transaction_read_only = on`);
    const isHeld = await give(database);
    expect(isHeld()).toBe(false);
    await postgres.query(`alter database ${name} reset default_transaction_read_only`);
    while (!isHeld()) await clock.sleep(10);
  });

  test('a lease ends when the server stops taking writes', async () => {
    const database = await openPostgres({ url: await postgres.createDatabase(), clock });
    opened.add(database);
    const lease = await database.lease('worker', never);
    await postgres.query('alter system set default_transaction_read_only = on');
    await postgres.query('select pg_reload_conf()');
    await whenLost(lease);
    await postgres.query('alter system reset default_transaction_read_only');
    await postgres.query('select pg_reload_conf()');
    await (await database.lease('worker', never)).release();
  });
});

describe('a connection after an error', () => {
  const pidOf = async (database: Database): Promise<unknown> => {
    const { rows } = await raw<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.sql);
    return rows[0]?.pid;
  };
  const openOne = async (): Promise<Database> => {
    url = await postgres.createDatabase();
    const database = await openPostgres({ url, clock, poolSize: 1 });
    opened.add(database);
    await postgres.query(
      "create function fail(code text) returns int language plpgsql as $$ begin raise exception 'failed' using " +
        'errcode = code; end $$',
      [],
      url,
    );
    return database;
  };

  test.each(['25006', '26000', '42P05', '08006', '08P01', '53100', '53200', '53300', '57P01', '57P03', '58030'])(
    'a connection with the error %s is closed, and the statement may be retried',
    async (code) => {
      const database = await openOne();
      const before = await pidOf(database);
      const failed: unknown = await raw`select fail(${code})`.execute(database.sql).then(
        () => null,
        (error: unknown) => error,
      );
      expect([failed, isUnavailable(failed)]).toEqual([failed, true]);
      expect(await pidOf(database)).not.toBe(before);
    },
  );

  test.each(['22P02', '23505', '42501', '57014'])(
    'a connection with the error %s is kept, because the statement was wrong',
    async (code) => {
      const database = await openOne();
      const before = await pidOf(database);
      await expect(raw`select fail(${code})`.execute(database.sql)).rejects.toThrow('failed');
      expect(await pidOf(database)).toBe(before);
    },
  );

  test('a connection whose prepared statements a pooler has dropped is closed after one failure', async () => {
    const database = await openOne();
    for (let count = 0; count < 20; count += 1) await database.sql.selectFrom('log_head').select('position').execute();
    await raw`deallocate all`.execute(database.sql);
    await expect(database.sql.selectFrom('log_head').select('position').execute()).rejects.toMatchObject({
      code: '26000',
    });
    expect(await database.sql.selectFrom('log_head').select('position').execute()).toEqual([{ position: 0 }]);
  });

  test('a connection with an open transaction is closed before its next use', async () => {
    const database = await openOne();
    const before = await pidOf(database);
    await raw`begin`.execute(database.sql);
    expect(await pidOf(database)).not.toBe(before);
  });

  test('a connection with a failed open transaction is closed after one failure', async () => {
    const database = await openOne();
    await expect(raw`begin; select fail('22P02')`.execute(database.sql)).rejects.toThrow('failed');
    // The server may report the open transaction only after the error.
    await database.now().catch(() => null);
    await database.now();
  });
});

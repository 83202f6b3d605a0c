/** A server that refuses writes is not flooded with new connections, and is used again once it takes them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock as clock } from '../../src/clock.js';
import { openPostgres } from '../../src/db/postgres.js';
import { startPostgres, type Postgres } from '../support/postgres.js';
import { appendTransition } from './witness.js';

let postgres: Postgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
}, 60_000);
afterAll(() => postgres.stop());

describe('a server that takes no writes', () => {
  const setReadOnly = async (value: 'on' | 'off'): Promise<void> => {
    const name = new URL(url).pathname.slice(1);
    await postgres.query(`alter database ${name} set default_transaction_read_only = ${value}`);
  };

  /** How many there have ever been, once all have ended and been counted. */
  async function sessionsEver(): Promise<number> {
    const text = 'select sessions, numbackends from pg_stat_database where datname = $1';
    for (;;) {
      const [row] = await postgres.query(text, [new URL(url).pathname.slice(1)]);
      if (Number(row?.['numbackends']) === 0) return Number(row?.['sessions']);
      await clock.sleep(20);
    }
  }

  test('gets at most ten new connections a second from twenty writers, and later takes their writes again', async () => {
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
    const seconds = (clock.now() - startedAt) / 1_000;
    isOver = true;
    await Promise.all(writers);
    expect(refusals).toBeGreaterThan(200);

    await setReadOnly('off');
    const healedFrom = clock.now();
    while ((await database.write((tx) => appendTransition(tx)).catch(() => null)) === null) await clock.sleep(100);
    expect(clock.now() - healedFrom).toBeLessThan(10_000);
    await database.close();
    // Three pools (before, after the termination, after the repair), the listener, and a pool for each renewal.
    expect(await sessionsEver()).toBeLessThan(35 + 10 * Math.ceil(seconds + 1));
  }, 30_000);
});

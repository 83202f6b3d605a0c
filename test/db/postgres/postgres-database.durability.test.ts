/**
 * An acknowledged commit survives a crash of the server, independently of the defaults of the server, the database and
 * the role.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { appendTransition, positionsAfter } from '../../support/database/database-probes.js';

let postgres: Postgres;
beforeAll(async () => {
  // The server writes commits that no client waits for ten seconds late.
  postgres = await startPostgres({ synchronous_commit: 'off', wal_writer_delay: '10s' });
});
afterAll(() => postgres.stop());

async function inSession(db: Database): Promise<unknown> {
  const { rows } = await raw<{ synchronous_commit: string }>`show synchronous_commit`.execute(db.sql);
  return rows[0]?.synchronous_commit;
}

describe('synchronous_commit', () => {
  test.each([
    ['off', 'on'],
    ['on', 'on'],
    ['local', 'local'],
    ['remote_write', 'remote_write'],
    ['remote_apply', 'remote_apply'],
  ])('a connection with the default %s commits with %s', async (byDefault, expected) => {
    const url = await postgres.createDatabase();
    await postgres.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = '${byDefault}'`);
    const db = await openPostgres({ url, clock: systemClock, poolSize: 3 });
    // Every connection of the pool, because a write holds each while the others query.
    const settings = await Promise.all([1, 2, 3].map(() => db.write(async (tx) => inSession({ ...db, sql: tx }))));
    expect(settings).toEqual([expected, expected, expected]);
    await db.close();
  });

  test('a connection that replaces an ended one commits with the same setting', async () => {
    const url = await postgres.createDatabase();
    const db = await openPostgres({ url, clock: systemClock });
    await postgres.terminate(url, /statements/);
    let setting: unknown;
    while (setting === undefined) setting = await inSession(db).catch(() => undefined);
    expect(setting).toBe('on');
    await db.close();
  });
});

test('every acknowledged commit survives a kill of the server, also in a database that is set to commit late', async () => {
  const url = await postgres.createDatabase();
  await postgres.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
  const db = await openPostgres({ url, clock: systemClock });
  for (let round = 1; round <= 3; round += 1) {
    const acknowledged: number[] = [];
    for (let commit = 0; commit < 20; commit += 1) acknowledged.push(await db.write((tx) => appendTransition(tx)));
    await postgres.kill();
    await postgres.revive();
    let kept: number[] | undefined;
    while (kept === undefined) kept = await positionsAfter(0, db.sql).catch(() => undefined);
    expect(kept.slice(-20)).toEqual(acknowledged);
  }
  await db.close();
});

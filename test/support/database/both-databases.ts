/** Runs the same tests on SQLite and on PostgreSQL, each time on an empty database. */
import { afterAll, beforeAll } from '@jest/globals';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { startPostgres, type Postgres } from '../programs/postgres.js';

/** @returns the PostgreSQL server, once the tests have begun, for a test that needs more than a database of it */
export function onBothDatabases(
  tests: (name: 'SQLite' | 'PostgreSQL', open: () => Promise<Database>) => void,
): () => Postgres {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  tests('SQLite', () => openDatabase({ dataDir: ':memory:', clock: systemClock }));
  tests('PostgreSQL', async () =>
    openDatabase({ databaseUrl: await postgres.createDatabase(), dataDir: '', clock: systemClock }),
  );
  return () => postgres;
}

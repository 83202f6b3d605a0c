/** Databases that a test backs up and restores: a directory by copies of its files, PostgreSQL by templates. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import type { Postgres } from '../programs/postgres.js';
import { temporaryDirectory } from '../harness/directory.js';
import { openTaskHarness } from '../harness/task-harness.js';

/** A database that can be backed up and restored while it is closed, as an operator does it. */
export type RestorableStore = {
  open(): ReturnType<typeof openTaskHarness>;
  /** @returns a function that restores the backup */
  backUp(): Promise<() => Promise<void>>;
};

export function storeInDirectory(): RestorableStore {
  const base = temporaryDirectory();
  const dataDir = join(base, 'data');
  let backups = 0;
  return {
    open: () => openTaskHarness({ dataDir, clock: systemClock, startWaitMs: 0 }),
    async backUp() {
      const copy = join(base, `backup-${(backups += 1)}`);
      cpSync(dataDir, copy, { recursive: true });
      return async () => {
        rmSync(dataDir, { recursive: true });
        cpSync(copy, dataDir, { recursive: true });
      };
    },
  };
}

export async function storeOnPostgres(postgres: Postgres): Promise<RestorableStore> {
  let url = await postgres.createDatabase();
  const copyOf = async (databaseUrl: string): Promise<string> => {
    const target = await postgres.createDatabase();
    const [name, template] = [target, databaseUrl].map((each) => new URL(each).pathname.slice(1));
    await postgres.terminate(databaseUrl);
    await postgres.query(`drop database "${name}"`);
    await postgres.query(`create database "${name}" template "${template}"`);
    return target;
  };
  return {
    open: async () =>
      openTaskHarness({
        db: await openDatabase({ databaseUrl: url, dataDir: '', clock: systemClock }),
        clock: systemClock,
        startWaitMs: 0,
      }),
    async backUp() {
      const copy = await copyOf(url);
      return async () => {
        url = await copyOf(copy);
      };
    },
  };
}

/**
 * A gateway that refuses to start leaves the database unchanged, also when a migration is due, so that the earlier
 * version can start again. Each reason to refuse is tested on a database of an earlier version.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import Libsql from 'libsql';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { appendTransition } from '../../support/database/database-probes.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { configOf, type Settings } from '../../support/harness/gateway.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

let postgres: Postgres;
let takenPort: string;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
  await postgres.query("create role gateway login password 'word'");
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  whenDone(() => taken.close());
  const address = taken.address();
  takenPort = String(typeof address === 'object' && address !== null ? address.port : '');
});

type Store = {
  readonly settings: Settings;
  /** Reads each table, index and row. */
  dump(): Promise<unknown>;
  run(statement: string): Promise<unknown>;
};

/** Leaves a database of the version before the last migration, with a log and with data of AWS. */
async function leaveEarlier(db: Database): Promise<void> {
  await db.write((tx) => appendTransition(tx));
  for (const column of ['pruned_mark', 'unmarked_through', 'events_awaited_since', 'led_since'])
    await raw`alter table log_head drop column ${raw.ref(column)}`.execute(db.sql);
  for (const table of ['task_lists', 'write_turns', 'edited_records'])
    await raw`drop table ${raw.ref(table)}`.execute(db.sql);
  await raw`delete from kysely_migration where name >= '0004'`.execute(db.sql);
  await raw`update log_head set upstream = 'aws'`.execute(db.sql);
  await db.close();
}

const TABLES = [
  'log_head',
  'transitions',
  'tasks',
  'quota_calls',
  'quota_totals',
  'kysely_migration',
  'kysely_migration_lock',
];

async function onSqlite(): Promise<Store> {
  const dataDir = temporaryDirectory();
  await leaveEarlier(await openDatabase({ dataDir, clock }));
  const using = (work: (handle: Libsql.Database) => unknown): unknown => {
    const handle = new Libsql(join(dataDir, 'gateway.db'));
    try {
      return work(handle);
    } finally {
      handle.close();
    }
  };
  return {
    settings: { DATA_DIR: dataDir },
    dump: async () =>
      using((handle) => ['sqlite_master', ...TABLES].map((table) => handle.prepare(`select * from ${table}`).all())),
    run: async (statement) => using((handle) => handle.exec(statement)),
  };
}

async function onPostgres(): Promise<Store> {
  const url = await postgres.createDatabase();
  await leaveEarlier(await openDatabase({ databaseUrl: url, dataDir: '', clock }));
  const run = (statement: string): Promise<Record<string, unknown>[]> => postgres.query(statement, [], url);
  return {
    settings: { DATABASE_URL: url, DATA_DIR: temporaryDirectory() },
    dump: async () =>
      Promise.all([
        run('select table_schema, table_name, column_name, data_type from information_schema.columns order by 1, 2, 3'),
        run("select indexdef from pg_indexes where schemaname = 'public' order by 1"),
        ...TABLES.map((table) => run(`select * from ${table}`)),
      ]),
    run,
  };
}

async function refusalOf(settings: Settings): Promise<string> {
  return createGateway(configOf(settings), { telemetry: createTelemetry({ level: 'silent' }) }).then(
    async (gateway) => {
      await gateway.stop();
      return '';
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const AWS: Settings = { UPSTREAM: 'aws' };
const JWT: Settings = { AUTH: 'jwt', JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'x' };

type Refusal = {
  readonly what: string;
  readonly settings?: (store: Store) => Settings;
  readonly before?: (store: Store) => Promise<unknown>;
  readonly words: RegExp;
};
const EVERYWHERE: readonly Refusal[] = [
  {
    what: 'a manifest that is missing',
    settings: () => ({ ...AWS, PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: '/nowhere.json' }),
    words: /nowhere\.json/,
  },
  { what: 'a port that is in use', settings: () => ({ ...AWS, PORT: takenPort }), words: /EADDRINUSE/ },
  {
    what: 'a host that this machine is not',
    settings: () => ({ ...AWS, ...JWT, HOST: '192.0.2.1' }),
    words: /EADDRNOTAVAIL/,
  },
  { what: 'data of another upstream', settings: () => ({}), words: /were written with UPSTREAM=aws/ },
  {
    what: 'damaged data of the simulator',
    before: async (store) => {
      await store.run("update log_head set upstream = 'simulator'");
      mkdirSync(String(store.settings.DATA_DIR), { recursive: true });
      writeFileSync(join(String(store.settings.DATA_DIR), 'simulator.jsonl'), 'nonsense\n');
    },
    words: /simulator\.jsonl/,
  },
  {
    what: 'an endpoint that the SDK cannot use',
    settings: () => AWS,
    before: async () => void (process.env['AWS_ENDPOINT_URL'] = 'nonsense'),
    words: /The SDK of AWS cannot resolve the endpoint/,
  },
  {
    what: 'a database of a newer version',
    settings: () => AWS,
    before: (store) => store.run("insert into kysely_migration values ('9999-later', '2100')"),
    words: /newer version.*9999-later/,
  },
];
const ON_POSTGRES: readonly Refusal[] = [
  {
    what: 'a role that may not create',
    settings: ({ settings }) => ({
      ...AWS,
      DATABASE_URL: String(settings.DATABASE_URL).replace(/\/\/[^@]*@/, '//gateway:word@'),
    }),
    before: (store) => store.run('grant all on all tables in schema public to gateway'),
    words: /may not create tables in the schema public/,
  },
  {
    what: 'too few connections',
    settings: () => ({ ...AWS, DATABASE_POOL_SIZE: '500' }),
    words: /too few connections/,
  },
  {
    what: 'a server that takes no writes',
    settings: ({ settings }) => ({
      ...AWS,
      DATABASE_URL: `${settings.DATABASE_URL}?options=-c%20default_transaction_read_only%3Don`,
    }),
    words: /takes no writes/,
  },
];

describe.each([
  ['SQLite', onSqlite, EVERYWHERE],
  ['PostgreSQL', onPostgres, [...EVERYWHERE, ...ON_POSTGRES]],
] as const)('A refused start of the gateway on %s', (_, create, refusals) => {
  test.each(refusals)(
    'a start refused because of $what leaves the database unchanged',
    async ({ settings = () => ({}), before = () => Promise.resolve(), words }) => {
      const store = await create();
      await before(store);
      const left = await store.dump();
      const refusal = await refusalOf({ ...store.settings, ...settings(store) });
      delete process.env['AWS_ENDPOINT_URL'];
      expect(refusal).toMatch(words);
      expect(await store.dump()).toEqual(left);
    },
  );

  test('a start that is not refused migrates the database, which shows that a migration was due', async () => {
    const store = await create();
    expect(await refusalOf({ ...store.settings, ...AWS })).toBe('');
    expect(JSON.stringify(await store.dump())).toContain('0004-marked-cursors');
  });
});

test('a start on SQLite beside another process leaves the database unchanged', async () => {
  const dataDir = temporaryDirectory();
  const other = await openDatabase({ dataDir, clock });
  await other.write((tx) => appendTransition(tx));
  const left = await other.sql.selectFrom('log_head').selectAll().execute();
  expect(await refusalOf({ DATA_DIR: dataDir })).toMatch(/in use by another process/);
  expect(await other.sql.selectFrom('log_head').selectAll().execute()).toEqual(left);
  await other.close();
});

test('a start whose port is in use creates no data directory', async () => {
  const dataDir = join(temporaryDirectory(), 'new');
  expect(await refusalOf({ DATA_DIR: dataDir, PORT: takenPort })).toMatch(/EADDRINUSE/);
  expect(existsSync(dataDir)).toBe(false);
});

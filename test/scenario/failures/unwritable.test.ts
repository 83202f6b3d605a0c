/**
 * A gateway whose database accepts no writes reports the cause and the remedy, acknowledges nothing, and becomes ready
 * again by itself.
 */
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import type { Database } from '../../../src/db/database.js';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { START_ENGAGEMENT, configOf, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const UNAVAILABLE = [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }];

async function ready({ url }: Pick<TestGateway, 'url'>): Promise<{ status: number; reasons: string }> {
  const { status, reasons } = await readinessOf(url);
  return { status, reasons: reasons.join(' ') };
}

const becomes = (gateway: TestGateway, status: number) => until(async () => (await ready(gateway)).status === status);

async function startAt(gateway: TestGateway, clientToken: string) {
  const input = {
    catalog: 'SANDBOX',
    identifier: 'O1000001',
    clientToken,
    awsSubmission: { involvementType: 'CO_SELL' },
  };
  return gateway.query(START_ENGAGEMENT.replace('...All', 'id'), { input });
}

async function accepts(gateway: TestGateway, clientToken: string): Promise<void> {
  const { data } = await startAt(gateway, clientToken);
  expect(data.startEngagementFromOpportunityTask.task.id).toEqual(expect.any(String));
}

const sent = ({ simulator }: TestGateway) =>
  simulator.calls().filter(({ operation }) => operation.startsWith('Start')).length;

describe('An embedded database', () => {
  let root: string;
  let dataDir: string;
  let gateway: TestGateway;
  beforeAll(async () => {
    root = temporaryDirectory();
    dataDir = join(root, 'data');
    gateway = await startGateway({ START_WAIT_MS: '0', DATA_DIR: dataDir }, { speed: 20 });
    await accepts(gateway, 'before');
    // A start whose answer is not stored before the database goes away would be sent once more.
    const isAnswered = async () =>
      (await gateway.query('{ partnerCentral { queuedCount } }')).data.partnerCentral.queuedCount === 0;
    await until(isAnswered);
    expect(sent(gateway)).toBe(1);
  });

  async function refuses(token: string): Promise<void> {
    const refused = await startAt(gateway, token);
    expect(refused.errors).toMatchObject(UNAVAILABLE);
    await becomes(gateway, 503);
    expect((await ready(gateway)).reasons).toBe(
      'The database in DATA_DIR was removed or replaced while the gateway runs. Put its files back, or restart the gateway.',
    );
  }

  test('a gateway whose DATA_DIR is moved away acknowledges and sends nothing until it is put back', async () => {
    renameSync(dataDir, join(root, 'away'));
    await refuses('while away');
    renameSync(join(root, 'away'), dataDir);
    await becomes(gateway, 200);
    expect(sent(gateway)).toBe(1);
    await accepts(gateway, 'while away');
    await until(() => sent(gateway) === 2);
  });

  test('a gateway whose database is replaced by a copy acknowledges nothing, and leaves the copy unchanged', async () => {
    renameSync(dataDir, join(root, 'away'));
    cpSync(join(root, 'away'), dataDir, { recursive: true });
    await refuses('beside a copy');
    rmSync(dataDir, { recursive: true });
    renameSync(join(root, 'away'), dataDir);
    await becomes(gateway, 200);
  });

  test('a gateway whose write-ahead log is removed acknowledges nothing', async () => {
    const wal = readdirSync(dataDir).find((name) => name.endsWith('-wal')) ?? '';
    renameSync(join(dataDir, wal), join(root, 'wal'));
    await refuses('without a log');
    renameSync(join(root, 'wal'), join(dataDir, wal));
    await becomes(gateway, 200);
  });

  test('a gateway with damaged pages answers SERVICE_UNAVAILABLE, and readiness names the damage', async () => {
    const { gateway: other, database, file } = await startWithDatabase();
    // A checkpoint and a restart make the gateway read the pages from the file.
    for (const pragma of ['wal_checkpoint(truncate)', 'cache_size = 1', 'shrink_memory'])
      await raw.raw(`pragma ${pragma}`).execute(database.sql);
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096)]));
    expect((await startAt(other, 'after')).errors).toMatchObject(UNAVAILABLE);
    await becomes(other, 503);
    expect((await ready(other)).reasons).toMatch(
      /^The database in DATA_DIR is damaged \(SQLITE_CORRUPT.*copy the latest backup/,
    );
    writeFileSync(file, whole);
  });

  test('a gateway whose starts meet a damaged page is not ready, although the probe write needs other pages', async () => {
    const { gateway: other, database, file } = await startWithDatabase();
    const { rows } = await raw<{
      rootpage: number;
    }>`select rootpage from sqlite_schema where name = 'tasks_identifier_position'`.execute(database.sql);
    const offset = ((rows[0]?.rootpage ?? 0) - 1) * 4096;
    for (const pragma of ['wal_checkpoint(truncate)', 'cache_size = 1', 'shrink_memory'])
      await raw.raw(`pragma ${pragma}`).execute(database.sql);
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.from(whole).fill(0, offset, offset + 4096));
    expect((await startAt(other, 'after')).errors).toMatchObject(UNAVAILABLE);
    await becomes(other, 503);
    expect((await ready(other)).reasons).toMatch(
      /^The database in DATA_DIR is damaged \(SQLITE_CORRUPT.*copy the latest backup/,
    );
    writeFileSync(file, whole);
    await raw`pragma shrink_memory`.execute(database.sql);
    await accepts(other, 'after');
    await becomes(other, 200);
  });

  test('a gateway on a full disk is not ready, names the cause, and is ready again when there is space', async () => {
    const { gateway: other, database } = await startWithDatabase();
    // The limit of pages makes SQLite return the error of a full disk.
    const limitPages = (pages: number) => raw.raw(`pragma max_page_count = ${pages}`).execute(database.sql);
    await limitPages(1);
    // The existing pages have space for some more rows.
    for (let count = 0; (await startAt(other, `fill ${count}`)).errors === undefined; count += 1)
      expect(count).toBeLessThan(500);
    await becomes(other, 503);
    expect((await ready(other)).reasons).toBe(
      'The database cannot be written: its disk is full. Free some space, and the gateway goes on by itself.',
    );
    await limitPages(1_000_000);
    await becomes(other, 200);
  });
});

async function startWithDatabase() {
  let database: Database | undefined;
  const dataDir = temporaryDirectory();
  const gateway = await startGateway(
    { START_WAIT_MS: '0', DATA_DIR: dataDir },
    {},
    { database: (opened) => (database = opened) },
  );
  if (database === undefined) throw new Error('The gateway has opened no database.');
  await accepts(gateway, 'before');
  return { gateway, database, file: join(dataDir, 'gateway.db') };
}

describe('PostgreSQL without writes', () => {
  let postgres: Postgres;
  let url: string;
  let gateway: TestGateway;
  const lines: string[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
    whenDone(() => postgres.stop());
    url = await postgres.createDatabase();
    const telemetry = createTelemetry({ level: 'warn', destination: { write: (line) => lines.push(line) } });
    gateway = await startGateway({ START_WAIT_MS: '0', DATABASE_URL: url }, { speed: 20 }, { telemetry });
    await accepts(gateway, 'before');
    expect(await ready(gateway)).toEqual({ status: 200, reasons: '' });
  });

  test('a database that becomes read-only makes starts retryable, and is used again when it accepts writes', async () => {
    const name = new URL(url).pathname.slice(1);
    // A connection keeps the setting that was valid when it was opened.
    await postgres.query(`alter database ${name} set default_transaction_read_only = on`);
    await postgres.terminate(url, /statements/);
    await becomes(gateway, 503);
    expect((await ready(gateway)).reasons).toBe(
      'PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on. Let DATABASE_URL lead to the primary, or turn the setting off.',
    );
    expect((await startAt(gateway, 'read-only')).errors).toMatchObject(UNAVAILABLE);
    await postgres.query(`alter database ${name} reset default_transaction_read_only`);
    await becomes(gateway, 200);
    await accepts(gateway, 'read-only');
  });

  test.each(['tasks', 'transitions', 'log_head', 'quota_totals', 'quota_calls', 'task_lists'])(
    'a gateway without the table %s is not ready, names the table, and refuses starts as retryable',
    async (table) => {
      await postgres.query(`alter table ${table} rename to hidden`, [], url);
      await becomes(gateway, 503);
      expect((await ready(gateway)).reasons).toContain(
        `A table of the gateway is missing (relation "${table}" does not exist). Stop every gateway`,
      );
      if (['tasks', 'transitions', 'log_head'].includes(table))
        expect((await startAt(gateway, 'no table')).errors).toMatchObject(UNAVAILABLE);
      await postgres.query(`alter table hidden rename to ${table}`, [], url);
      await becomes(gateway, 200);
    },
  );

  test('each change of the trouble is logged once', async () => {
    await becomes(gateway, 200);
    const before = lines.filter((line) => line.includes('Not ready')).length;
    await postgres.query('alter table tasks rename to hidden', [], url);
    await becomes(gateway, 503);
    for (let ask = 0; ask < 50; ask += 1) await ready(gateway);
    await postgres.query('alter table hidden rename to tasks', [], url);
    await becomes(gateway, 200);
    expect(lines.filter((line) => line.includes('Not ready')).length - before).toBe(1);
  });
});

describe('A lease that a gateway cannot wait for', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    whenDone(() => postgres.stop());
  });

  /** A database, and the URL of a role that owns it, created with the given options. */
  async function roleWith(name: string, statement: string): Promise<{ url: string; owner: string }> {
    const owner = await postgres.createDatabase();
    const url = new URL(owner);
    await postgres.query(`create role ${name} login password 'word' ${statement}`);
    await postgres.query(`alter database ${url.pathname.slice(1)} owner to ${name}`);
    await postgres.query(`alter schema public owner to ${name}`, [], owner);
    url.username = name;
    url.password = 'word';
    return { url: url.href, owner };
  }

  test('a role with too few connections for the lease makes the gateway not ready until it has enough', async () => {
    const { url } = await roleWith('few', '');
    const gateway = await startGateway({ DATABASE_URL: url }, {});
    await becomes(gateway, 200);
    // The limit is below the number of open connections, so a lost one cannot be replaced.
    await postgres.query('alter role few connection limit 1');
    await postgres.terminate(url, /lease/);
    await until(async () => (await ready(gateway)).reasons.includes('lease'));
    expect((await ready(gateway)).reasons).toMatch(
      /cannot wait for the lease "worker", which lets one gateway at a time talk to AWS: PostgreSQL has no connection left.*connection limit/,
    );
    await postgres.query('alter role few connection limit -1');
    await becomes(gateway, 200);
  });

  test('a forbidden lock function makes the gateway not ready until it is allowed', async () => {
    const { url, owner } = await roleWith('unlocked', '');
    await postgres.query('revoke execute on function pg_try_advisory_lock(bigint) from public', [], owner);
    const gateway = await startGateway({ DATABASE_URL: url }, {});
    await becomes(gateway, 503);
    expect((await ready(gateway)).reasons).toMatch(
      /lease "worker".*permission denied for function pg_try_advisory_lock/,
    );
    await postgres.query('grant execute on function pg_try_advisory_lock(bigint) to public', [], owner);
    await becomes(gateway, 200);
  });

  test('a short statement_timeout of the role does not affect the lease', async () => {
    const { url } = await roleWith('hasty', '');
    await postgres.query("alter role hasty set statement_timeout = '500ms'");
    const gateway = await startGateway({ DATABASE_URL: url }, {});
    await until(async () =>
      /^gateway_worker_leading 1$/m.test(await (await fetch(new URL('/metrics', gateway.url))).text()),
    );
    await becomes(gateway, 200);
  });

  test('two gateways are both ready although only one holds the lease', async () => {
    const url = await postgres.createDatabase();
    const one = await startGateway({ DATABASE_URL: url }, {});
    const config = configOf({ DATABASE_URL: url, PARTNER_CENTRAL_ENDPOINT: one.simulator.endpoint });
    const other = await createGateway(config, { telemetry: createTelemetry({ level: 'silent' }) });
    whenDone(() => other.stop());
    for (const gateway of [one, other]) expect(await ready(gateway)).toEqual({ status: 200, reasons: '' });
  });
});

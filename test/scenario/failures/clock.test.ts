/**
 * Corrections of the clock in a whole gateway: in real processes under libfaketime, and on both databases with clocks
 * that jump all the time. Throttling, lost answers and a crash happen in between.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { DAY, HOUR, SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { clockThatJumpsAtEveryWait } from '../../support/fakes/chaos-clock.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { start, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import { fakeTimeLibrary } from '../../support/programs/installed.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { SIMULATOR, spawnGateway, spawnNode, type Process } from '../../support/programs/process.js';
import { createRandom } from '../../support/fakes/random.js';
import { readinessOf } from '../../support/clients/requests.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

const LIST =
  '{ tasks(first: 100) { totalCount nodes { ... on EngagementFromOpportunityTask { identifier } status failure { ' +
  'message } } } partnerCentral { clockJump queuedCount } }';
/** Starts that need one, two and three attempts, and a start whose answer has no id of AWS. */
const PLAIN = 'O1000001';
const THROTTLED = 'O3000008';
const FAILS_TWICE = 'O3000009';
const NAMELESS = 'O1000004';

const LIBRARY = fakeTimeLibrary();
/** The library is not in npm. .ci/run installs it, and a machine without it reports these tests as skipped. */
const withFakeTime = LIBRARY === null ? describe.skip : describe;

/** A data directory, and the fake clock of the processes that use it. */
function fakeClock() {
  const directory = temporaryDirectory();
  const file = join(directory, 'clock');
  const setTo = (aheadMs: number) => {
    // The processes read the file all the time. An empty one would be a jump to the real time and back.
    writeFileSync(`${file}.next`, `${aheadMs < 0 ? '' : '+'}${Math.round(aheadMs / SECOND)}\n`);
    renameSync(`${file}.next`, file);
  };
  setTo(0);
  const env = {
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // Both names, because versions differ. Only the time of day jumps, not the monotonic clock.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    // File times stay those of the file system.
    NO_FAKE_STAT: '1',
  };
  return { directory, setTo, env };
}

type Running = Process & { readonly url: string };

async function query(url: string, text: string): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  if (data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function startTask(url: string, identifier: string): Promise<void> {
  const input = `{ catalog: SANDBOX, identifier: "${identifier}", awsSubmission: { involvementType: CO_SELL } }`;
  const data = await query(
    url,
    `mutation { startEngagementFromOpportunityTask(input: ${input}) { task { id } userErrors { message } } }`,
  );
  expect(data.startEngagementFromOpportunityTask.userErrors).toEqual([]);
}

async function statuses(url: string): Promise<string[]> {
  const { tasks } = await query(url, LIST);
  return tasks.nodes
    .map(
      (node: { identifier: string; status: string; failure: { message: string } | null }) =>
        `${node.identifier} ${node.failure?.message ?? node.status}`,
    )
    .toSorted();
}

/** The timeout of the test is the limit, because a wait for the clock to catch up would take hours. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function whenAllComplete(url: string, identifiers: readonly string[]): Promise<void> {
  const wanted = identifiers.map((identifier) => `${identifier} COMPLETE`).toSorted();
  await eventually(async () => {
    const now = await statuses(url);
    // A start that was given up would never complete.
    expect(now.filter((text) => !/ (QUEUED|IN_PROGRESS|COMPLETE)$/.test(text))).toEqual([]);
    return JSON.stringify(now) === JSON.stringify(wanted);
  });
}

withFakeTime('A gateway whose clock is corrected', () => {
  const BOTH = ['SQLite and the built-in simulator', 'PostgreSQL and a simulator of its own'] as const;

  /** A gateway whose clock is ahead by a day and two hours when it starts. */
  async function begun(kind: (typeof BOTH)[number]) {
    const clock = fakeClock();
    clock.setTo(DAY + 2 * HOUR);
    const settings: Record<string, string> = {
      ...clock.env,
      START_WAIT_MS: '0',
      WRITES_PER_SECOND: '5',
      DATA_DIR: clock.directory,
      LOG_LEVEL: 'warn',
    };
    if (kind === BOTH[1]) {
      const journal = join(clock.directory, 'journal');
      const simulator = spawnNode(SIMULATOR, { ...clock.env, PORT: '0', WRITES_PER_SECOND: '5', JOURNAL: journal });
      const [, endpoint = ''] = await simulator.waitFor(/ready at (\S+)\n/);
      const others = {
        DATABASE_URL: await postgres.createDatabase(),
        PARTNER_CENTRAL_ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'y',
      };
      Object.assign(settings, others);
    }
    const startOne = (more: Record<string, string> = {}): Promise<Running> => spawnGateway({ ...settings, ...more });
    return { ...clock, startOne };
  }

  async function kill(gateway: Running): Promise<void> {
    gateway.child.kill('SIGKILL');
    await gateway.ended;
  }

  test.each(BOTH)(
    'a clock that is set back does not delay queued, throttled and running tasks, with %s',
    async (kind) => {
      const { setTo, startOne } = await begun(kind);
      let gateway = await startOne();
      const identifiers = [PLAIN, THROTTLED, FAILS_TWICE, NAMELESS, 'O1000101', 'O1000102'];
      for (const identifier of identifiers) await startTask(gateway.url, identifier);
      await eventually(async () => (await statuses(gateway.url)).some((text) => text.endsWith('IN_PROGRESS')));
      setTo(DAY + HOUR);
      await eventually(async () =>
        /set back by 60 minutes/.test((await query(gateway.url, LIST)).partnerCentral.clockJump ?? ''),
      );
      setTo(0);
      await whenAllComplete(gateway.url, identifiers);
      await eventually(async () =>
        /set back by 25 hours/.test((await query(gateway.url, LIST)).partnerCentral.clockJump),
      );
      const { status, reasons } = await readinessOf(gateway.url);
      expect([status, reasons.join(' ')]).toEqual([200, expect.stringMatching(/clock.*was set back by 25 hours/)]);
      expect(gateway.stderr()).toMatch(
        /The clock of this machine was set back by 60 minutes\..*\n[^]*The clock of this machine was set back by 25 hours\./,
      );

      const later = ['O1000103', 'O1000104', 'O1000105'];
      for (const identifier of later) await startTask(gateway.url, identifier);
      await kill(gateway);
      setTo(-DAY);
      gateway = await startOne();
      await whenAllComplete(gateway.url, [...identifiers, ...later]);
      await kill(gateway);
    },
  );

  test('a clock that is a hundred days ahead for ten seconds deletes no task, at a start or in between', async () => {
    const { setTo, startOne } = await begun(BOTH[0]);
    setTo(0);
    let gateway = await startOne({ RETENTION_DAYS: '1' });
    await startTask(gateway.url, PLAIN);
    await whenAllComplete(gateway.url, [PLAIN]);
    setTo(100 * DAY);
    await eventually(async () =>
      /set forward by 100 days, /.test((await query(gateway.url, LIST)).partnerCentral.clockJump ?? ''),
    );
    await kill(gateway);
    gateway = await startOne({ RETENTION_DAYS: '1' });
    // The task completes after the first round of pruning of this process.
    await startTask(gateway.url, 'O1000101');
    await whenAllComplete(gateway.url, [PLAIN, 'O1000101']);
    setTo(0);
    await startTask(gateway.url, 'O1000102');
    await whenAllComplete(gateway.url, [PLAIN, 'O1000101', 'O1000102']);
    await kill(gateway);
  });
});

describe('A gateway whose clock jumps at each wait', () => {
  /** A time that jumps each second by up to a day ahead or back, the same for all connections. */
  const JUMPING = raw<number>`(floor(1000 * extract(epoch from clock_timestamp()))::bigint + ((floor(extract(epoch from clock_timestamp()))::bigint * 7919) % 172801 - 86400) * 1000)`;

  function jumping(db: Database): Database {
    if (db.kind === 'sqlite') return db;
    return {
      ...db,
      nowSql: () => JUMPING,
      async now() {
        const see = db.clockWatch.startReading();
        const { rows } = await raw<{ now: number }>`select ${JUMPING} as now`.execute(db.sql);
        const now = rows[0]?.now ?? Number.NaN;
        see(now);
        return now;
      },
    };
  }

  async function run(settings: Record<string, string>) {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    process.stderr.write(`the clock jumps by SEED=${seed}\n`);
    const chance = createRandom(seed, 'clock');
    const random = () => chance.next();
    const clock = clockThatJumpsAtEveryWait(random, 2 * DAY);
    const limits = { readsPerSecond: 50, writesPerSecond: 20 };
    const gateway: TestGateway = await startGateway(
      { READS_PER_SECOND: '50', WRITES_PER_SECOND: '20', START_WAIT_MS: '0', ...settings },
      { ...limits, clock, speed: 10 },
      { clock, database: jumping, random },
    );
    const identifiers = [
      THROTTLED,
      FAILS_TWICE,
      NAMELESS,
      'O4000002',
      'O4000003',
      ...Array.from({ length: 10 }, (_, index) => `O${1_000_101 + index}`),
    ];
    for (const identifier of identifiers) await start(gateway, identifier);
    await whenAllComplete(gateway.url, identifiers);
    return { gateway, identifiers };
  }

  test.each([
    ['SQLite', () => Promise.resolve({})],
    ['PostgreSQL', async () => ({ DATABASE_URL: await postgres.createDatabase() })],
  ])(
    'a clock that jumps all the time lets each start complete once, and is reported, on %s',
    async (_name, settings) => {
      const { gateway, identifiers } = await run(await settings());
      const done = gateway.simulator.tasks().map(({ target }) => target);
      expect(done.toSorted()).toEqual(identifiers.toSorted());
      expect((await query(gateway.url, LIST)).partnerCentral.clockJump).toMatch(/was set (forward|back) by/);
    },
  );
});

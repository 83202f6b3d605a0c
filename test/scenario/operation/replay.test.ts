/** `npm run replay` as a process, beside a gateway that runs and after it has stopped, on both databases. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerOf, post } from '../../support/clients/requests.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { SIMULATOR, runNode, spawnGateway, spawnNode } from '../../support/programs/process.js';

const REPLAY = 'src/commands/replay.js';
const TOKEN = 'a-secret-client-token';
const PASSWORD = 'a-secret-password';
const FAILS = `mutation { startEngagementFromOpportunityTask(input: {
  catalog: SANDBOX, identifier: "O2000013", clientToken: "${TOKEN}", awsSubmission: { involvementType: CO_SELL }
}) { task { id } } }`;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const replay = (args: string[], env: Record<string, string>) => runNode(REPLAY, args, env);

async function query(url: string, text: string): Promise<any> {
  return (await answerOf(await post(url, { query: text }))).data;
}

/** The hash of each database file in the directory, by name. */
function contents(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => name.startsWith('gateway.db'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    ]),
  );
}

/** A gateway with a failed task and its retry, and the ids of both. */
async function failAndRetry(database: Record<string, string>) {
  // Slow, so that the task is seen in progress on a busy machine too.
  const simulator = spawnNode(SIMULATOR, { PORT: '0', SPEED: '2' });
  const [, endpoint = ''] = await simulator.waitFor(/ready at (\S+)/);
  const gateway = await spawnGateway({
    PARTNER_CENTRAL_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    LOG_LEVEL: 'silent',
    ...database,
  });
  const { id } = (await query(gateway.url, FAILS)).startEngagementFromOpportunityTask.task;
  while ((await query(gateway.url, `{ task(id: "${id}") { isTerminal } }`)).task.isTerminal !== true);
  const retryId = (await query(gateway.url, `mutation { retryTask(id: "${id}") { task { id } } }`)).retryTask.task.id;
  while ((await query(gateway.url, `{ task(id: "${retryId}") { isTerminal } }`)).task.isTerminal !== true);
  return { gateway, id, retryId };
}

const DATABASES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', () => Promise.resolve({ DATA_DIR: temporaryDirectory() })],
  ['PostgreSQL', async () => ({ DATABASE_URL: await postgres.createDatabase() })],
];

describe.each(DATABASES)('Replay on %s', (_name, create) => {
  test('replay prints the history of a task while its gateway runs and after it has stopped, and changes nothing', async () => {
    const database = await create();
    const directory = database['DATA_DIR'];
    const { gateway, id, retryId } = await failAndRetry(database);
    const running = await replay([id], database);
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    const before = directory === undefined ? null : contents(directory);
    const stopped = await replay([id], database);
    if (directory !== undefined) expect(contents(directory)).toEqual(before);

    for (const { code, stdout, stderr } of [running, stopped]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const timed = stdout.split('\n').filter((line) => /^\d{4}-/.test(line));
      expect(timed.map((line) => line.slice(26))).toEqual([
        expect.stringMatching(/^transition 1: accepted as QUEUED, at position \d+ of the log$/),
        'first attempt: the Start was sent to AWS',
        ...(timed[2]?.includes('clock') === true
          ? ["started, by AWS's own clock", expect.stringContaining('transition 2: QUEUED to IN_PROGRESS')]
          : [expect.anything(), expect.anything()]),
        expect.stringMatching(/^transition 3: IN_PROGRESS to FAILED/),
        `retried as ${retryId}`,
        'now',
      ]);
      expect(timed.toSorted()).toEqual(timed);
      expect(stdout).toMatch(
        /^Task \S+\n  start +ENGAGEMENT_FROM_OPPORTUNITY SANDBOX O2000013\n  status +FAILED, which is final\n/,
      );
      expect(stdout).toMatch(/attempts +1\n/);
      expect(stdout).toMatch(/Failure\n  code +OpportunityValidationFailed\n  message/);
      expect(stdout).not.toContain(TOKEN);
    }
    expect((await replay([retryId], database)).stdout).toContain(`retry of    ${id}\n`);
    const unknown = await replay(['01900000-0000-7000-8000-000000000000'], database);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('The task cannot be shown: there is no such task in'),
    });
  });
});

describe('The replay command', () => {
  test('a wrong command line prints the usage and ends with 2', async () => {
    for (const args of [[], ['one', 'two'], ['--all']]) {
      expect(await replay(args, {})).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('Usage: npm run replay -- TASK_ID'),
      });
    }
    expect(await replay(['--help'], {})).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: npm run replay -- TASK_ID'),
    });
    const wrong = await replay(['id'], { DATABASE_URL: `postgres://gateway:${PASSWORD}#@127.0.0.1/gateway` });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('DATABASE_URL') });
    expect(wrong.stderr).not.toContain(PASSWORD);
  });

  test('a missing or empty database is reported, stays unchanged, and no password is printed', async () => {
    const directory = temporaryDirectory();
    expect(await replay(['id'], { DATA_DIR: directory })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`there is no ${join(directory, 'gateway.db')}`),
    });
    expect(readdirSync(directory)).toEqual([]);
    expect(await replay(['id'], { DATA_DIR: ':memory:' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('keeps nothing'),
    });
    const empty = await postgres.createDatabase();
    expect(await replay(['id'], { DATABASE_URL: empty })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds no data of a gateway of this version'),
    });
    // The second call shows that the first one has created no tables.
    expect((await replay(['id'], { DATABASE_URL: empty })).code).toBe(1);
    const { code, stderr } = await replay(['id'], {
      DATABASE_URL: `postgres://gateway:${PASSWORD}@127.0.0.1:1/gateway`,
    });
    expect(code).toBe(1);
    expect(stderr).not.toContain(PASSWORD);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { answerOf, post } from '../../support/clients/requests.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { SIMULATOR, runNode, spawnGateway, spawnNode } from '../../support/programs/process.js';

const MOVE = 'src/commands/copy-to-postgres.js';
const START = `mutation { startEngagementFromOpportunityTask(input: {
  catalog: SANDBOX, identifier: "O1000005", clientToken: "moved", awsSubmission: { involvementType: CO_SELL }
}) { task { id } replayed } }`;
const FOLLOW =
  'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after, from: BEGINNING) { cursor ' +
  'sequence status } }';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const move = (args: string[], env: Record<string, string> = {}) => runNode(MOVE, args, env);

async function query(url: string, text: string): Promise<any> {
  return (await answerOf(await post(url, { query: text }))).data;
}

async function collect(
  url: string,
  variables: { id: string; after?: string },
  count: number,
): Promise<{ cursor: string; sequence: number; status: string }[]> {
  const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const transitions = [];
  for await (const { data, errors } of client.iterate<any>({ query: FOLLOW, variables })) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    transitions.push(data.taskTransitions);
    if (transitions.length === count) break;
  }
  await client.dispose();
  return transitions;
}

describe('The move to PostgreSQL', () => {
  test('a moved gateway finishes the task in progress, and subscribers resume from their cursors', async () => {
    const directory = temporaryDirectory();
    const journal = join(directory, 'partner-central.jsonl');
    const simulator = spawnNode(SIMULATOR, { PORT: '0', SPEED: '3', JOURNAL: journal });
    const [, endpoint = ''] = await simulator.waitFor(/ready at (\S+)/);
    const env = {
      PARTNER_CENTRAL_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      LOG_LEVEL: 'silent',
    };
    const dataDir = join(directory, 'data');
    const databaseUrl = await postgres.createDatabase();

    const embedded = await spawnGateway({ ...env, DATA_DIR: dataDir });
    const { task } = (await query(embedded.url, START)).startEngagementFromOpportunityTask;
    const [queued, inProgress] = await collect(embedded.url, { id: task.id }, 2);
    const early = await move(['--from', dataDir, '--to', databaseUrl]);
    expect([early.code, early.stderr]).toEqual([
      1,
      `Nothing was moved: a gateway is running on ${dataDir}: stop it first\n`,
    ]);
    embedded.child.kill('SIGTERM');
    await embedded.ended;

    const moved = await move(['--from', dataDir, '--to', databaseUrl]);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(moved.stdout).toMatch(/1 tasks, 2 transitions[^]*Start the gateway with DATABASE_URL/);
    expect(moved.stdout + early.stderr).not.toContain(new URL(databaseUrl).password);

    const gateway = await spawnGateway({ ...env, DATABASE_URL: databaseUrl });
    expect((await query(gateway.url, START)).startEngagementFromOpportunityTask).toEqual({
      task: { id: task.id },
      replayed: true,
    });
    const [rest, last] = await Promise.all(
      [queued, inProgress].map((seen) => collect(gateway.url, { id: task.id, after: seen?.cursor ?? '' }, 9)),
    );
    expect(rest).toEqual([inProgress, expect.objectContaining({ sequence: 3, status: 'COMPLETE' })]);
    expect(last).toEqual(rest?.slice(1));
    expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(1);

    const again = await move(['--from', dataDir, '--to', databaseUrl]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/a gateway is running on.*stop it/)]);
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    const third = await move(['--from', dataDir, '--to', databaseUrl]);
    expect([third.code, third.stderr]).toEqual([1, expect.stringMatching(/not empty.*createdb/)]);
    simulator.child.kill('SIGTERM');
    await simulator.ended;
  });

  test('a wrong command line is reported without the password in it', async () => {
    const wrong = await move(['--to', 'mysql://me:secret@host/database', '--what']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^ {2}- Unknown option '--what'.*\n\nUsage/)]);
    const misnamed = await move(['--from', temporaryDirectory(), '--to', 'mysql://me:secret@host/database']);
    expect([misnamed.code, misnamed.stderr]).toEqual([2, expect.stringMatching(/--to is not[^]*Usage/)]);
    const unencrypted = await move(['--from', temporaryDirectory(), '--to', 'postgres://me:secret@host/database'], {
      PGSSLMODE: 'allow',
    });
    expect([unencrypted.code, unencrypted.stderr]).toEqual([
      2,
      expect.stringMatching(/--to leaves TLS to .*PGSSLMODE/),
    ]);
    expect(wrong.stderr + misnamed.stderr).not.toContain('secret');

    const directory = temporaryDirectory();
    const empty = await move(['--from', directory, '--to', postgres.url]);
    expect([empty.code, empty.stderr]).toEqual([
      1,
      expect.stringContaining(`there is no ${join(directory, 'gateway.db')}`),
    ]);
  });

  test('a missing source or target is reported, and both are taken from the environment', async () => {
    const from =
      '  - --from is missing, and DATA_DIR is not set. Expected the DATA_DIR of the gateway, for example ./data.';
    const to =
      '  - --to is missing, and DATABASE_URL is not set. Expected postgres://user:password@host:5432/database.';
    const beginnings: [string[], Record<string, string>, string][] = [
      [[], {}, `${from}\n${to}\n\nUsage`],
      [['--from', '', '--to', ''], {}, `${from}\n${to}\n\nUsage`],
      [['--from', './data'], {}, `${to}\n\nUsage`],
      [['--to', 'postgres://host/database'], {}, `${from}\n\nUsage`],
      [
        ['--from', ':memory:'],
        { DATABASE_URL: 'mysql://host/database' },
        '  - --from is :memory:, which keeps nothing. Expected the DATA_DIR of the gateway, for example ./data.\n  - DATABASE_URL is not a URL that can be used',
      ],
    ];
    for (const [args, env, beginning] of beginnings)
      expect(await move(args, env)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(beginning) });
  });

  test('the option --help prints the usage', async () => {
    for (const flag of ['--help', '-h'])
      expect(await move([flag])).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^Usage: npm run move[^]*Stop the gateway first\.\n$/),
        stderr: '',
      });
  });

  test('an unreachable database is reported with the source of its URL', async () => {
    const dataDir = temporaryDirectory();
    const gateway = await spawnGateway({ DATA_DIR: dataDir });
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    const unreachable = await move(['--from', dataDir, '--to', 'postgres://me:secret@127.0.0.1:1/database']);
    expect([unreachable.code, unreachable.stderr]).toEqual([
      1,
      expect.stringMatching(/127\.0\.0\.1:1 \(ECONNREFUSED\).*and the host and port in --to\n$/),
    ]);
    expect(unreachable.stderr).not.toContain('secret');
    const fromEnvironment = await move([], {
      DATA_DIR: dataDir,
      DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/database',
    });
    expect([fromEnvironment.code, fromEnvironment.stderr]).toEqual([
      1,
      expect.stringMatching(/and the host and port in DATABASE_URL\n$/),
    ]);
  });
});

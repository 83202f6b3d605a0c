/**
 * The deployed program: a build without development packages, and the folder of `npm run pack`, which runs on its own.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { createPatientClient } from '../../support/crash/crash-client.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { spawnProcess, type Process } from '../../support/programs/process.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const NOBODY = 65_534;
/** The programs run as another user if the tests run as root, because root may write everywhere. */
const USER = process.geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const AWS = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };

test('an install without development packages compiles and bundles the gateway and the board', () => {
  const folder = temporaryDirectory();
  for (const entry of ['package.json', 'tsconfig.json', 'src', 'schema'])
    execFileSync('cp', ['-r', join(ROOT, entry), folder]);
  const lock: { packages: Record<string, { dev?: boolean; devOptional?: boolean }> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const wanted = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional }]) =>
      /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true && devOptional !== true,
  );
  for (const path of ['node_modules/.bin', ...wanted.map(([name]) => name)].filter((name) =>
    existsSync(join(ROOT, name)),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(folder, path));
  }
  expect(existsSync(join(folder, 'node_modules/@jest'))).toBe(false);
  execFileSync('npm', ['run', '-s', 'build'], { cwd: folder, stdio: 'pipe' });
  expect(existsSync(join(folder, 'dist/start/main.js'))).toBe(true);
  expect(existsSync(join(folder, 'dist/board/index.html'))).toBe(true);
});

describe('The pack, read-only and run by another user', () => {
  let postgres: Postgres;
  let folder: string;
  let data: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    whenDone(() => postgres.stop());
    const base = temporaryDirectory();
    folder = join(base, 'pack');
    data = join(base, 'data');
    execFileSync(process.execPath, [join(ROOT, 'dist/src/commands/pack.js'), folder], { cwd: ROOT });
    mkdirSync(data);
    if (USER.uid !== undefined) chownSync(data, USER.uid, USER.gid);
    execFileSync('chmod', ['a+rx', base]);
    execFileSync('chmod', ['-R', 'a+rX,a-w', folder]);
    whenDone(() => execFileSync('chmod', ['-R', 'u+w', folder]));
  });

  function run(program: string, env: Record<string, string>, args: string[] = []): Process {
    return spawnProcess(process.execPath, [`dist/start/${program}.js`, ...args], env, { ...USER, cwd: folder });
  }

  async function runGateway(env: Record<string, string>) {
    const gateway = run('main', { PORT: '0', DRAIN_MS: '200', ...env });
    const [, url = ''] = await gateway.waitFor(/URL +(\S+)[^]*curl/);
    return { ...gateway, client: createPatientClient(() => Promise.resolve(url)) };
  }

  async function stop({ child, ended }: Process): Promise<void> {
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
  }

  test('the pack has at most 52 MB with source maps, and no package that is bundled into the programs', () => {
    const [kilobytes = ''] = execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t');
    expect(Number(kilobytes)).toBeLessThan(52 * 1024);
    for (const name of ['pg', 'fastify', 'typescript', '@jest'])
      expect([name, existsSync(join(folder, 'node_modules', name))]).toEqual([name, false]);
  });

  test('the packed gateway completes a task on SQLite, moves to PostgreSQL and serves it there, and each process ends with 0', async () => {
    const simulator = run('simulator', { PORT: '0', SPEED: '20' });
    const [, endpoint = ''] = await simulator.waitFor(/ready at (\S+)/);
    const env = { ...AWS, PARTNER_CENTRAL_ENDPOINT: endpoint };
    const databaseUrl = await postgres.createDatabase();

    const embedded = await runGateway({ ...env, DATA_DIR: data });
    const { id } = await embedded.client.start('O1000001', 'before the move');
    expect((await embedded.client.follow(id)).map(({ status }) => status)).toEqual([
      'QUEUED',
      'IN_PROGRESS',
      'COMPLETE',
    ]);
    await stop(embedded);

    const move = run('move', {}, ['--from', data, '--to', databaseUrl]);
    expect(await move.ended).toEqual({ code: 0, signal: null });
    expect(move.stdout()).toMatch(/1 tasks, 3 transitions/);

    const replay = run('replay', { DATABASE_URL: databaseUrl }, [id]);
    expect(await replay.ended).toEqual({ code: 0, signal: null });
    expect(replay.stdout()).toContain('transition 3: IN_PROGRESS to COMPLETE');

    const moved = await runGateway({ ...env, DATABASE_URL: databaseUrl });
    expect(await moved.client.start('O1000001', 'before the move')).toEqual({ id, replayed: true });
    const next = await moved.client.start('O1000001', 'after the move');
    expect((await moved.client.follow(next.id)).at(-1)?.status).toBe('COMPLETE');
    await stop(moved);
    await stop(simulator);
  });

  test('the packed gateway runs with its built-in simulator and its pages', async () => {
    const gateway = await runGateway({ DATA_DIR: ':memory:' });
    const [, address = ''] = /(http:\S+)\/graphql/.exec(gateway.stdout()) ?? [];
    for (const place of ['board', 'graphql/explorer']) {
      const page = await fetch(`${address}/${place}`);
      const [, script = ''] = /src="([^"]+)"/.exec(await page.text()) ?? [];
      expect([place, (await fetch(new URL(script, page.url))).status]).toEqual([place, 200]);
    }
    const { id } = await gateway.client.start('O1000002', 'built in');
    expect((await gateway.client.follow(id)).at(-1)?.status).toBe('COMPLETE');
    await stop(gateway);
  });

  test('the pack refuses a folder that exists', () => {
    const pack = () =>
      execFileSync(process.execPath, [join(ROOT, 'dist/src/commands/pack.js'), data], { stdio: 'pipe' });
    expect(pack).toThrow(/exists\. Expected a folder that does not exist yet/);
  });
});

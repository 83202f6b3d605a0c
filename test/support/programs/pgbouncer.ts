/** A real PgBouncer in front of a PostgreSQL server, if it is installed. It ends with the test file. */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenDone } from '../harness/cleanup.js';
import { installed } from './installed.js';
import { freePort } from './free-port.js';

export const PGBOUNCER = installed('pgbouncer');

export type PoolMode = 'session' | 'transaction' | 'statement';

export type PgBouncer = {
  readonly url: string;
  /** Applies to new clients at once, and to connected clients between two transactions. */
  setMode(mode: PoolMode): Promise<void>;
};

/** The user id of `nobody`, because PgBouncer refuses to run as root. */
const NOBODY = 65_534;

export async function startPgBouncer(
  url: string,
  mode: PoolMode,
  settings: Record<string, string> = {},
): Promise<PgBouncer> {
  if (PGBOUNCER === null) throw new Error('PgBouncer is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'gateway-pgbouncer-'));
  whenDone(() => rmSync(directory, { recursive: true, force: true }));
  const { hostname, port, username, password, pathname } = new URL(url);
  const through = new URL(url);
  through.port = String(await freePort());
  const file = join(directory, 'pgbouncer.ini');
  const write = (poolMode: PoolMode): void => {
    const all = {
      listen_addr: '127.0.0.1',
      listen_port: through.port,
      unix_socket_dir: '',
      auth_type: 'plain',
      auth_file: join(directory, 'users'),
      default_pool_size: '20',
      pool_mode: poolMode,
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    const database = pathname.slice(1);
    writeFileSync(
      file,
      [`[databases]\n${database} = host=${hostname} port=${port} dbname=${database}`, '[pgbouncer]', ...lines, ''].join(
        '\n',
      ),
    );
  };
  write(mode);
  writeFileSync(join(directory, 'users'), `"${username}" "${password}"\n`);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [directory, file, join(directory, 'users')]) chownSync(path, NOBODY, NOBODY);
  const child = spawn(PGBOUNCER, [file], {
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  whenDone(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let said = '';
  const saying = (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (said.includes(words)) resolve();
      };
      child.stderr.on('data', check);
      void exited.then(() => reject(new Error(`PgBouncer did not start: ${said}`)));
      check();
    });
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await saying('process up');
  return {
    url: through.href,
    async setMode(changed) {
      write(changed);
      said = '';
      child.kill('SIGHUP');
      await saying('re-reading config');
    },
  };
}

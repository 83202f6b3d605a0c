/** A real process whose output breaks in each possible way: the gateway serves on, and ends in time on SIGTERM. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { freePort } from '../../support/programs/free-port.js';
import { installed } from '../../support/programs/installed.js';
import { GATEWAY, isRunning } from '../../support/programs/process.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { post, readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const MAIN = join(resolve(import.meta.dirname, '../../..'), GATEWAY);
const TASKS = { query: '{ tasks { totalCount } }' };

/** The read end of a pipe that a gateway writes its standard output and error to. */
type Reader = { text(): string; close(): void; /** Begins to read. */ read(): void };

/** Node connects a child by socket pairs. This is a named pipe, which behaves like the pipe of a shell. */
function openPipe(): { readonly writeEnd: number; readonly reader: Reader } {
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, 'w');
  const socket = new Socket({ fd: readEnd, readable: true, writable: false });
  socket.pause();
  whenDone(() => socket.destroy());
  let text = '';
  return {
    writeEnd,
    reader: {
      text: () => text,
      close: () => socket.destroy(),
      read: () =>
        socket
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .resume(),
    },
  };
}

type Gateway = { readonly child: ChildProcess; readonly url: string; readonly ended: Promise<unknown> };

async function spawnWith(
  output: number,
  {
    env = {},
    before = '',
    command = [process.execPath],
  }: { env?: Record<string, string>; before?: string; command?: readonly string[] } = {},
): Promise<Gateway> {
  const port = await freePort();
  const [program = '', ...words] = command;
  const args = [
    ...words,
    ...(before === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]),
    MAIN,
  ];
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      DATA_DIR: ':memory:',
      DRAIN_MS: '100',
      LOG_LEVEL: 'trace',
      ...env,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  whenDone(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return { child, url: `http://127.0.0.1:${port}/graphql`, ended };
}

const ready = async ({ url }: Pick<Gateway, 'url'>): Promise<unknown> =>
  until(async () => {
    const readiness = await readinessOf(url).catch(() => null);
    return readiness?.ready === true;
  });

async function lostLines({ url }: Gateway): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^gateway_log_lines_lost_total (\d+)$/m.exec(text)?.[1]);
}

async function stops(gateway: Gateway): Promise<void> {
  const begunAt = performance.now();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(performance.now() - begunAt).toBeLessThan(9000);
}

async function serves({ url }: Gateway): Promise<void> {
  expect(await (await post(url, TASKS)).json()).toMatchObject({ data: { tasks: {} } });
}

describe('A gateway whose output is a closed pipe', () => {
  test('a pipe that closes before the gateway is ready: it serves, reports the loss in readiness and a metric, and ends with 0', async () => {
    const { writeEnd, reader } = openPipe();
    reader.close();
    const gateway = await spawnWith(writeEnd);
    await ready(gateway);
    await serves(gateway);
    expect(await until(async () => lostLines(gateway))).toBeGreaterThan(0);
    const { reasons } = await readinessOf(gateway.url);
    expect(reasons).toEqual(['Lines of the log are lost, because standard error cannot be written (EPIPE).']);
    await stops(gateway);
  });

  test('a pipe that closes while the gateway serves: it serves on, and ends with 0 on SIGTERM', async () => {
    const { writeEnd, reader } = openPipe();
    reader.read();
    const gateway = await spawnWith(writeEnd);
    await ready(gateway);
    reader.close();
    await serves(gateway);
    expect(await until(async () => lostLines(gateway))).toBeGreaterThan(0);
    await serves(gateway);
    await stops(gateway);
  });

  test('a pipe that closes during the drain: the gateway ends with 0, and sockets are closed with 1012', async () => {
    const { writeEnd, reader } = openPipe();
    reader.read();
    const gateway = await spawnWith(writeEnd, { env: { DRAIN_MS: '1000' } });
    await ready(gateway);
    const socket = openRawSocket(gateway.url);
    await socket.init();
    const begunAt = performance.now();
    gateway.child.kill('SIGTERM');
    await until(() => reader.text().includes('Stopping'));
    reader.close();
    expect((await socket.closed).code).toBe(1012);
    expect(await gateway.ended).toBe(0);
    expect(performance.now() - begunAt).toBeLessThan(9000);
  });

  test('a pipe that closes before an uncaught error: the gateway ends with 70', async () => {
    const { writeEnd, reader } = openPipe();
    reader.close();
    const gateway = await spawnWith(writeEnd, {
      before: "process.on('SIGUSR2', () => { throw new Error('nothing catches this') })",
    });
    await ready(gateway);
    gateway.child.kill('SIGUSR2');
    expect(await gateway.ended).toBe(70);
  });
});

test('a gateway whose output is not read buffers log lines up to a limit, drops the rest, and writes again once it is read', async () => {
  const { writeEnd, reader } = openPipe();
  const gateway = await spawnWith(writeEnd);
  await ready(gateway);
  // Long operation names make long lines.
  const query = `query ${'a'.repeat(50_000)} { tasks { totalCount } }`;
  await until(async () => {
    await post(gateway.url, { query });
    return (await lostLines(gateway)) > 0;
  });
  await serves(gateway);
  reader.read();
  await until(async () => {
    await serves(gateway);
    return /"lines":\d+,"cause":"its reader does not read","msg":"log lines lost"/.test(reader.text());
  });
  expect(await readinessOf(gateway.url)).toMatchObject({ ready: true, reasons: [] });
  await stops(gateway);
});

test('a gateway writes each line of its log before it answers, so that a kill loses none', async () => {
  const { writeEnd, reader } = openPipe();
  reader.read();
  const gateway = await spawnWith(writeEnd);
  await ready(gateway);
  for (let count = 0; count < 20; count += 1)
    await post(gateway.url, { query: `query Q${count} { tasks { totalCount } }` });
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  await until(() => reader.text().includes('"name":"Q19"'));
});

test('a gateway whose output is not read ends in time', async () => {
  const { writeEnd } = openPipe();
  const gateway = await spawnWith(writeEnd);
  await ready(gateway);
  const query = `query ${'a'.repeat(50_000)} { tasks { totalCount } }`;
  for (let count = 0; count < 10; count += 1) await post(gateway.url, { query });
  await stops(gateway);
});

test('a gateway whose output is a file on a full disk serves, reports the loss, and ends with 0', async () => {
  const gateway = await spawnWith(openSync('/dev/full', 'w'));
  await ready(gateway);
  await serves(gateway);
  expect((await readinessOf(gateway.url)).reasons).toEqual([
    'Lines of the log are lost, because standard error cannot be written (ENOSPC).',
  ]);
  await stops(gateway);
});

test('a gateway without standard output and error serves, and ends with 0', async () => {
  const gateway = await spawnWith(openSync('/dev/null', 'w'), {
    command: ['sh', '-c', 'exec "$@" >&- 2>&-', 'sh', process.execPath],
  });
  await ready(gateway);
  await serves(gateway);
  await stops(gateway);
});

test('a gateway that hangs while it stops is killed', async () => {
  const gateway = await spawnWith(openSync('/dev/null', 'w'), {
    before: "process.on('SIGTERM', () => queueMicrotask(() => { for (;;); }))",
    env: { DRAIN_MS: '0' },
  });
  await ready(gateway);
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe('SIGKILL');
});

const script = installed('script');
(script === null ? test.skip : test)('a gateway that outlives its terminal serves, and ends on SIGTERM', async () => {
  // The gateway has a session of its own, so that it gets no SIGHUP.
  const port = await freePort();
  const pidFile = join(temporaryDirectory(), 'pid');
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: String(port),
    DATA_DIR: ':memory:',
    DRAIN_MS: '100',
    LOG_LEVEL: 'trace',
    NODE: process.execPath,
    MAIN,
    PID_FILE: pidFile,
  };
  const terminal = spawn(
    script ?? '',
    ['-qfec', `setsid -w sh -c 'echo $$ > "$PID_FILE"; exec "$NODE" "$MAIN"'`, '/dev/null'],
    { env: { ...env, SHELL: '/bin/sh' }, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  whenDone(() => terminal.kill('SIGKILL'));
  const gateway = { url: `http://127.0.0.1:${port}/graphql` };
  await ready(gateway);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  whenDone(() => isRunning(pid) && process.kill(pid, 'SIGKILL'));
  terminal.kill('SIGKILL');
  await until(async () => {
    await post(gateway.url, TASKS);
    return (await readinessOf(gateway.url)).reasons.some((reason) => reason.includes('EIO'));
  });
  process.kill(pid, 'SIGTERM');
  await until(() => !isRunning(pid));
});

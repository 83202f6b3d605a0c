/** An uncaught error ends the process at once with exit code 70, after a notice to clients and operator. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { GATEWAY, spawnProcess, type Process } from '../../support/programs/process.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { openSse } from '../../support/clients/response-streams.js';

const DIST = resolve(import.meta.dirname, '../../..');
const ENV = { PORT: '0', DATA_DIR: ':memory:' };

/** Code that runs before the gateway, in the same process. */
const before = (code: string): string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(code)}`,
  join(DIST, GATEWAY),
];
const THROWS = "process.on('SIGUSR2', () => { throw new Error('nothing catches this') })";
const REJECTS = "process.on('SIGUSR2', () => { void Promise.reject(new Error('nothing handles this')) })";
const THROWS_TWICE =
  "process.on('SIGUSR2', () => { throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('the " +
  "second') } } })";
const NEVER_PRINTED =
  "process.on('SIGUSR2', () => { throw { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;); } } })";

async function started(code: string): Promise<Process & { readonly url: string }> {
  const gateway = spawnProcess(process.execPath, before(code), ENV);
  const [, url = ''] = await gateway.waitFor(/URL +(\S+)[^]*curl/);
  return { ...gateway, url };
}

describe('An uncaught error', () => {
  test.each([
    ['is thrown', THROWS, 'nothing catches this'],
    ['is a rejection', REJECTS, 'nothing handles this'],
    ['cannot be printed', THROWS_TWICE, 'an error that cannot be shown'],
  ])(
    'an error that %s ends the process with 70 within a second, WebSockets with 1012, and streams with their last event',
    async (_how, code, message) => {
      const gateway = await started(code);
      const socket = openRawSocket(gateway.url);
      await socket.init();
      socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { taskFeed { cursor } }' } });
      const sse = await openSse(gateway.url, { query: 'subscription { taskFeed { cursor } }' });
      // The response has begun, so the stream is open.
      expect(sse.response.status).toBe(200);
      const endsAt = performance.now();
      gateway.child.kill('SIGUSR2');
      expect(await gateway.ended).toEqual({ code: 70, signal: null });
      expect(performance.now() - endsAt).toBeLessThan(1000);
      expect(await socket.closed).toEqual({ code: 1012, reason: 'Service restart' });
      expect(gateway.stderr()).toMatch(new RegExp(`The gateway exits because of an uncaught error: .*${message}`));
    },
  );

  test('an uncaught error is reported with file and line of the source when Node reads source maps', async () => {
    const code =
      "const { on } = process; process.on = (name, ...rest) => { if (name === 'SIGINT') throw new Error('as " +
      "asked'); return on.call(process, name, ...rest); }";
    const gateway = spawnProcess(process.execPath, ['--enable-source-maps', ...before(code)], ENV);
    expect(await gateway.ended).toEqual({ code: 70, signal: null });
    const [, line] = /as asked[^]*?src\/main\.ts:(\d+):\d+/.exec(gateway.stderr()) ?? [];
    expect(readFileSync('src/main.ts', 'utf8').split('\n')[Number(line) - 1]).toContain("process.on('SIGINT'");
  });

  test('an error whose text never ends to build ends the process within two seconds', async () => {
    const gateway = await started(NEVER_PRINTED);
    const socket = openRawSocket(gateway.url);
    await socket.init();
    const endsAt = performance.now();
    gateway.child.kill('SIGUSR2');
    expect((await socket.closed).code).toBe(1012);
    // The watchdog kills the process from outside, because its own code cannot run.
    expect(await gateway.ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(performance.now() - endsAt).toBeLessThan(2000);
  });

  test('an uncaught error ends the process although standard error is a pipe that is not read', async () => {
    const floods = "process.on('SIGUSR2', () => { throw new Error('x'.repeat(10_000_000)) })";
    const child = spawn(process.execPath, before(floods), {
      env: { PATH: process.env['PATH'] ?? '', ...ENV },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    whenDone(() => child.kill('SIGKILL'));
    const url = await new Promise<string>((found) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const [, address] = /URL +(\S+)[^]*curl/.exec(text) ?? [];
        if (address !== undefined) found(address);
      });
    });
    const socket = openRawSocket(url);
    await socket.init();
    const ended = new Promise((settle) => child.once('exit', settle));
    const endsAt = performance.now();
    child.kill('SIGUSR2');
    expect((await socket.closed).code).toBe(1012);
    expect(await ended).toBe(70);
    expect(performance.now() - endsAt).toBeLessThan(2000);
  });
});

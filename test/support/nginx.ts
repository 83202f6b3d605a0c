/** A real nginx as a process of the test's own, with its files in a temporary folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenDone } from './cleanup.js';
import { temporaryDirectory } from './directory.js';
import { freePort } from './free-port.js';
import { installed } from './installed.js';

export const NGINX = installed('nginx');

/** @param http of a port that is free: the lines of the `http` block */
export async function startNginx(http: (port: number) => string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = temporaryDirectory();
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n');
  writeFileSync(file, `daemon off;\npid ${join(folder, 'pid')};\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${http(port)}\n}\n`);
  const child = spawn(NGINX ?? 'nginx', ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  // It ends its workers when it is told to.
  whenDone(() => child.kill('SIGTERM'));
  let problems = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${problems}`);
    // Any answer will do.
    if (await fetch(url).then((response) => response.text()).then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

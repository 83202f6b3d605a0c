/**
 * Real proxies in front of gateways, with the configuration of the test. Each has its own directory and ends with the
 * test file.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenDone } from '../harness/cleanup.js';
import { temporaryDirectory } from '../harness/directory.js';
import { installed } from './installed.js';

/** @param httpConfig the content of `http { }` */
export async function startNginx(httpConfig: string, port: number): Promise<void> {
  const directory = temporaryDirectory();
  const file = join(directory, 'nginx.conf');
  // The worker processes run as the user of the tests, who may write to the directory.
  const user = process.geteuid?.() === 0 ? 'user root;' : '';
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(' ');
  writeFileSync(
    file,
    `${user} daemon off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 4096; }
http { access_log off; ${paths}
${httpConfig}
}`,
  );
  await run(installed('nginx') ?? 'nginx', ['-c', file, '-p', directory, '-e', `${directory}/error.log`], port);
}

/** @param config the whole file */
export async function startHaproxy(config: string, port: number): Promise<void> {
  const file = join(temporaryDirectory(), 'haproxy.cfg');
  writeFileSync(file, config);
  await run(installed('haproxy') ?? 'haproxy', ['-db', '-f', file], port);
}

async function run(program: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  whenDone(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
    // Any answer shows that the proxy listens.
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (answer !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * The packages that the gateway is compared with, in a folder with its own lock file. They are installed when they are
 * first needed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PEERS } from './children.js';

export function installPeers(): void {
  const age = (file: string): number => statSync(join(PEERS, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (age('node_modules/.package-lock.json') >= age('package-lock.json')) return;
  console.log(`Installing what the gateway is compared with, into ${PEERS}`);
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: PEERS,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
}

/** The installed versions. */
export function versionsOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      JSON.parse(readFileSync(join(PEERS, 'node_modules', name, 'package.json'), 'utf8')).version,
    ]),
  );
}

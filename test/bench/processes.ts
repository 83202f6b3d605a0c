/** Processes to measure and to kill. Each ends with the bench, even if the bench fails. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePort } from '../support/programs/free-port.js';

const DIST = resolve(import.meta.dirname, '../..');
/** The program that `npm start` runs. */
export const GATEWAY = 'start/main.js';
export const SIMULATOR = 'src/partner-central/simulator/main.js';
/** A process that is not ready within this time has failed. */
const READY_MS = 60_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** The text that a ready gateway prints, with its address. */
export const GATEWAY_READY = /URL +(\S+)[^]*curl/;

/** Resolves when the child has ended, and ends it when the bench ends first. */
export function own(child: ChildProcess): Promise<void> {
  running.add(child);
  return new Promise<void>((settle) => {
    child.on('close', () => {
      running.delete(child);
      settle();
    });
  });
}

export type Spawned = {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  /** The end of its standard error. */
  stderr(): string;
};

/**
 * Resolves with the first group of `ready` in the output; rejects when the process ends before.
 *
 * @param script below dist/src, or an absolute path
 */
export async function spawnUntil(
  script: string,
  env: Record<string, string>,
  ready: RegExp,
): Promise<Spawned & { match: string }> {
  const child = spawn(process.execPath, [resolve(DIST, script)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  let stdout = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const ended = own(child);
  const patience = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  const match = await new Promise<string>((settle, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-4000);
      const found = ready.exec(stdout);
      if (found !== null) settle(found[1] ?? '');
    });
    void ended.then(() => reject(new Error(`${script} ended before it was ready:\n${stdout}${stderr}`)));
  }).finally(() => clearTimeout(patience));
  return { child, ended, stderr: () => stderr, match };
}

export type KeptGateway = {
  readonly url: string;
  killCount(): number;
  /** Unexpected ends, with the last output of the process. */
  readonly crashes: string[];
  /** Kills the process with kill -9 and starts a new one on the same data and port. It resolves when that is ready. */
  kill(): Promise<void>;
  /** Resident memory in MB. */
  memory(): number;
  stop(): Promise<void>;
};

export async function keepGateway(env: Record<string, string>): Promise<KeptGateway> {
  const port = await freePort();
  const crashes: string[] = [];
  let killCount = 0;
  let wanted: 'up' | 'down' = 'up';
  let current: Spawned;

  const start = async (): Promise<void> => {
    const gateway = await spawnUntil(GATEWAY, { ...env, PORT: String(port) }, GATEWAY_READY);
    current = gateway;
    void gateway.ended.then(async () => {
      if (wanted === 'down' || current !== gateway) return;
      crashes.push(gateway.stderr());
      await start();
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    wanted = 'down';
    current.child.kill(signal);
    await current.ended;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    crashes,
    killCount: () => killCount,
    async kill() {
      killCount += 1;
      await end('SIGKILL');
      wanted = 'up';
      await start();
    },
    memory: () => residentMb(current.child.pid ?? 0),
    stop: () => end('SIGTERM'),
  };
}

/** The resident memory in MB; 0 on a system without /proc. */
export function residentMb(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}

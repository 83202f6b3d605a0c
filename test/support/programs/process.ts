/** Real processes of the gateway and of the simulator, for tests of signals, exit codes and sudden death. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { join, resolve } from 'node:path';
import { whenDone } from '../harness/cleanup.js';

const DIST = resolve(import.meta.dirname, '../../..');
/** The gateway's program that `npm start` runs. */
export const GATEWAY = 'start/main.js';
export const SIMULATOR = 'src/partner-central/simulator/main.js';
const running = new Set<ChildProcess>();
whenDone(() => {
  for (const child of running) child.kill('SIGKILL');
});

export type Process = {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match on standard output; rejects when the process ends before. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Code and signal, once it has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** Spawns a Node process whose environment has only PATH and the given variables. */
export function spawnNode(script: string, env: Record<string, string>): Process {
  return spawnProcess(process.execPath, ['--enable-source-maps', join(DIST, script)], env);
}

/** @param as user, group and working directory of the process */
export function spawnProcess(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  as: Pick<SpawnOptions, 'uid' | 'gid' | 'cwd'> = {},
): Process {
  const child = spawn(command, args, {
    ...as,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((settle) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      settle({ code, signal });
    });
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    waitFor(pattern) {
      return new Promise((settle, reject) => {
        const watch = () => {
          const match = pattern.exec(stdout);
          if (match === null) return;
          watchers.delete(watch);
          settle(match);
        };
        watchers.add(watch);
        watch();
        void ended.then(({ code }) =>
          reject(new Error(`The process ended with ${code} before it printed ${pattern}:\n${stdout}${stderr}`)),
        );
      });
    },
  };
}

/** Runs a Node program to its end, with only PATH and the given variables. */
export async function runNode(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = spawnProcess(process.execPath, ['--enable-source-maps', join(DIST, script), ...args], env);
  const { code } = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** False once a process has ended and its parent knows it. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Spawns a gateway and waits until it is ready. */
export async function spawnGateway(env: Record<string, string>): Promise<Process & { url: string }> {
  const gateway = spawnNode(GATEWAY, { PORT: '0', DRAIN_MS: '200', ...env });
  const [, url = ''] = await gateway.waitFor(/URL +(\S+)[^]*curl/);
  return { ...gateway, url };
}

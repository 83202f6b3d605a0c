/**
 * The restartable gateway: one process after another on the same data. Clients await the address of the current
 * process.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { whenDone } from '../harness/cleanup.js';
import { deferred } from '../harness/deferred.js';
import { temporaryDirectory } from '../harness/directory.js';
import { SIMULATOR, spawnNode, type Process } from '../programs/process.js';

const DIST = resolve(import.meta.dirname, '../../..');
/** Each process of the tests has its own, because a process that loads a file while it is written would fail. */
const FOLDER = join(DIST, `crash-${process.pid}`);
const SCRIPT = join(FOLDER, 'crash-gateway.js');

/**
 * Bundles the crash gateway as `npm start` bundles the gateway, because loading is most of a process's time and is
 * halved so. The bundle is removed after the test file.
 */
export function bundleGateway(): void {
  const bundler = join(DIST, 'src/commands/bundle.js');
  const entry = join(DIST, 'test/support/crash/crash-gateway.js');
  whenDone(() => rmSync(FOLDER, { recursive: true, force: true }));
  execFileSync(process.execPath, [bundler, FOLDER, entry], { stdio: ['ignore', 'ignore', 'inherit'] });
}

export type GatewayProcess = {
  readonly url: string;
  /** Makes it kill itself at the first step that is not in `survive`, or never if null. False if it is dead already. */
  arm(survive: readonly string[] | null): Promise<boolean>;
  kill(): void;
  /** Resolves with the name of the step at which it killed itself, or with '' after a kill from outside. */
  readonly ended: Promise<string>;
};

type Death = {
  /** The process kills itself at its first step that is not in this list. */
  readonly survive?: readonly string[];
  /** The harness kills it this long after it was spawned, or after it was ready. */
  readonly afterBirthMs?: number;
  readonly afterReadyMs?: number;
};

export type RestartableGateway = {
  /** Starts the next process. Rejects with `DiedAtBoot` if it ends before it is ready. */
  start(death?: Death): Promise<GatewayProcess>;
  /** The address of the current process, or of the next one once that is ready. */
  url(): Promise<string>;
  /** Everything that all processes have logged as an error. */
  complaints(): string;
};

export class DiedAtBoot extends Error {
  constructor(readonly step: string) {
    super(`the gateway was killed before it was ready: ${step}`);
  }
}

export function createRestartableGateway(env: Record<string, string>): RestartableGateway {
  const directory = temporaryDirectory();
  const file = join(directory, 'step');
  const alive = new Set<ChildProcess>();
  whenDone(() => alive.forEach((child) => child.kill('SIGKILL')));
  let complaints = '';
  let next = deferred<string>();

  return {
    url: () => next.promise,
    complaints: () => complaints,
    async start({ survive, afterBirthMs, afterReadyMs } = {}) {
      const child = spawn(process.execPath, [SCRIPT], {
        env: {
          PATH: process.env['PATH'] ?? '',
          PORT: '0',
          LOG_LEVEL: 'error',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          // Node 22 and later load a process in half the time with this cache.
          NODE_COMPILE_CACHE: join(directory, 'compiled'),
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
          CRASH_FILE: file,
          ...(survive === undefined ? {} : { CRASH_SURVIVE: JSON.stringify(survive) }),
          ...env,
        },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      alive.add(child);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
      let killedFromOutside = false;
      let isReady = false;
      const kill = () => {
        killedFromOutside = true;
        child.kill('SIGKILL');
      };
      let death = afterBirthMs === undefined ? undefined : setTimeout(kill, afterBirthMs);
      const ended = new Promise<string>((resolve, reject) => {
        child.on('close', (code, signal) => {
          alive.delete(child);
          clearTimeout(death);
          // A client that waits for a process that was never ready goes on waiting.
          if (isReady) next = deferred<string>();
          if (signal === 'SIGKILL')
            resolve(killedFromOutside ? '' : existsSync(file) ? readFileSync(file, 'utf8') : '');
          else reject(new Error(`the gateway ended with ${code}: ${complaints}`));
        });
      });
      const message = () => new Promise<any>((resolve) => child.once('message', resolve));
      const ready = await Promise.race([message(), ended.then((step) => Promise.reject(new DiedAtBoot(step)))]);
      if (afterReadyMs !== undefined) death = setTimeout(kill, afterReadyMs);
      isReady = true;
      next.resolve(ready.url);
      return {
        url: ready.url,
        ended,
        async arm(survived) {
          const armed = message().then(() => true);
          if (child.connected) child.send({ survive: survived }, () => {});
          return Promise.race([armed, ended.then(() => false)]);
        },
        kill,
      };
    },
  };
}

/**
 * Spawns a simulator that outlives every gateway process. It is fast and has high quotas, because crashes do not
 * concern them.
 */
export async function spawnSimulator(env: Record<string, string> = {}): Promise<Process & { endpoint: string }> {
  const simulator = spawnNode(SIMULATOR, {
    PORT: '0',
    JOURNAL: join(temporaryDirectory(), 'journal.jsonl'),
    SPEED: '100',
    READS_PER_SECOND: '1000',
    WRITES_PER_SECOND: '1000',
    ...env,
  });
  const [, endpoint = ''] = await simulator.waitFor(/ready at (\S+)\n[^]*npm start/);
  return { ...simulator, endpoint };
}

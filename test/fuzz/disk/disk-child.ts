/**
 * The reading process of the `disk` campaign. It serves many directories, and is replaced when a bad file has ended it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { DiskAnswer } from './disk-answer.js';

const SCRIPT = new URL('disk-reader.js', import.meta.url).pathname;
const PATIENCE_MS = 30_000;

type Reader = { ask(message: object): Promise<string>; kill(): unknown; said(): string; readonly ended: Promise<void> };

export type DiskChild = {
  read(directory: string, ids: readonly string[]): Promise<DiskAnswer>;
  close(): Promise<void>;
};

export function createDiskChild(endpoint: string): DiskChild {
  let child: Reader | null = null;

  function start(): Reader {
    const started = spawn(process.execPath, ['--expose-gc', '--enable-source-maps', SCRIPT, endpoint], {
      env: {
        PATH: process.env['PATH'] ?? '',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    let onLine: (line: string) => void = () => {};
    started.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
    // A process that has ended takes no more lines. Its end is reported as a case of its own.
    started.stdin.on('error', () => {});
    createInterface({ input: started.stdout }).on('line', (line) => onLine(line));
    return {
      ask(message) {
        started.stdin.write(`${JSON.stringify(message)}\n`);
        return new Promise((resolve) => (onLine = resolve));
      },
      kill: () => started.kill('SIGKILL'),
      said: () => said,
      ended: once(started, 'close').then(() => {}),
    };
  }

  return {
    async read(directory, ids) {
      const reader = (child ??= start());
      const answered = reader.ask({ directory, ids }).then((line): DiskAnswer => JSON.parse(line));
      const ended = reader.ended.then(() => ({ type: 'ended', message: reader.said() }) satisfies DiskAnswer);
      let timer: NodeJS.Timeout | undefined;
      const silent = new Promise<DiskAnswer>((resolve) => {
        timer = setTimeout(() => resolve({ type: 'silent', message: reader.said() }), PATIENCE_MS);
      });
      const answer = await Promise.race([answered, ended, silent]);
      clearTimeout(timer);
      if (answer.type !== 'ended' && answer.type !== 'silent') return answer;
      child = null;
      reader.kill();
      await reader.ended;
      return answer;
    },
    async close() {
      child?.kill();
      await child?.ended;
    },
  };
}

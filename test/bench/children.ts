/**
 * The bench's side of child.ts. A child that ends, or does not answer in time, fails the call, so every wait is
 * bounded.
 */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { own } from './processes.js';

export type Child = {
  /** The value that the child reported when it was ready. */
  readonly ready: any;
  call(name: string, argument?: unknown, timeoutMs?: number): Promise<any>;
  stop(): Promise<void>;
};

const READY_MS = 60_000;
const CALL_MS = 60_000;
const DIST = import.meta.dirname;
/** The gateway's side of a comparison, bundled like the program of `npm start`. */
export const BUNDLED = resolve(DIST, '../../bench');
/** The peers are plain JavaScript, which the compiler does not copy. */
export const PEERS = resolve(DIST, '../../../test/bench/peers');

type Answer = { readonly ready?: unknown; readonly id?: number; readonly result?: unknown; readonly error?: string };

/** @param script below dist/test/bench, or an absolute path */
export async function startChild(
  script: string,
  options: { args?: string[]; env?: Record<string, string>; execArgv?: string[] } = {},
): Promise<Child> {
  const { args = [], env = {}, execArgv = [] } = options;
  const child = fork(resolve(DIST, script), args, {
    execArgv,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Arrays of numbers pass without conversion.
    serialization: 'advanced',
  });
  const what = [script.split('/').at(-1), ...args].join(' ');
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const waiting = new Map<
    number,
    { readonly settle: (value: unknown) => void; readonly fail: (error: Error) => void }
  >();
  const ended = own(child).then(() => {
    for (const { fail } of waiting.values()) fail(new Error(`${what} ended:\n${stderr}`));
    waiting.clear();
  });
  child.on('message', ({ id = 0, ready, result, error }: Answer) => {
    const call = waiting.get(id);
    if (error === undefined) call?.settle(id === 0 ? ready : result);
    else call?.fail(new Error(`${what}: ${error}`));
  });

  async function answered(id: number, doing: string, timeoutMs: number): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((settle, fail) => {
        waiting.set(id, { settle, fail });
        timer = setTimeout(
          () => fail(new Error(`${what} took more than ${timeoutMs / 1000} s to ${doing}\n${stderr}`)),
          timeoutMs,
        );
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  let calls = 0;
  return {
    ready: await answered(0, 'be ready', READY_MS),
    call(name, argument = null, timeoutMs = CALL_MS) {
      calls += 1;
      const id = calls;
      const answer = answered(id, name, timeoutMs);
      child.send({ id, name, argument }, (error) => {
        if (error !== null) waiting.get(id)?.fail(error);
      });
      return answer;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts the children together, passes them by name, and ends all of them in every case. */
export async function withChildren<Name extends string, T>(
  starting: Readonly<Record<Name, Promise<Child>>>,
  use: (children: Record<Name, Child>) => Promise<T>,
): Promise<T> {
  const started = await Promise.allSettled(Object.values<Promise<Child>>(starting));
  const children = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    return await use(
      Object.fromEntries(Object.keys(starting).map((name, index) => [name, children[index]])) as Record<Name, Child>,
    );
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

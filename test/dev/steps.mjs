/**
 * The common steps of `npm run dev`, `npm run test:file` and `npm run test:watch`. Plain JavaScript, because it must
 * also run while the code does not compile.
 */
import { spawn } from 'node:child_process';
import { readdirSync, watch } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
/** An editor writes a file in several steps, and a checkout writes many files. */
const SETTLE_MS = 100;

/** @returns whether it succeeded; what it prints is shown */
export function step(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  return new Promise((done, fail) => child.on('error', fail).on('close', (code) => done(code === 0)));
}

/** @param project what is compiled: `src`, or `.` with the tests; only what has changed is compiled again */
export async function build(project) {
  return (
    (await step(['node_modules/typescript/bin/tsc', '-p', project])) &&
    (await step(['--enable-source-maps', 'dist/src/commands/bundle.js']))
  );
}

/** Calls `run` with the files that have changed, one call at a time; changes during a call come with the next one. */
export function onChange(directories, run) {
  const changed = new Set();
  let isRunning = false;
  let timer;
  const flush = async () => {
    if (isRunning || changed.size === 0) return;
    isRunning = true;
    const files = [...changed];
    changed.clear();
    await run(files);
    isRunning = false;
    await flush();
  };
  for (const directory of directories) {
    watch(join(ROOT, directory), { recursive: true }, (_event, name) => {
      if (!/\.(tsx?|json|graphql|css|html)$/.test(name ?? '')) return;
      changed.add(join(directory, name));
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), SETTLE_MS);
    });
  }
}

/** The compiled test files with this in their path below the root. */
export function testsNamed(name) {
  const wanted = relative(ROOT, resolve(ROOT, name));
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.test.ts') && !file.includes('node_modules'),
  );
  return files
    .map((file) => join('test', file))
    .filter((file) => file.includes(wanted))
    .map(compiled)
    .sort();
}

export function compiled(file) {
  return join('dist', file.replace(/\.ts$/, '.js'));
}

export function jest(args) {
  return step([
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...args,
  ]);
}

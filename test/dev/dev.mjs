/**
 * `npm run dev`: the gateway as `npm start` runs it, built and started again after each change in src/. The old process
 * has ended in order before the new one starts, on the same data. While the code does not compile the old one goes on.
 */
import { spawn } from 'node:child_process';
import { ROOT, build, onChange } from './steps.mjs';

/** The gateway that runs, and its end; null when none does. */
let running = null;
let isEnding = false;

function start() {
  // Streams are not sent away one by one: somebody waits for the new process.
  const env = { ...process.env, DRAIN_MS: process.env.DRAIN_MS ?? '0' };
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/start/main.js'], {
    cwd: ROOT,
    stdio: 'inherit',
    env,
  });
  const ended = new Promise((done) => child.on('close', (code) => done(code ?? 1)));
  const mine = { child, ended, isExpected: false };
  running = mine;
  void ended.then((code) => {
    if (running === mine) running = null;
    if (!mine.isExpected)
      console.error(`The gateway has ended with ${code}. It starts again after the next change in src/.`);
  });
}

/** SIGINT: a person waits for the end. */
async function stop() {
  if (running === null) return 0;
  running.isExpected = true;
  running.child.kill('SIGINT');
  return running.ended;
}

async function restart() {
  const isBuilt = await build('src');
  if (isEnding) return;
  if (!isBuilt)
    return console.error(
      running === null
        ? 'The build has failed.'
        : 'The build has failed. The gateway that runs is of the last one that did not.',
    );
  await stop();
  if (!isEnding) start();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isEnding = true;
    void stop().then((code) => process.exit(code));
  });
}
onChange(['src'], restart);
await restart();

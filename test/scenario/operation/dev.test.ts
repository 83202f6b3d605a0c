/** `npm run dev` on a copy of the repository. */
import { appendFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createPatientClient } from '../../support/crash/crash-client.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { freePort } from '../../support/programs/free-port.js';
import { spawnProcess } from '../../support/programs/process.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const READY = /URL +\S+[^]*?curl/;

test('a change restarts the gateway and keeps its tasks, a compile error does not, and Ctrl-C ends both processes', async () => {
  const folder = temporaryDirectory();
  for (const entry of ['package.json', 'tsconfig.json', 'src', 'schema'])
    cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
  mkdirSync(join(folder, 'test'));
  cpSync(join(ROOT, 'test/dev'), join(folder, 'test/dev'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const port = await freePort();
  const dev = spawnProcess(
    process.execPath,
    ['test/dev/dev.mjs'],
    { PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' },
    { cwd: folder },
  );
  await dev.waitFor(READY);
  const client = createPatientClient(() => Promise.resolve(`http://127.0.0.1:${port}/graphql`));
  const { id } = await client.start('O1000005', 'before the change');

  const main = join(folder, 'src/main.ts');
  const text = readFileSync(main, 'utf8');
  appendFileSync(main, "\nconsole.log('changed once');\n");
  await dev.waitFor(
    new RegExp(
      `${READY.source}[^]*?Stopping[^]*?changed ` +
        `once[^]*?${READY.source}|${READY.source}[^]*?Stopping[^]*?${READY.source}[^]*?changed once`,
    ),
  );
  expect(await client.start('O1000005', 'before the change')).toEqual({ id, replayed: true });

  writeFileSync(main, `${text}\nconst wrong: number = 'text';\n`);
  await dev.waitFor(/main\.ts[^]*?error[^]*?TS2322/);
  while (!dev.stderr().includes('The build has failed')) await sleep(50);
  expect(await client.start('O1000005', 'before the change')).toEqual({ id, replayed: true });

  dev.child.kill('SIGINT');
  expect(await dev.ended).toEqual({ code: 0, signal: null });
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
}, 240_000);

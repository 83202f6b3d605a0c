/** The page of GraphiQL compiles. It has a configuration of its own, because it runs in browsers. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

test('the page of GraphiQL compiles', async () => {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const complaints = await promisify(execFile)(process.execPath, [compiler, '--project', 'src/explorer']).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  expect(complaints).toBe('');
});

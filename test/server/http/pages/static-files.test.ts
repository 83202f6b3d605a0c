import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { createStaticFiles } from '../../../../src/server/http/pages/static-files.js';
import { temporaryDirectory } from '../../../support/harness/directory.js';

test('files of a folder that was built after the first request are found', async () => {
  const directory = join(temporaryDirectory(), 'later');
  const files = createStaticFiles(pathToFileURL(`${directory}/`), 'The page');
  expect(await files.text('index.html')).toBeNull();
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.html'), 'built');
  expect(await files.text('index.html')).toBe('built');
});

test('a file that could not be read is read again at the next request', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'index.html');
  const files = createStaticFiles(pathToFileURL(`${directory}/`), 'The page');
  writeFileSync(path, '');
  expect(await files.text('other.html')).toBeNull();
  rmSync(path);
  await expect(files.text('index.html')).rejects.toThrow('ENOENT');
  writeFileSync(path, 'readable');
  expect(await files.text('index.html')).toBe('readable');
});

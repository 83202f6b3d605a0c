import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeDirectory } from '../../src/runtime/make-directory.js';
import { openJournal } from '../../src/partner-central/simulator/state/journal.js';
import { temporaryDirectory } from '../support/harness/directory.js';

test('a directory is made with its parents, each with the mode, and a second call does nothing', () => {
  const root = temporaryDirectory();
  const path = join(root, 'a', 'b', 'c');
  makeDirectory(path, 0o700);
  makeDirectory(path, 0o700);
  for (const each of [join(root, 'a'), join(root, 'a', 'b'), path]) expect(statSync(each).mode & 0o777).toBe(0o700);
});

test('a directory below a file, or in place of a file, is refused', () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'nowhere'), join(root, 'link'));
  expect(() => makeDirectory(join(root, 'file', 'below'))).toThrow('ENOTDIR');
  expect(() => makeDirectory(join(root, 'link'))).toThrow('EEXIST');
  mkdirSync(join(root, 'nowhere'));
  makeDirectory(join(root, 'link', 'below'));
  expect(existsSync(join(root, 'nowhere', 'below'))).toBe(true);
});

// Node's own recursive mkdir never returns from here.
(existsSync('/proc/self') ? test : test.skip)(
  'a directory that the file system does not take is refused at once',
  () => {
    expect(() => makeDirectory('/proc/x/y')).toThrow('ENOENT');
    expect(() => openJournal('/proc/x/simulator.jsonl')).toThrow('ENOENT');
  },
);

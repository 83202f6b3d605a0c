/**
 * The rules of English, held for comments, descriptions, messages, pages and test titles.
 * `node dist/test/support/english/english.js PATH` lists the faults.
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { faultsIn, passagesOf, passagesOfFile, type Passage } from './support/english/english.js';

/**
 * Folders and files that are not rewritten yet. `src/*` means the files directly in src. Pages must keep the rules
 * everywhere.
 */
const NOT_YET: readonly string[] = [
  'src/server/http',
  'src/server/streaming',
  'src/server/websocket',
  'test/server/http',
  'test/server/streaming',
  'test/server/websocket',
  'test/support',
];

const all = passagesOf();

function covers(entry: string, path: string): boolean {
  if (entry.endsWith('/*')) return path.slice(0, path.lastIndexOf('/')) === entry.slice(0, -2);
  return path === entry || path.startsWith(`${entry}/`);
}

function isHeld({ path, kind }: Passage): boolean {
  return kind === 'page' || !NOT_YET.some((entry) => covers(entry, path));
}

describe('the English of the repository', () => {
  test('every sentence keeps the rules', () => {
    const faults = faultsIn(all.filter(isHeld));
    expect(faults.map(({ path, line, fault, sentence }) => `${path}:${line} ${fault}: ${sentence}`)).toEqual([]);
  });

  test.each(NOT_YET.map((entry) => [entry]))('a folder that keeps the rules is not left out: %s', (entry) => {
    expect(existsSync(entry.replace(/\/\*$/, ''))).toBe(true);
    expect(faultsIn(all.filter(({ path, kind }) => kind !== 'page' && covers(entry, path)))).not.toEqual([]);
  });

  test('the scan finds passages of every kind', () => {
    const counts = new Map<string, number>();
    for (const { kind } of all) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const kind of ['comment', 'description', 'message', 'title'])
      expect([kind, (counts.get(kind) ?? 0) > 500]).toEqual([kind, true]);
    expect(counts.get('page')).toBeGreaterThan(4);
  });
});

describe('passagesOfFile', () => {
  test('a source has its comments, and its strings of four words that are not SQL', () => {
    const source = [
      "/** A. */ const a = 'No such file here.';",
      "const b = 'select it from the table'; const c = 'too short'; const d = sql`one two three four`;",
    ].join('\n');
    expect(passagesOfFile('src/a.ts', source).map(({ kind, text }) => [kind, text])).toEqual([
      ['comment', 'A.'],
      ['message', 'No such file here.'],
    ]);
  });

  test('a test has its comments and titles, and its other strings are data', () => {
    const source = "// A.\ndescribe('b', () => test.each([1])('c', () => read('not a title of a test')));";
    expect(passagesOfFile('test/a.test.ts', source).map(({ kind, text }) => [kind, text])).toEqual([
      ['comment', 'A.'],
      ['title', 'b'],
      ['title', 'c'],
    ]);
  });

  test('a schema has its descriptions, with their lines', () => {
    const schema = '"A."\ntype Query {\n  """\n  B.\n  """\n  b("C." c: Int): Int\n}';
    expect(passagesOfFile('schema/a.graphql', schema).map(({ line, text }) => [line, text])).toEqual([
      [1, 'A.'],
      [3, 'B.'],
      [6, 'C.'],
    ]);
  });
});

/**
 * The rules of English, held for comments, descriptions, messages, pages and test titles.
 * `node dist/test/support/english/english.js PATH` lists the faults.
 */
import { describe, expect, test } from '@jest/globals';
import { faultsIn, passagesOf, passagesOfFile } from './support/english/english.js';

const all = passagesOf();

describe('the English of the repository', () => {
  test('every sentence keeps the rules', () => {
    const faults = faultsIn(all);
    expect(faults.map(({ path, line, fault, sentence }) => `${path}:${line} ${fault}: ${sentence}`)).toEqual([]);
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

  test('a file with markup has the comments that begin a line, with their lines', () => {
    const source = "/** A. */\nconst a = <p>It isn't code.</p>;\n// B.\nconst b = (\n  <p>\n    {/* C. */}\n  </p>\n);";
    expect(passagesOfFile('src/a.tsx', source).map(({ line, text }) => [line, text])).toEqual([
      [1, 'A.'],
      [3, 'B.'],
      [6, 'C.'],
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

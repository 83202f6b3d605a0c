import { describe, expect, test } from '@jest/globals';
import { readSource } from './source-text.js';

const commentsOf = (source: string): string[] => readSource(source).comments.map(({ text }) => text);
const textsOf = (source: string): string[] => readSource(source).texts.map(({ text }) => text);

describe('readSource: comments', () => {
  test('line comments that follow each other are one comment, at the line of the first', () => {
    expect(readSource('a();\n// One,\n// two.\n\n// Three.\n').comments).toMatchObject([
      { line: 2, text: 'One,\ntwo.' },
      { line: 5, text: 'Three.' },
    ]);
  });

  test('a block comment loses its stars and keeps its lines', () => {
    expect(commentsOf('/**\n * One.\n *\n * @param a two\n */\nb();')).toEqual(['One.\n\n@param a two']);
  });

  test('comment signs in strings are not comments', () => {
    expect(commentsOf(`const a = 'http://x'; const b = "/* b */"; const c = 'it\\'s // c'; // Real.`)).toEqual([
      'Real.',
    ]);
  });

  test('comment signs in templates are not comments, and those in their expressions are', () => {
    expect(commentsOf('const a = `// a ${b /* in */ + `/* c ${d} */`} http://x`; // Real.')).toEqual(['in', 'Real.']);
  });

  test('a brace in an expression of a template does not end it', () => {
    expect(commentsOf('const a = `${list.map(({ b }) => { return b; })} // a`; // Real.')).toEqual(['Real.']);
  });

  test('comment signs and quotes in regular expressions are not comments or strings', () => {
    const source = `a.replace(/\\/\\/['"]/g, ''); const b = /[/*'"]/.test(c); return /"/u; // Real.`;
    expect([commentsOf(source), textsOf(source)]).toEqual([['Real.'], ['']]);
  });

  test('a division does not begin a regular expression', () => {
    expect(commentsOf(`const a = (b + c) / d; const e = f[0] / g; const h = i / 2; // Real. /`)).toEqual(['Real. /']);
  });
});

describe('readSource: texts', () => {
  test('literals that are joined are one text', () => {
    expect(textsOf("const a = 'one ' +\n  `two ${b} ` + 'three';")).toEqual(['one two x three']);
  });

  test('a first argument names its call', () => {
    const source =
      "test('a', f); test.each([1, g(2)] as const)('b', f); describe(\n  `c`, f); h('d')('e'); i(1, 'j'); ('k');";
    const calls = readSource(source).texts.map(({ text, firstArgumentOf }) => [text, firstArgumentOf]);
    expect(calls).toEqual([
      ['a', 'test'],
      ['b', 'test.each'],
      ['c', 'describe'],
      ['d', 'h'],
      ['e', 'h'],
      ['j', null],
      ['k', null],
    ]);
  });

  test('a template names its tag', () => {
    expect(readSource('const a = sql`select ${1}`; const b = `c`;').texts.map(({ text, tag }) => [text, tag])).toEqual([
      ['select x', 'sql'],
      ['c', null],
    ]);
  });

  test('a string without an end is an error, because the rest would be misread', () => {
    expect(() => readSource("const a = 'b\n';")).toThrow('The string in line 1 has no end.');
  });
});

/** The page of the log's invariants. Each invariant is numbered and names tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { passagesOfFile } from '../support/english/english.js';

const PAGE = 'src/transitions/README.md';

type Invariant = { readonly number: number; readonly tests: { readonly path: string; readonly title: string }[] };

const invariants = invariantsOf(readFileSync(PAGE, 'utf8'));

function invariantsOf(page: string): Invariant[] {
  const found: Invariant[] = [];
  for (const line of page.split('\n')) {
    const number = /^(\d+)\. \*\*/.exec(line)?.[1];
    if (number !== undefined) found.push({ number: Number(number), tests: [] });
    const [, path, title] = /^ +- `(test\/[^`]+)`: `([^`]+)`$/.exec(line) ?? [];
    if (path !== undefined && title !== undefined) found.at(-1)?.tests.push({ path, title });
  }
  return found;
}

function titlesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const passages = passagesOfFile(path, readFileSync(path, 'utf8'));
  return passages.filter(({ kind }) => kind === 'title').map(({ text }) => text);
}

describe('the invariants of the log', () => {
  test('the invariants are numbered from 1 without a gap', () => {
    expect(invariants.length).toBeGreaterThan(10);
    expect(invariants.map(({ number }) => number)).toEqual(invariants.map((_, index) => index + 1));
  });

  test('every invariant names a test', () => {
    expect(invariants.filter(({ tests }) => tests.length === 0).map(({ number }) => number)).toEqual([]);
  });

  test('every named test exists', () => {
    const named = invariants.flatMap(({ tests }) => tests);
    expect(named.filter(({ path, title }) => !titlesIn(path).includes(title))).toEqual([]);
  });

  test('every line that names a test has the form that this test reads', () => {
    const lines = readFileSync(PAGE, 'utf8')
      .split('\n')
      .filter((line) => line.includes('- `test/'));
    expect(lines).toHaveLength(invariants.flatMap(({ tests }) => tests).length);
  });
});

/** The recipes on the pages are the files of test/clients/recipes, which the tests of clients run. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pages } from './support/checks/pages.js';

const FOLDER = 'test/clients/recipes';
const RECIPE = /<!-- recipe: ([\w-]+) -->\n```ts\n([^]*?)```/g;

const shown = pages().flatMap(({ path, text }) =>
  [...text.matchAll(RECIPE)].map(([, name = '', code = '']) => ({ path, name, code })),
);

test.each(shown)('the recipe $name of $path is the file that is tested', ({ name, code }) => {
  expect(code).toBe(readFileSync(join(FOLDER, `${name}.ts`), 'utf8'));
});

test('every recipe is on a page', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.ts', ''));
  expect(files.filter((file) => !shown.some(({ name }) => name === file))).toEqual([]);
});

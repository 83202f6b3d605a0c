/** The pages of the source. Each file and folder that they name exists. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const PAGES = ['src/README.md', 'src/transitions/README.md'];

/** The files and folders in backticks, except tests, as paths from the folder of the page. */
function namedIn(page: string): string[] {
  const named = page.replace(/```[^]*?```/g, '').matchAll(/`((?!test\/)[\w.-]+(?:\/[\w.-]+)*(?:\.ts|\/))`/g);
  return [...new Set([...named].map((match) => match[1] ?? ''))];
}

describe('the pages of the source', () => {
  test.each(PAGES)('every file that a page names exists: %s', (page) => {
    const named = namedIn(readFileSync(page, 'utf8'));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
  });
});

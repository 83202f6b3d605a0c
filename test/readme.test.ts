/**
 * The README files. Each table agrees with the code that it describes, each link leads to a target, and the first page
 * stays short.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../src/config/settings.js';
import { TASK_OPERATIONS } from '../src/partner-central/task-operations.js';
import * as reads from '../src/partner-central/record-operations.js';
import * as rawOperations from '../src/partner-central/raw-operations.js';
import * as relatedReads from '../src/partner-central/related-operations.js';
import * as invitationWrites from '../src/partner-central/writes/invitation-writes.js';
import * as opportunityWrites from '../src/partner-central/writes/opportunity-writes.js';
import { ANY_OTHER_IDENTIFIER, SCENARIOS } from '../src/partner-central/simulator/scenarios/scenarios.js';
import { ALGORITHMS } from '../src/server/security/auth.js';
import { pages, withoutCode, type Page } from './support/checks/pages.js';

const MOST_LINES = 220;
/** Tables and code may be wider, and so may the name of a test. The page of the benchmarks is written by a program. */
const MOST_COLUMNS = 160;

const all = pages();
const first = textOf('README.md');
const server = textOf('src/server/README.md');
const worker = textOf('src/worker/README.md');
const simulator = textOf('src/partner-central/simulator/README.md');
const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));

function textOf(path: string): string {
  const page = all.find((each) => each.path === path);
  if (page === undefined) throw new Error(`There is no ${path}.`);
  return page.text;
}

function sectionOf(text: string, heading: string): string {
  return `\n${text}`.split(`\n${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** The cells of the first table under a heading, or of the table whose first column has this name. */
function tableUnder(text: string, heading: string, column = ''): string[][] {
  const section = sectionOf(text, heading);
  const table = section.split('\n\n').find((part) => part.startsWith(`| ${column}`)) ?? '';
  const rows = table.trim().split('\n');
  return rows.slice(2).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}

describe('README.md', () => {
  test(`the first page has at most ${MOST_LINES} lines`, () => {
    expect(first.trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
  });

  test('the first page begins with an identifier that completes', () => {
    const named = [...first.matchAll(/\b(O\d{5,}|eng-[0-9a-z]{14})\b/g)].map((match) => match[1]);
    const plain = SCENARIOS.filter(
      ({ phases, firstSends }) => phases.at(-1)?.status === 'COMPLETE' && firstSends === undefined,
    ).map(({ identifier }) => identifier);
    expect(plain).toContain(named[0]);
  });
});

describe('the tables of the README files', () => {
  const settings = Object.entries(SETTINGS).map(([name, { default: value, about }]) => [
    name,
    value === '' ? '–' : `\`${value}\``,
    about,
  ]);

  test('the settings are listed exactly as declared, and the first page has some of the rows', () => {
    expect(tableUnder(textOf('src/config/README.md'), '# Settings')).toEqual(settings);
    const some = tableUnder(first, '## Settings');
    expect(some).toEqual(settings.filter(([name]) => some.some(([shown]) => shown === name)));
    expect(some.length).toBeGreaterThanOrEqual(8);
  });

  test('the sample identifiers are listed exactly as the simulator has them', () => {
    expect(tableUnder(simulator, '## Sample identifiers')).toEqual(
      SCENARIOS.map(({ identifier, outcome }) => [`\`${identifier}\``, outcome]),
    );
    expect(simulator).toContain(ANY_OTHER_IDENTIFIER);
  });

  test('the limits are listed with the defaults of their settings', () => {
    const limits = Object.values(SETTINGS).flatMap(({ default: value, about }) => {
      const name = /\(`(\w+)`\)/.exec(about)?.[1];
      return name === undefined ? [] : [[`\`${name}\``, value]];
    });
    expect(limits.length).toBeGreaterThanOrEqual(9);
    const listed = tableUnder(server, '## Limits').map(([name, value]) => [name, value?.replaceAll(',', '')]);
    expect(listed).toEqual(expect.arrayContaining(limits));
  });

  test('every error code is listed', () => {
    const files = ['src/server', 'src/graphql'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    );
    const sources = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const codes = new Set(
      [...sources.matchAll(/\w+\(\s*'([A-Z]+_[A-Z_]+|FORBIDDEN|UNAUTHENTICATED)',|\bcode: '([A-Z_]+)'/g)].map(
        (match) => match[1] ?? match[2],
      ),
    );
    expect(codes.size).toBeGreaterThanOrEqual(15);
    const listed = [...sectionOf(server, '## Error codes').matchAll(/`(\w+)`/g)].map((match) => match[1]);
    expect([...codes].filter((code) => !listed.includes(code))).toEqual([]);
  });

  test('every exit code is listed', () => {
    const sources = ['src/main.ts', 'src/uncaught.ts'].map((file) => readFileSync(file, 'utf8')).join('');
    const codes = [...sources.matchAll(/process\.exit\((\d+)\)|EXIT_CODE = (\d+)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const listed = tableUnder(worker, '## Run it as a service', 'exit code').map(([code]) => code);
    expect(listed.filter((code) => /^`\d+`$/.test(code ?? ''))).toEqual(
      [...new Set(codes)].sort((a, b) => Number(a) - Number(b)).map((code) => `\`${code}\``),
    );
  });
});

describe('the README files', () => {
  test('the algorithms of tokens are listed exactly as the server accepts them', () => {
    const sentence = /a signature by\s([^.]*)\./.exec(server)?.[1] ?? '';
    expect([...sentence.matchAll(/`(\w+)`/g)].map((match) => match[1])).toEqual(ALGORITHMS);
  });

  test('the IAM policy grants every action that the gateway calls', () => {
    const called = [
      ...Object.values(TASK_OPERATIONS).flatMap(({ start, list }) => [start, list]),
      ...Object.values({
        ...reads,
        ...relatedReads,
        ...rawOperations,
        ...invitationWrites,
        ...opportunityWrites,
      }).flatMap((each) => (typeof each === 'object' ? [each.operation] : [])),
    ];
    expect(called.length).toBeGreaterThanOrEqual(24);
    const granted = [...worker.matchAll(/"partnercentral:(\w+)"/g)].map((match) => match[1] ?? '');
    expect(called.filter((action) => !granted.includes(action))).toEqual([]);
  });

  test('every npm script that a page names exists', () => {
    const named = all.flatMap(({ text }) =>
      [...text.matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  test('the example of npm run test:file finds a test', () => {
    const [, name = 'none'] = /npm run test:file -- (\S+)`/.exec(first) ?? [];
    const files = readdirSync('test', { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => file.endsWith('.test.ts') && file.includes(name))).not.toEqual([]);
    expect(readFileSync('test/dev/test-file.mjs', 'utf8')).toContain(`such as ${name}.`);
  });

  test(`prose has at most ${MOST_COLUMNS} columns`, () => {
    const wide = all
      .filter(({ path }) => path !== 'test/bench/README.md')
      .flatMap(({ path, text }) =>
        text
          .replace(/```[^]*?```/g, '')
          .split('\n')
          .filter((line) => line.length > MOST_COLUMNS && !/^\||^ +- `test\//.test(line))
          .map((line) => `${path}: ${line}`),
      );
    expect(wide).toEqual([]);
  });

  test.each(all)('every link and anchor exists: $path', ({ path, text }) => {
    const links = linksOf(text).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !leadsSomewhere(path, link))).toEqual([]);
  });

  test('every page is linked from another page', () => {
    const linked = new Set(
      all.flatMap(({ path, text }) => linksOf(text).map((link) => join(dirname(path), link.split('#')[0] ?? ''))),
    );
    expect(all.filter(({ path }) => path !== 'README.md' && !linked.has(path)).map(({ path }) => path)).toEqual([]);
  });
});

function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(path)) return false;
  return anchor === undefined || anchorsOf({ path, text: readFileSync(path, 'utf8') }).includes(anchor);
}

/** GitHub's anchors of the headings: lower case, hyphens for spaces, and no other sign. */
function anchorsOf({ text }: Page): string[] {
  const headings = [...text.replace(/```[^]*?```/g, '').matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

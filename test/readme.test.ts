import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../src/config/settings.js';
import { OPERATIONS } from '../src/partner-central/operations.js';
import * as reads from '../src/partner-central/reads.js';
import { ANY_OTHER_IDENTIFIER, SCENARIOS } from '../src/partner-central/simulator/scenarios.js';
import { ALGORITHMS } from '../src/server/auth.js';

const readme = readFileSync('README.md', 'utf8');
const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The cells of the rows of the first table under a heading, or of the one whose first column is called so. */
function tableUnder(heading: string, column = ''): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const table = section.split('\n\n').find((part) => part.startsWith(`| ${column}`)) ?? '';
  const rows = table.trim().split('\n');
  return rows.slice(2).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}

describe('the README', () => {
  test('lists the sample identifiers exactly as the simulator has them', () => {
    const table = SCENARIOS.map(({ identifier, outcome }) => [`\`${identifier}\``, outcome]);
    expect(tableUnder('Sample identifiers')).toEqual(table);
    expect(readme).toContain(ANY_OTHER_IDENTIFIER);
  });

  test('lists the settings exactly as they are declared', () => {
    const table = Object.entries(SETTINGS).map(([name, { default: value, about }]) => [
      name,
      value === '' ? '–' : `\`${value}\``,
      about,
    ]);
    expect(tableUnder('Settings')).toEqual(table);
  });

  test('lists the algorithms of tokens exactly as the server accepts them', () => {
    const sentence = /a signature by\s([^.]*)\./.exec(readme)?.[1] ?? '';
    expect([...sentence.matchAll(/`(\w+)`/g)].map((match) => match[1])).toEqual(ALGORITHMS);
  });

  test('grants every action that the gateway calls', () => {
    const called = [
      ...Object.values(OPERATIONS).flatMap(({ start, list }) => [start, list]),
      ...Object.values(reads).flatMap((read) => (typeof read === 'object' ? [read.operation] : [])),
    ];
    expect(called.length).toBeGreaterThanOrEqual(13);
    const granted = [...readme.matchAll(/"partnercentral:(\w+)"/g)].map((match) => match[1] ?? '');
    expect(called.filter((action) => !granted.includes(action))).toEqual([]);
  });

  test('lists every code that the process exits with', () => {
    const sources = ['src/main.ts', 'src/uncaught.ts'].map((file) => readFileSync(file, 'utf8')).join('');
    const codes = [...sources.matchAll(/process\.exit\((\d+)\)|EXIT_CODE = (\d+)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const listed = tableUnder('Settings', 'exit code').map(([code]) => code);
    expect(listed.filter((code) => /^`\d+`$/.test(code ?? ''))).toEqual(
      [...new Set(codes)].sort((a, b) => Number(a) - Number(b)).map((code) => `\`${code}\``),
    );
  });

  test('names only npm scripts that exist', () => {
    const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  test('begins with an identifier that completes', () => {
    const first = [...readme.matchAll(/\b(O\d{5,}|eng-[0-9a-z]{14})\b/g)].map((match) => match[1]);
    const plain = SCENARIOS.filter(
      ({ phases, firstSends }) => phases.at(-1)?.status === 'COMPLETE' && firstSends === undefined,
    ).map(({ identifier }) => identifier);
    expect(plain).toContain(first[0]);
  });
});

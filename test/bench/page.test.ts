import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  FIRST_PAGE,
  PAGE,
  RESULTS,
  TEMPLATE,
  pageOf,
  readResults,
  withHeadline,
  withMeasured,
  type Results,
  type Stored,
} from './page.js';

const MET = { what: 'one', measured: '1.00 ×', goal: '≤ 2 ×', met: true };
const MISSED = { what: 'two', measured: '3.00 ×', goal: '≤ 2 ×', met: false };

function result(change: Partial<Stored> = {}): Stored {
  return {
    at: '2026-01-02T03:04:05.678Z',
    machine: { cpu: 'Z80', cores: 2, memoryGb: 1 },
    versions: { node: '20.20.2' },
    about: 'Quietly.',
    tables: [{ title: 'Numbers', head: ['', 'a'], rows: [['one', 1]] }],
    goals: [MET],
    ...change,
  };
}

describe('the pages of the benchmarks', () => {
  test('the page is made of the template and of the stored results', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(readFileSync(TEMPLATE, 'utf8'), readResults(RESULTS)));
  });

  test('the first page has six headline rows of the stored results', () => {
    const page = readFileSync(FIRST_PAGE, 'utf8');
    expect(page).toBe(withHeadline(page, readResults(RESULTS)));
    expect(page.split('<!-- bench:headline -->')[1]?.match(/^\| `/gm)).toHaveLength(6);
  });
});

describe('pageOf', () => {
  test('a section has its goals, its verdict, its conclusions and its numbers', () => {
    const page = pageOf('# T\n\n{{http}}\n', { http: result({ conclusions: ['It lasts.'] }) });
    expect(page.slice(page.indexOf('# T'))).toBe(`# T

|  | measured | goal |  |
| --- | ---: | ---: | ---: |
| one | 1.00 × | ≤ 2 × | met |

The only goal is met.

It lasts.

<details><summary>How, and all numbers</summary>

- Quietly.
- 2 × Z80, 1 GB; measured on 2026-01-02.
- Versions: node 20.20.2.

**Numbers**

|  | a |
| --- | ---: |
| one | 1 |

</details>
`);
  });

  test('a missed goal stands with its numbers in its section and at the top', () => {
    const page = pageOf('{{verdict}}\n\n{{http}}\n', { http: result({ goals: [MET, MISSED] }), boot: result() });
    expect(page).toContain('Missed, 1 of 3:\n\n- `http`: two: 3.00 ×, goal ≤ 2 ×\n');
    expect(page).toContain('| two | 3.00 × | ≤ 2 × | **missed** |\n\nMissed, 1 of 2:\n\n- two: 3.00 ×, goal ≤ 2 ×');
    expect(page).not.toContain('All');
  });

  test('the verdict counts the goals if all are met', () => {
    expect(pageOf('{{verdict}}\n', { http: result({ goals: [MET, MET] }) })).toContain('All 2 goals are met.');
  });

  test('a section without results says how to measure it, and a result without a section follows at the end', () => {
    const page = pageOf('{{http}}\n', { other: result({ goals: [] }) });
    expect(page).toContain('Not measured yet: `npm run bench -- http --write`.\n\n## `other`\n\n<details>');
  });

  test('the load of the machine is part of the method', () => {
    const busy = result({ machine: { cpu: 'Z80', cores: 2, memoryGb: 1, loadAtStart: 1.44 } });
    expect(pageOf('{{http}}', { http: busy })).toContain('- 2 × Z80, 1 GB, load 1.4 at the start; measured');
  });
});

describe('withMeasured', () => {
  test('results since the begin of the run replace stored ones, without details, and others stay', () => {
    const stored = { http: result(), boot: result(), start: result() };
    const [older, newer] = [{ at: '2026-02-01T00:00:00.000Z' }, { at: '2026-02-03T00:00:00.000Z', about: 'New.' }];
    const detailed = { ...result(newer), details: [1] };
    const last = { http: detailed, boot: result({ ...older, about: 'Old.' }) };
    const { http, boot, start } = withMeasured(stored, last, new Date('2026-02-02'));
    expect([http, boot, start]).toEqual([result(newer), result(), result()]);
  });
});

describe('withHeadline', () => {
  const page = 'a\n<!-- bench:headline -->\nold\n<!-- /bench:headline -->\nb\n';

  test('only the rows between the two marks are replaced', () => {
    const results: Results = { boot: result({ goals: [{ ...MISSED, what: 'gateway, first start: time' }] }) };
    const rows = '| `boot`: gateway, first start: time | 3.00 × | ≤ 2 × | **missed** |';
    const table = `| what | measured | goal |  |\n| --- | ---: | ---: | ---: |\n${rows}`;
    expect(withHeadline(page, results)).toBe(`a\n<!-- bench:headline -->\n${table}\n<!-- /bench:headline -->\nb\n`);
  });

  test('a page without the marks is an error', () => {
    expect(() => withHeadline('a', {})).toThrow('README.md lacks <!-- bench:headline -->');
  });
});

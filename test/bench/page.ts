/**
 * The page of the benchmarks, and the headline rows of the first page. Both are made of stored results and a template
 * only, so that a verdict in prose cannot differ from a number in a table.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Goal, Table } from './report.js';

export type Stored = {
  /** The end of the measurement, as an ISO 8601 text. */
  readonly at: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly loadAtStart?: number;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly about: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly conclusions?: readonly string[];
};
export type Results = Readonly<Record<string, Stored>>;

/** All results of the last runs, with their details; not committed. */
export const LAST_RESULTS = 'bench-results.json';
export const RESULTS = 'test/bench/results.json';
export const TEMPLATE = 'test/bench/template.md';
export const PAGE = 'test/bench/README.md';
export const FIRST_PAGE = 'README.md';

/** The goals that the first page shows. */
const HEADLINES: readonly (readonly [name: string, what: string])[] = [
  ['http', 'list of 50 in memory, over Apollo Server + Express'],
  ['streams', 'memory of a subscriber, over bare ws'],
  ['resume', 'all have what they missed after'],
  ['start', 'added to a start on SQLite'],
  ['boot', 'gateway, first start: time'],
  ['follow', '100 in flight: median delay'],
];

export function readResults(path: string): Results {
  if (!existsSync(path)) return {};
  const results: Results = JSON.parse(readFileSync(path, 'utf8'));
  return results;
}

/** Stores the results that were measured since `since`, and writes both pages. */
export function writePages(since: Date): void {
  const results = withMeasured(readResults(RESULTS), readResults(LAST_RESULTS), since);
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(PAGE, pageOf(readFileSync(TEMPLATE, 'utf8'), results));
  writeFileSync(FIRST_PAGE, withHeadline(readFileSync(FIRST_PAGE, 'utf8'), results));
}

/**
 * The stored results, replaced by results of the last runs that were measured since `since`, without their details.
 */
export function withMeasured(stored: Results, last: Results, since: Date): Results {
  const measured = Object.entries(last).filter(([, { at }]) => new Date(at) >= since);
  const kept = measured.map(([name, result]): [string, Stored] => {
    const { at, machine, versions, about, tables, goals, conclusions } = result;
    return [
      name,
      { at, machine, versions, about, tables, goals, ...(conclusions === undefined ? {} : { conclusions }) },
    ];
  });
  return { ...stored, ...Object.fromEntries(kept) };
}

/** Results without a place in the template follow at the end. */
export function pageOf(template: string, results: Results): string {
  const placed = new Set<string>();
  const filled = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (name === 'verdict') return verdictOf(goalsOf(results));
    placed.add(name);
    const result = results[name];
    return result === undefined ? `Not measured yet: \`npm run bench -- ${name} --write\`.` : sectionOf(result);
  });
  const others = Object.entries(results).filter(([name]) => !placed.has(name));
  const sections = others.map(([name, result]) => `## \`${name}\`\n\n${sectionOf(result)}\n`);
  const written = `<!-- Written by npm run bench -- all --write, from template.md and results.json. -->\n`;
  return [`${written}\n${filled}`, ...sections].join('\n');
}

export function withHeadline(page: string, results: Results): string {
  const rows = HEADLINES.flatMap(([name, what]) => {
    const goal = results[name]?.goals.find((each) => each.what === what);
    return goal === undefined ? [] : [goalRow({ ...goal, what: `\`${name}\`: ${what}` })];
  });
  const [begin, end] = ['<!-- bench:headline -->', '<!-- /bench:headline -->'];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${FIRST_PAGE} lacks ${begin} or ${end}.`);
  return `${before}${begin}\n${markdown({ head: ['what', 'measured', 'goal', ''], rows })}\n${end}${after}`;
}

/** The goals, the verdict, and the numbers in a section to unfold. */
export function sectionOf({ at, machine, versions, about, tables, goals, conclusions = [] }: Stored): string {
  const load = machine.loadAtStart === undefined ? '' : `, load ${machine.loadAtStart.toFixed(1)} at the start`;
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const method = [
    `- ${about}`,
    `- ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB${load}; measured on ${at.slice(0, 10)}.`,
    `- Versions: ${known.join(', ')}.`,
  ];
  return [
    ...(goals.length === 0 ? [] : [markdown({ head: ['', 'measured', 'goal', ''], rows: goals.map(goalRow) })]),
    ...[verdictOf(goals), ...conclusions].filter((sentence) => sentence !== ''),
    '<details><summary>How, and all numbers</summary>',
    method.join('\n'),
    ...tables.map((table) => `**${table.title}**\n\n${markdown(table)}`),
    '</details>',
  ].join('\n\n');
}

function goalRow({ what, measured, goal, met }: Goal): string[] {
  return [what, measured, goal, met ? 'met' : '**missed**'];
}

function goalsOf(results: Results): Goal[] {
  return Object.entries(results).flatMap(([name, { goals }]) =>
    goals.map((goal) => ({ ...goal, what: `\`${name}\`: ${goal.what}` })),
  );
}

function verdictOf(goals: readonly Goal[]): string {
  const missed = goals.filter(({ met }) => !met);
  const count = goals.length === 1 ? 'The only goal is' : `All ${goals.length} goals are`;
  if (missed.length === 0) return goals.length === 0 ? '' : `${count} met.`;
  const list = missed.map(({ what, measured, goal }) => `- ${what}: ${measured}, goal ${goal}`);
  return [`Missed, ${missed.length} of ${goals.length}:`, '', ...list].join('\n');
}

function markdown({ head, rows }: Pick<Table, 'head' | 'rows'>): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** How every comparison says what it measured: the goals and the tables for the README, and all of it in bench-results.json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';

const RESULTS = resolve(import.meta.dirname, '../../../bench-results.json');

export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
};
export type Goal = { readonly what: string; readonly goal: string; readonly measured: string; readonly met: boolean };
export type Report = {
  readonly name: string;
  /** How it was measured, in a sentence. */
  readonly about: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** Everything that was measured, for whoever wants to look closer. */
  readonly details: unknown;
};

/** The load of a machine that something else is at work on. */
const BUSY = 0.5;
const loadAtStart = loadavg()[0] ?? 0;

export function publish(report: Report): void {
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: process.platform,
    loadAtStart,
  };
  const versions = { node: process.versions.node, ...report.versions };
  const known = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const method = `${report.about} ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB; ${known.join(', ')}.`;
  const tables = report.tables.map((table) => `**${table.title}**\n\n${markdown(table)}`);
  // For the README as it is: what was meant and what came of it, and the numbers for whoever unfolds them.
  const folded = ['<details><summary>How, and all numbers</summary>', method, ...tables, '</details>'];
  const goals = report.goals.length === 0 ? [] : [markdown(verdict(report))];
  console.log(`\n<!-- bench:${report.name} -->\n${[...goals, ...folded].join('\n\n')}\n<!-- /bench:${report.name} -->`);
  if (loadAtStart > BUSY)
    console.log(`\nThe machine was busy when this began (load ${loadAtStart.toFixed(1)}): trust none of it.`);
  const before: unknown = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  const results = {
    ...(typeof before === 'object' ? before : {}),
    [report.name]: { at: new Date().toISOString(), machine, ...report, versions },
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}

function verdict({ name, goals }: Report): Pick<Table, 'head' | 'rows'> {
  return {
    head: [`\`${name}\``, 'measured', 'goal', ''],
    rows: goals.map(({ what, goal, measured, met }) => [what, measured, goal, met ? 'met' : '**missed**']),
  };
}

function markdown({ head, rows }: Pick<Table, 'head' | 'rows'>): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export function atLeast(what: string, measured: number, goal: number, unit = '×'): Goal {
  return {
    what,
    goal: `≥ ${goal.toLocaleString('en')} ${unit}`,
    measured: `${rounded(measured)} ${unit}`,
    met: measured >= goal,
  };
}

export function atMost(what: string, measured: number, goal: number, unit = '×'): Goal {
  return {
    what,
    goal: `≤ ${goal.toLocaleString('en')} ${unit}`,
    measured: `${rounded(measured)} ${unit}`,
    met: measured <= goal,
  };
}

/** Three digits are what such a measurement is worth. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

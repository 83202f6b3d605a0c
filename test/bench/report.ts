/** Every comparison reports here. Its goals and tables are printed, and everything is stored in bench-results.json. */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { LAST_RESULTS, readResults, sectionOf } from './page.js';

export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
};
export type Goal = { readonly what: string; readonly goal: string; readonly measured: string; readonly met: boolean };
export type Report = {
  readonly name: string;
  /** The method, in sentences of at most 30 words. */
  readonly about: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** Sentences that follow from the numbers, for the page. */
  readonly conclusions?: readonly string[];
  /** All measurements; stored, and not shown. */
  readonly details: unknown;
};

/** The load from which a machine counts as busy with other work. */
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
  const result = { at: new Date().toISOString(), machine, ...report, versions };
  console.log(`\n## \`${report.name}\`\n\n${sectionOf(result)}`);
  if (loadAtStart > BUSY)
    console.log(`\nThe machine was busy at the start (load ${loadAtStart.toFixed(1)}): do not trust these numbers.`);
  writeFileSync(LAST_RESULTS, `${JSON.stringify({ ...readResults(LAST_RESULTS), [report.name]: result }, null, 2)}\n`);
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

/** Rounds to three digits, which is the precision of such a measurement. */
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

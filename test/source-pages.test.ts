/**
 * The pages of the source. Each file and folder that they name exists, and the tables of metrics and of log lines are
 * complete.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createTelemetry } from '../src/runtime/telemetry.js';
import { createMetrics } from '../src/server/lifecycle/metrics.js';

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

test('the page on operation has each metric with its labels and its help', async () => {
  const telemetry = createTelemetry({ level: 'silent' });
  createMetrics(telemetry);
  const labels = telemetry.registry.getMetricsAsArray().map((metric) => [metric.name, labelsOf(metric)] as const);
  const labelsByName = new Map(labels);
  const metrics = await telemetry.registry.getMetricsAsJSON();
  const expected = metrics.map(({ name, help }) => {
    const named = (labelsByName.get(name) ?? []).map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${named === '' ? '–' : named} | ${help} |`;
  });
  const rows = readFileSync('src/worker/README.md', 'utf8').match(/^\| `gateway_.*$/gm);
  expect(rows).toEqual(expected.toSorted());
});

test('the page on operation has each line of the log that is not a sentence, with its level', () => {
  const logged = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join('src', file), 'utf8').matchAll(/\blog\.(\w+)\([^;']*'([a-z][a-z ]*)'[,\s]*\)/g),
    ])
    .map(([, level = '', message = '']) => `${level}: ${message}`);
  const rows = readFileSync('src/worker/README.md', 'utf8').matchAll(/^\| `(error|warn|info|debug)` \| (.*) \|$/gm);
  const listed = [...rows].flatMap(([, level = '', messages = '']) =>
    [...messages.matchAll(/`([^`]*)`/g)].map(([, message = '']) => `${level}: ${message}`),
  );
  expect(listed.toSorted()).toEqual([...new Set(logged)].toSorted());
});

/** The library keeps the names of the labels, and does not publish them in its types. */
function labelsOf(metric: object): readonly string[] {
  const names: unknown = 'labelNames' in metric ? metric.labelNames : [];
  return Array.isArray(names) ? names.map(String) : [];
}

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_LINES = 300;

/**
 * Every part in rank order, what it may import of ours, and which packages may be imported there and nowhere else. `graphql` is shared by the
 * two folders that speak it, OpenTelemetry's API by all that have a span.
 */
const PARTS: readonly {
  readonly path: string;
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
}[] = [
  { path: 'clock.ts', imports: [] },
  { path: 'clock-watch.ts', imports: ['clock.ts'] },
  { path: 'waker.ts', imports: ['clock.ts'] },
  { path: 'cache.ts', imports: ['clock.ts'], packages: ['lru-cache'] },
  { path: 'batch-loader.ts', imports: [], packages: ['dataloader'] },
  { path: 'single-flight.ts', imports: ['batch-loader.ts'] },
  { path: 'is-record.ts', imports: [] },
  { path: 'bounded-json.ts', imports: [] },
  { path: 'checksum.ts', imports: [] },
  { path: 'bounded-bytes.ts', imports: [] },
  { path: 'loopback.ts', imports: [] },
  { path: 'make-directory.ts', imports: [] },
  { path: 'reader.ts', imports: [] },
  { path: 'version.ts', imports: ['is-record.ts'] },
  { path: 'log-output.ts', imports: [] },
  { path: 'telemetry.ts', imports: ['version.ts', 'log-output.ts'], packages: ['pino'] },
  {
    path: 'db',
    imports: ['clock.ts', 'clock-watch.ts', 'make-directory.ts', 'telemetry.ts'],
    packages: ['kysely', 'libsql', 'pg'],
  },
  { path: 'partner-central/simulator', imports: ['clock.ts', 'bounded-json.ts', 'make-directory.ts'] },
  {
    path: 'partner-central',
    imports: ['clock.ts', 'is-record.ts', 'bounded-json.ts', 'bounded-bytes.ts', 'telemetry.ts', 'db'],
    packages: ['@aws-sdk/client-partnercentral-selling'],
  },
  {
    path: 'config',
    imports: ['clock.ts', 'loopback.ts', 'telemetry.ts', 'db', 'partner-central'],
    packages: ['leven'],
  },
  {
    path: 'transitions',
    imports: ['clock.ts', 'checksum.ts', 'batch-loader.ts', 'waker.ts', 'reader.ts', 'telemetry.ts', 'db'],
    packages: ['graphql-subscriptions'],
  },
  {
    path: 'records',
    imports: ['clock.ts', 'checksum.ts', 'cache.ts', 'batch-loader.ts', 'telemetry.ts', 'db', 'partner-central'],
  },
  {
    path: 'tasks',
    imports: [
      'clock.ts',
      'batch-loader.ts',
      'single-flight.ts',
      'telemetry.ts',
      'db',
      'partner-central',
      'transitions',
      'records',
    ],
    packages: ['uuid'],
  },
  {
    path: 'worker',
    imports: [
      'clock.ts',
      'clock-watch.ts',
      'waker.ts',
      'telemetry.ts',
      'db',
      'partner-central',
      'transitions',
      'records',
      'tasks',
    ],
  },
  {
    path: 'graphql',
    imports: ['partner-central', 'transitions', 'records', 'tasks'],
    packages: ['type-graphql', 'reflect-metadata', 'graphql-scalars'],
  },
  {
    path: 'server',
    imports: [
      'clock.ts',
      'cache.ts',
      'is-record.ts',
      'bounded-json.ts',
      'bounded-bytes.ts',
      'loopback.ts',
      'reader.ts',
      'version.ts',
      'telemetry.ts',
    ],
    packages: ['@apollo/server', 'fastify', '@as-integrations/fastify', '@fastify/cors', 'graphql-ws', 'ws', 'jose'],
  },
  { path: 'operations.ts', imports: ['is-record.ts', 'bounded-json.ts', 'bounded-bytes.ts'] },
  {
    path: 'upstream.ts',
    imports: ['clock.ts', 'telemetry.ts', 'config', 'db', 'partner-central', 'partner-central/simulator'],
  },
  {
    path: 'status.ts',
    imports: [
      'clock.ts',
      'clock-watch.ts',
      'telemetry.ts',
      'config',
      'db',
      'partner-central',
      'transitions',
      'tasks',
      'worker',
      'graphql',
      'upstream.ts',
    ],
  },
  {
    path: 'gateway.ts',
    imports: [
      'clock.ts',
      'version.ts',
      'telemetry.ts',
      'config',
      'db',
      'partner-central',
      'transitions',
      'records',
      'tasks',
      'worker',
      'graphql',
      'server',
      'operations.ts',
      'upstream.ts',
      'status.ts',
    ],
  },
  { path: 'bundling.ts', imports: [], packages: ['esbuild'] },
  { path: 'bundle.ts', imports: ['bundling.ts'] },
  { path: 'pack.ts', imports: ['is-record.ts', 'bundling.ts'] },
  { path: 'uncaught.ts', imports: [] },
  { path: 'main.ts', imports: ['version.ts', 'config', 'gateway.ts', 'uncaught.ts'] },
  { path: 'move.ts', imports: ['clock.ts', 'db'] },
  { path: 'replay.ts', imports: ['clock.ts', 'db', 'config', 'tasks'] },
];
const SHARED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  graphql: ['graphql', 'server'],
  'prom-client': ['telemetry.ts', 'server'],
  '@opentelemetry/api': ['partner-central', 'tasks', 'worker', 'server'],
  // Building a condition on a column is a statement's business, wherever statements are kept.
  kysely: ['db', 'tasks'],
};

type Import = { readonly file: string; readonly part: string; readonly target: string };

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

/** The part that a file of src/ belongs to; the longest path wins. */
function partOf(file: string): string {
  const found = PARTS.filter(({ path }) => file === path || file.startsWith(`${path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
  if (found === undefined)
    throw new Error(`src/${file} belongs to no part: give it a rank in test/architecture.test.ts.`);
  return found.path;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8');
  const specifiers = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...specifiers].map((match) => ({ file, part: partOf(file), target: match[1] ?? match[2] ?? match[3] ?? '' }));
}

const imports = files.flatMap(importsOf);

describe('the structure of src/', () => {
  test('is read from the files themselves', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('has imports in one direction only', () => {
    const wrong = imports.filter(({ file, part, target }) => {
      if (!target.startsWith('.')) return false;
      const imported = partOf(
        relative(join(ROOT, 'src'), resolve(ROOT, 'src', dirname(file), target)).replace(/\.js$/, '.ts'),
      );
      return imported !== part && !(PARTS.find(({ path }) => path === part)?.imports.includes(imported) ?? false);
    });
    expect(wrong).toEqual([]);
  });

  test('is ranked: a part may import only from those above it', () => {
    const rank = new Map(PARTS.map(({ path }, index) => [path, index]));
    for (const { path, imports: allowed } of PARTS) {
      for (const above of allowed)
        expect([path, above, (rank.get(above) ?? Infinity) < (rank.get(path) ?? -1)]).toEqual([path, above, true]);
    }
  });

  test('has each package imported by one folder only', () => {
    const owners = new Map(
      PARTS.flatMap(({ path, packages = [] }) => packages.map((name): [string, readonly string[]] => [name, [path]])),
    );
    for (const [name, parts] of Object.entries(SHARED_PACKAGES)) owners.set(name, parts);
    const wrong = imports.filter(({ part, target }) => {
      if (target.startsWith('.') || target.startsWith('node:')) return false;
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
      return !(owners.get(name)?.includes(part) ?? false);
    });
    expect(wrong).toEqual([]);
  });

  test('touches the process where one begins only', () => {
    // The emitters of committed files and the simulator's own entry are processes of their own.
    const entries = new Set([
      'bundle.ts',
      'pack.ts',
      'main.ts',
      'uncaught.ts',
      'move.ts',
      'replay.ts',
      'log-output.ts',
      'partner-central/simulator/main.ts',
    ]);
    const wrong = files.filter(
      (file) =>
        !entries.has(file) &&
        /\bprocess\.(?:env|exit|argv|on|once|cwd|stdin|stdout|stderr|kill)\b/.test(
          readFileSync(join(ROOT, 'src', file), 'utf8'),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test('reads the clock and sets timers in clock.ts only', () => {
    const wrong = files.filter((file) => {
      if (['clock.ts', 'main.ts'].includes(file)) return false;
      return /\bDate\.now\(|\bnew Date\(\)/.test(readFileSync(join(ROOT, 'src', file), 'utf8'));
    });
    expect(wrong).toEqual([]);
  });

  test('asks for the time of day, which may jump, only where a token, a credential or a stored time goes by it', () => {
    const asking = files.filter(
      (file) =>
        !file.startsWith('partner-central/simulator/') &&
        readFileSync(join(ROOT, 'src', file), 'utf8').includes('clock.now()'),
    );
    expect(asking.toSorted()).toEqual([
      'db/sqlite-driver.ts',
      'db/sqlite.ts',
      'gateway.ts',
      'partner-central/connection.ts',
      'server/auth.ts',
      'server/http-stream.ts',
      'server/pipeline.ts',
      'server/socket.ts',
      'status.ts',
    ]);
  });

  test('has no file over 300 lines, here and in test/', () => {
    const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.includes('node_modules'),
    );
    const all = [...files.map((file) => join('src', file)), ...tests.map((file) => join('test', file))];
    const long = all.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 > MAX_LINES);
    expect(long).toEqual([]);
  });
});

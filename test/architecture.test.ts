import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_LINES = 300;

const RUNTIME = [
  'runtime',
  'runtime/batch-loader.ts',
  'runtime/single-flight.ts',
  'runtime/cache.ts',
  'runtime/telemetry.ts',
];

/** The folders of the schema, each of which may import those before it. The files beside them are what all resolvers share. */
const GRAPHQL_FOLDERS = [
  'graphql',
  'graphql/values',
  'graphql/record',
  'graphql/readiness',
  'graphql/user-error',
  'graphql/engagement',
  'graphql/invitation',
  'graphql/snapshot-job',
  'graphql/task',
  'graphql/transition',
  'graphql/start',
  'graphql/opportunity',
  'graphql/retry',
  'graphql/partner-central',
  'graphql/task-records.resolver.ts',
  'graphql/schema.ts',
];
const graphqlParts = GRAPHQL_FOLDERS.map((path, index) => ({
  path,
  imports: ['partner-central', 'transitions', 'records', 'tasks', ...GRAPHQL_FOLDERS.slice(0, index)],
}));

/** The folders of the server, each of which may import those before it, and the packages that each owns. */
const SERVER_FOLDERS = [
  { path: 'server/security', packages: ['jose'] },
  { path: 'server/lifecycle', packages: [] },
  { path: 'server/documents', packages: [] },
  { path: 'server/execution', packages: [] },
  { path: 'server/streaming', packages: [] },
  { path: 'server/http', packages: ['@apollo/server', 'fastify', '@as-integrations/fastify', '@fastify/cors'] },
  { path: 'server/websocket', packages: ['graphql-ws', 'ws'] },
  { path: 'server', packages: [] },
];
const serverParts = SERVER_FOLDERS.map(({ path, packages }, index) => ({
  path,
  imports: [...RUNTIME, 'version.ts', ...SERVER_FOLDERS.slice(0, index).map((folder) => folder.path)],
  packages,
}));

/**
 * Every part in rank order, what it may import of ours, and which packages may be imported there and nowhere else. `graphql` is shared by the
 * two folders that speak it, OpenTelemetry's API by all that have a span.
 */
const PARTS: readonly {
  readonly path: string;
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
}[] = [
  { path: 'runtime', imports: [] },
  { path: 'runtime/batch-loader.ts', imports: [], packages: ['dataloader'] },
  { path: 'runtime/single-flight.ts', imports: ['runtime/batch-loader.ts'] },
  { path: 'runtime/cache.ts', imports: ['runtime'], packages: ['lru-cache'] },
  { path: 'version.ts', imports: ['runtime'] },
  { path: 'runtime/telemetry.ts', imports: ['runtime', 'version.ts'], packages: ['pino'] },
  { path: 'db', imports: [...RUNTIME], packages: ['kysely', 'libsql', 'pg'] },
  { path: 'partner-central/simulator', imports: ['runtime'] },
  {
    path: 'partner-central',
    imports: [...RUNTIME, 'db'],
    packages: ['@aws-sdk/client-partnercentral-selling'],
  },
  { path: 'config', imports: [...RUNTIME, 'db', 'partner-central'], packages: ['leven'] },
  { path: 'transitions', imports: [...RUNTIME, 'db'], packages: ['graphql-subscriptions'] },
  { path: 'records', imports: [...RUNTIME, 'db', 'partner-central'] },
  { path: 'tasks', imports: [...RUNTIME, 'db', 'partner-central', 'transitions', 'records'], packages: ['uuid'] },
  { path: 'worker', imports: [...RUNTIME, 'db', 'partner-central', 'transitions', 'records', 'tasks'] },
  ...graphqlParts,
  ...serverParts,
  { path: 'persisted-operations.ts', imports: ['runtime'] },
  { path: 'upstream.ts', imports: [...RUNTIME, 'config', 'db', 'partner-central', 'partner-central/simulator'] },
  {
    path: 'status.ts',
    imports: [
      ...RUNTIME,
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
      ...RUNTIME,
      'version.ts',
      'config',
      'db',
      'partner-central',
      'transitions',
      'records',
      'tasks',
      'worker',
      'graphql',
      'graphql/schema.ts',
      ...SERVER_FOLDERS.map((folder) => folder.path),
      'persisted-operations.ts',
      'upstream.ts',
      'status.ts',
    ],
  },
  { path: 'uncaught.ts', imports: [] },
  { path: 'main.ts', imports: ['version.ts', 'config', 'gateway.ts', 'uncaught.ts'] },
  {
    path: 'commands',
    imports: ['runtime', 'config', 'db', 'tasks', 'graphql', 'graphql/schema.ts'],
    packages: ['esbuild'],
  },
];
const SHARED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  graphql: [...GRAPHQL_FOLDERS, ...SERVER_FOLDERS.map(({ path }) => path)],
  'type-graphql': GRAPHQL_FOLDERS,
  'reflect-metadata': GRAPHQL_FOLDERS,
  'graphql-scalars': GRAPHQL_FOLDERS,
  'prom-client': ['runtime/telemetry.ts', 'server/lifecycle'],
  '@opentelemetry/api': ['partner-central', 'tasks', 'worker', ...SERVER_FOLDERS.map(({ path }) => path)],
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
      'commands/bundle.ts',
      'commands/pack.ts',
      'main.ts',
      'uncaught.ts',
      'commands/copy-to-postgres.ts',
      'commands/replay.ts',
      'runtime/log-output.ts',
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

  test('reads the clock and sets timers in runtime/clock.ts only', () => {
    const wrong = files.filter((file) => {
      if (['runtime/clock.ts', 'main.ts'].includes(file)) return false;
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
      'db/sqlite/sqlite-database.ts',
      'db/sqlite/sqlite-driver.ts',
      'gateway.ts',
      'partner-central/sdk-connection.ts',
      'server/execution/pipeline.ts',
      'server/security/auth.ts',
      'server/streaming/http-stream.ts',
      'server/websocket/websocket-connection.ts',
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

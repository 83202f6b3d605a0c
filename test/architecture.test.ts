import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const MAX_LINES = 300;

const RUNTIME = ['runtime', 'runtime/loading', 'runtime/telemetry.ts'];

/** The folders of the schema. Each may import the ones before it. All resolvers share the files beside the folders. */
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
  'graphql/solution',
  'graphql/opportunity',
  'graphql/retry',
  'graphql/edit',
  'graphql/partner-central',
  'graphql/viewer',
  'graphql/task-records.resolver.ts',
  'graphql/schema.ts',
];
const graphqlParts = GRAPHQL_FOLDERS.map((path, index) => ({
  path,
  imports: ['partner-central', 'transitions', 'records', 'edits', 'tasks', ...GRAPHQL_FOLDERS.slice(0, index)],
}));

/** The folders of the server. Each may import the ones before it, and owns the listed packages. */
const SERVER_FOLDERS = [
  { path: 'server/security', packages: ['jose'] },
  { path: 'server/lifecycle', packages: [] },
  { path: 'server/documents', packages: [] },
  { path: 'server/execution', packages: [] },
  { path: 'server/streaming', packages: [] },
  { path: 'server/http', packages: ['@apollo/server', 'fastify', '@as-integrations/fastify', 'cors'] },
  { path: 'server/websocket', packages: ['ws'] },
  { path: 'server', packages: [] },
];
const serverParts = SERVER_FOLDERS.map(({ path, packages }, index) => ({
  path,
  imports: [...RUNTIME, 'version.ts', ...SERVER_FOLDERS.slice(0, index).map((folder) => folder.path)],
  packages,
}));

/** The parts that both the status and the gateway are made of. */
const PROCESS = [...RUNTIME, 'config', 'db', 'partner-central', 'transitions', 'tasks', 'worker', 'graphql'];

/** Every part in rank order, with the parts and the packages that it may import. Others may not import the packages. */
const PARTS: readonly {
  readonly path: string;
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
}[] = [
  { path: 'runtime', imports: [] },
  { path: 'runtime/loading', imports: ['runtime'], packages: ['dataloader', 'lru-cache'] },
  { path: 'version.ts', imports: ['runtime'] },
  { path: 'runtime/telemetry.ts', imports: ['runtime', 'version.ts'], packages: ['pino'] },
  { path: 'db', imports: [...RUNTIME], packages: ['kysely', 'libsql', 'pg'] },
  { path: 'partner-central/facts', imports: [] },
  { path: 'partner-central/simulator', imports: ['runtime', 'partner-central/facts'] },
  {
    path: 'partner-central',
    imports: [...RUNTIME, 'db'],
    packages: ['@aws-sdk/client-partnercentral-selling'],
  },
  { path: 'config', imports: [...RUNTIME, 'db', 'partner-central'], packages: ['leven'] },
  { path: 'transitions', imports: [...RUNTIME, 'db'], packages: ['graphql-subscriptions'] },
  { path: 'records', imports: [...RUNTIME, 'db', 'partner-central/facts', 'partner-central'] },
  { path: 'edits', imports: [...RUNTIME, 'db', 'partner-central/facts', 'partner-central', 'records'] },
  { path: 'tasks', imports: [...RUNTIME, 'db', 'partner-central', 'transitions', 'records'], packages: ['uuid'] },
  { path: 'worker', imports: [...RUNTIME, 'db', 'partner-central', 'transitions', 'records', 'tasks'] },
  ...graphqlParts,
  ...serverParts,
  { path: 'persisted-operations.ts', imports: ['runtime'] },
  {
    path: 'upstream.ts',
    imports: [...RUNTIME, 'version.ts', 'config', 'db', 'partner-central', 'partner-central/simulator'],
  },
  { path: 'status.ts', imports: [...PROCESS, 'upstream.ts'] },
  { path: 'example-document.ts', imports: [] },
  {
    path: 'gateway.ts',
    imports: [
      ...PROCESS,
      'version.ts',
      'records',
      'edits',
      'graphql/schema.ts',
      ...SERVER_FOLDERS.map((folder) => folder.path),
      'persisted-operations.ts',
      'upstream.ts',
      'status.ts',
      'example-document.ts',
    ],
  },
  { path: 'uncaught.ts', imports: [] },
  { path: 'board', imports: ['partner-central/facts'], packages: ['preact', 'oauth4webapi', 'uplot', '#gql'] },
  {
    path: 'explorer',
    imports: ['example-document.ts'],
    packages: ['graphiql', '@graphiql/toolkit', 'react', 'react-dom'],
  },
  { path: 'main.ts', imports: ['runtime', 'version.ts', 'config', 'gateway.ts', 'uncaught.ts'] },
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
  // Conditions on columns belong to the statements, in each folder that has statements.
  kysely: ['db', 'tasks'],
  'graphql-ws': ['server/websocket', 'board'],
};

type Import = { readonly file: string; readonly part: string; readonly target: string };

const paths = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
const files = paths.filter((file) => /\.tsx?$/.test(file));

/** The part that a file of src/ belongs to. The longest path wins. */
function partOf(file: string): string {
  const found = PARTS.filter(({ path }) => file === path || file.startsWith(`${path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
  if (found === undefined)
    throw new Error(`src/${file} belongs to no part: give it a rank in test/architecture.test.ts.`);
  return found.path;
}

const textOf = (file: string): string => readFileSync(join(ROOT, 'src', file), 'utf8');

function importsOf(file: string): Import[] {
  const text = textOf(file);
  const specifiers = text.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...specifiers].map((match) => ({ file, part: partOf(file), target: match[1] ?? match[2] ?? match[3] ?? '' }));
}

/** The file of src/ that a relative import names. */
function importedFile({ file, target }: Pick<Import, 'file' | 'target'>): string {
  const path = relative(join(ROOT, 'src'), resolve(ROOT, 'src', dirname(file), target));
  return [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')].find((name) => files.includes(name)) ?? path;
}

const imports = files.flatMap(importsOf);

describe('the structure of src/', () => {
  test('the imports are read from the files themselves', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('no file imports itself by way of others', () => {
    const left = new Map(
      files.map((file) => [
        file,
        new Set(imports.filter((each) => each.file === file && each.target.startsWith('.')).map(importedFile)),
      ]),
    );
    // Files that import nothing that is left are on no circle. Removing them until none is found leaves the circles.
    for (let size = -1; size !== left.size;) {
      size = left.size;
      for (const [file, targets] of left) if (![...targets].some((target) => left.has(target))) left.delete(file);
    }
    expect([...left.keys()]).toEqual([]);
  });

  test('a file imports only from its own part and from those that its part may import', () => {
    const wrong = imports.filter(({ file, part, target }) => {
      if (!target.startsWith('.')) return false;
      const imported = partOf(importedFile({ file, target }));
      return imported !== part && !(PARTS.find(({ path }) => path === part)?.imports.includes(imported) ?? false);
    });
    expect(wrong).toEqual([]);
  });

  test('a part imports only from the parts ranked above it', () => {
    const rank = new Map(PARTS.map(({ path }, index) => [path, index]));
    for (const { path, imports: allowed } of PARTS) {
      for (const above of allowed)
        expect([path, above, (rank.get(above) ?? Infinity) < (rank.get(path) ?? -1)]).toEqual([path, above, true]);
    }
  });

  test('each package is imported by one folder only', () => {
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

  test('only entry points touch the process', () => {
    // The emitters of committed files and the simulator's entry are separate processes.
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
        !entries.has(file) && /\bprocess\.(?:env|exit|argv|on|once|cwd|stdin|stdout|stderr|kill)\b/.test(textOf(file)),
    );
    expect(wrong).toEqual([]);
  });

  test('only runtime/clock.ts reads the clock, and the board its own', () => {
    const clocks = ['runtime/clock.ts', 'main.ts', 'board/parts/time.ts'];
    const wrong = files.filter((file) => !clocks.includes(file) && /\bDate\.now\(|\bnew Date\(\)/.test(textOf(file)));
    expect(wrong).toEqual([]);
  });

  test('the time of day is read only for tokens, credentials and stored times, because it may jump', () => {
    const asking = files.filter(
      (file) => !file.startsWith('partner-central/simulator/') && textOf(file).includes('clock.now()'),
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

  test('no file in src/ or test/ has over 300 lines', () => {
    const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.includes('node_modules'),
    );
    const all = [...files.map((file) => join('src', file)), ...tests.map((file) => join('test', file))];
    const long = all.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 > MAX_LINES);
    expect(long).toEqual([]);
  });
});

describe('the structure of test/', () => {
  test('scenarios, benchmarks, attacks and helpers import only src, support and their own folder', () => {
    const folders = ['scenario', 'bench', 'fuzz', 'support'];
    const wrong = folders.flatMap((folder) =>
      readdirSync(join(ROOT, 'test', folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
        .flatMap((file) => {
          const path = join(ROOT, 'test', folder, file);
          const targets = readFileSync(path, 'utf8').matchAll(/\bfrom '(\.[^']+)'/g);
          const reached = [...targets].map((match) => relative(ROOT, resolve(dirname(path), match[1] ?? '')));
          const allowed = ['src/', 'test/support/', `test/${folder}/`];
          return reached.filter((to) => !allowed.some((from) => to.startsWith(from))).map((to) => `${file}: ${to}`);
        }),
    );
    expect(wrong).toEqual([]);
  });
});

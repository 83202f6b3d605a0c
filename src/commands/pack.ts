/**
 * Makes a folder with everything that production needs and nothing else. It has the gateway, `move`, `replay` and the
 * simulator as programs, the board, GraphiQL, and the manifest of operations. Packages outside of the programs are
 * included in their installed versions. Call it as `pack.js [FOLDER]`. The folder must not exist; the default,
 * dist/pack, is replaced. The result runs on this operating system and processor only, because libsql is native code.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { buildBoard } from './board.js';
import { OUTSIDE, bundle } from './bundling.js';
import { buildExplorer } from './explorer.js';
import { isRecord } from '../runtime/guards.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const FILES = ['schema/operations/manifest.json', 'LICENSE'];
const PROGRAMS = {
  main: 'dist/src/main.js',
  move: 'dist/src/commands/copy-to-postgres.js',
  replay: 'dist/src/commands/replay.js',
  simulator: 'dist/src/partner-central/simulator/main.js',
};

/** The gateway itself runs without source maps, because reading them makes its start more than a tenth slower. */
const NODE = 'node --enable-source-maps';

const [given] = process.argv.slice(2);
const folder = given === undefined ? join(ROOT, 'dist/pack') : resolve(given);
if (given === undefined) rmSync(folder, { recursive: true, force: true });
else if (existsSync(folder)) {
  console.error(`${folder} exists. Expected a folder that does not exist yet.`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const { name, version, license, engines, dependencies } = readManifest(ROOT);
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify(
    {
      name,
      version,
      license,
      private: true,
      type: 'module',
      engines,
      scripts: {
        start: 'exec node dist/start/main.js',
        move: `${NODE} dist/start/move.js`,
        replay: `${NODE} dist/start/replay.js`,
        simulator: `exec ${NODE} dist/start/simulator.js`,
      },
      dependencies: Object.fromEntries(
        OUTSIDE.map((wanted) => [wanted, isRecord(dependencies) ? dependencies[wanted] : undefined]),
      ),
    },
    null,
    2,
  )}\n`,
);
await bundle(
  join(folder, 'dist/start'),
  Object.fromEntries(Object.entries(PROGRAMS).map(([program, file]) => [program, join(ROOT, file)])),
);
await buildBoard(ROOT, join(folder, 'dist/board'));
await buildExplorer(ROOT, join(folder, 'dist/explorer'));
for (const file of FILES) cpSync(join(ROOT, file), join(folder, file));
for (const directory of installed(OUTSIDE)) {
  const withoutNested = (path: string): boolean => basename(path) !== 'node_modules' || path === directory;
  cpSync(directory, join(folder, relative(ROOT, directory)), {
    recursive: true,
    dereference: true,
    filter: withoutNested,
  });
}
console.log(`${folder} is ready. Copy it to where it runs, and start it there with: node dist/start/main.js`);

/** The directories of the packages and of all their dependencies. */
function installed(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (wanted: string, from: string, optional: boolean): void => {
    const directory = directoryOf(wanted, from);
    if (directory === null) {
      if (optional) return;
      throw new Error(`${wanted} is not installed, and ${from} needs it. Run npm ci first.`);
    }
    if (found.has(directory)) return;
    found.add(directory);
    const manifest = readManifest(directory);
    for (const [needed, isOptional] of [
      [manifest['dependencies'], false],
      [manifest['optionalDependencies'], true],
    ] as const) {
      for (const dependency of isRecord(needed) ? Object.keys(needed) : []) add(dependency, directory, isOptional);
    }
  };
  for (const wanted of names) add(wanted, ROOT, false);
  return found;
}

/** Finds a package as Node does: in the node_modules of each directory upwards, up to the root of this repository. */
function directoryOf(wanted: string, from: string): string | null {
  const directory = join(from, 'node_modules', wanted);
  if (existsSync(directory)) return directory;
  return from === ROOT ? null : directoryOf(wanted, dirname(from));
}

function readManifest(directory: string): Record<string, unknown> {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  if (isRecord(manifest)) return { ...manifest };
  throw new Error(`${join(directory, 'package.json')} is not a JSON object.`);
}

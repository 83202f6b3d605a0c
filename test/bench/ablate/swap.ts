/**
 * Bundles the gateway's side of a comparison with one module replaced by a plain one of this folder. The compiler
 * checks the plain module against the types of the original. A bundle in which nothing was replaced, or which lacks a
 * name, fails.
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundle } from '../../../src/commands/bundling.js';

const DIST = resolve(import.meta.dirname, '../../..');

/**
 * @param module below src, without its extension
 * @returns the path of the bundle
 */
export async function bundleWithout(module: string, entries: readonly string[]): Promise<string> {
  const original = resolve(DIST, `src/${module}.js`);
  const plain = resolve(DIST, 'test/bench/ablate', `${basename(module)}.js`);
  for (const file of [original, plain])
    if (!existsSync(file))
      throw new Error(`There is no ${file}: the swap of ${module} no longer fits what the gateway is made of.`);
  let count = 0;
  const swap: Plugin = {
    name: `without ${module}`,
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir, importer }) => {
        // The plain module may use parts of the module that it replaces.
        if (importer === plain || resolve(resolveDir, path) !== original) return null;
        count += 1;
        return { path: plain };
      });
    },
  };
  // The bundle lies beside the others, because the version is read from package.json two folders up.
  const outdir = resolve(DIST, `without-${basename(module)}`);
  await bundle(
    outdir,
    Object.fromEntries(entries.map((entry) => [basename(entry), resolve(DIST, 'test/bench', `${entry}.js`)])),
    [swap],
  );
  if (count === 0)
    throw new Error(`Nothing imports src/${module}: its swap no longer fits what the gateway is made of.`);
  return outdir;
}

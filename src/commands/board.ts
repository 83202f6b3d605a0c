/**
 * Builds the board from src/board into static files, each also compressed, because the server only copies bytes. A name
 * with a hash changes with the content, so a browser may keep the file. The page requests operations by the ids of the
 * published manifest, and no document is part of it.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { isRecord } from '../runtime/guards.js';

const ENTRY = 'src/board/main.tsx';
const ICON = 'favicon.svg';

/** @param root of the repository */
export async function buildBoard(root: string, outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    define: { OPERATION_IDS: JSON.stringify(idsByName(join(root, 'schema/operations/manifest.json'))) },
    metafile: true,
    logLevel: 'warning',
  });
  const [script, entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === ENTRY) ?? [];
  if (script === undefined || entry?.cssBundle === undefined) throw new Error(`${ENTRY} has no script or no styles.`);
  const page = readFileSync(join(root, 'src/board/index.html'), 'utf8')
    .replace('main.css', basename(entry.cssBundle))
    .replace('main.js', basename(script));
  writeFileSync(join(outdir, 'index.html'), page);
  writeFileSync(join(outdir, ICON), readFileSync(join(root, 'src/board', ICON)));
  for (const name of readdirSync(outdir)) compress(join(outdir, name));
}

function compress(path: string): void {
  const content = readFileSync(path);
  const options = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  writeFileSync(`${path}.br`, brotliCompressSync(content, options));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

function idsByName(manifest: string): Record<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const operations = isRecord(parsed) && Array.isArray(parsed['operations']) ? parsed['operations'] : [];
  return Object.fromEntries(operations.map(({ name, id }: { name: string; id: string }) => [name, id]));
}

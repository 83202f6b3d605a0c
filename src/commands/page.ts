/**
 * Builds a page into static files, each also compressed, because the server only copies bytes. A name with a hash
 * changes with the content, so a browser may keep the file.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';

/** A larger file is compressed quickly, because the last percents of its size would take seconds at each build. */
const LARGE_BYTES = 256 * 1024;
const QUICK_BROTLI = 5;

export type PageOptions = {
  /** The root of the repository. */
  readonly root: string;
  /** The folder with index.html, which names main.js and main.css, and with the files of `beside`. */
  readonly folder: string;
  /** The script in that folder. It imports the styles. */
  readonly script: string;
  readonly beside?: readonly string[];
  readonly outdir: string;
  readonly esbuild: BuildOptions;
};

export async function buildPage({ root, folder, script, beside = [], outdir, esbuild }: PageOptions): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const entryPoint = `${folder}/${script}`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
    ...esbuild,
    metafile: true,
  });
  const [built, entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint) ?? [];
  if (built === undefined || entry?.cssBundle === undefined)
    throw new Error(`${entryPoint} has no script or no styles.`);
  const page = readFileSync(join(root, folder, 'index.html'), 'utf8')
    .replace('main.css', basename(entry.cssBundle))
    .replace('main.js', basename(built));
  writeFileSync(join(outdir, 'index.html'), page);
  for (const name of beside) writeFileSync(join(outdir, name), readFileSync(join(root, folder, name)));
  for (const name of readdirSync(outdir)) compress(join(outdir, name));
}

function compress(path: string): void {
  const content = readFileSync(path);
  const quality = content.length > LARGE_BYTES ? QUICK_BROTLI : constants.BROTLI_MAX_QUALITY;
  const params = {
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    [constants.BROTLI_PARAM_QUALITY]: quality,
  };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

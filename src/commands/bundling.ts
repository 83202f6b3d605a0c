/**
 * Makes one program of compiled files and the packages that they use. Node then opens a few files instead of a thousand: the first query is
 * answered in half the time, and code that is never used costs no memory. Lines stay as they are, and names but for a digit, so that a stack
 * trace can be read. Decorated classes get one (`TaskView2`), so the schema must be told its names: esbuild's keepNames would spare that, by
 * naming every function each time that it is made, which cost a small query a fifth more.
 */
import { build, type Plugin } from 'esbuild';

/** Packages that call `require`, or look beside themselves for a file, find in an ES module what they would find in CommonJS. */
const COMMON_JS = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  "import { fileURLToPath as commonJsPath } from 'node:url';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = commonJsPath(import.meta.url);',
  "const __dirname = commonJsPath(new URL('.', import.meta.url));",
].join('\n');

/** Packages that stay outside of a program: libsql is native code, and the SDK is loaded at the first call to AWS and chooses among its own files. */
export const OUTSIDE = ['libsql', '@aws-sdk/client-partnercentral-selling'];

/** Optional to pg and type-graphql, and not installed. */
const ABSENT = ['pg-native', 'class-validator'];

/** @param entries compiled files: a list, or by the name that each program gets */
export async function bundle(
  outdir: string,
  entries: string[] | Record<string, string>,
  plugins: Plugin[] = [],
): Promise<void> {
  await build({
    entryPoints: entries,
    outdir,
    bundle: true,
    // Code that is loaded only when it is needed stays in files of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: COMMON_JS },
    external: [...OUTSIDE, ...ABSENT],
    // Made of the compiler's maps, so that a stack trace names the .ts file. The text of the files stays where it is.
    sourcemap: true,
    sourcesContent: false,
    plugins,
    logLevel: 'warning',
  });
}

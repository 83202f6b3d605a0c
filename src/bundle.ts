/**
 * Makes one program of the compiled gateway and the packages that it uses, in dist/start. Node then opens a few files instead of a thousand: the
 * first query is answered in half the time, and code that is never used costs no memory. `bundle.js OUTDIR ENTRY...` makes one of each of other
 * entries: what is measured is made as what is run. Lines stay as they are, and names but for a digit, so that a stack trace can be read.
 * Decorated classes get one (`TaskView2`), so the schema must be told its names: esbuild's keepNames would spare that, by naming every function
 * each time that it is made, which cost a small query a fifth more.
 */
import { build } from 'esbuild';

/** Packages that call `require`, or look beside themselves for a file, find in an ES module what they would find in CommonJS. */
const COMMON_JS = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  "import { fileURLToPath as commonJsPath } from 'node:url';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = commonJsPath(import.meta.url);',
  "const __dirname = commonJsPath(new URL('.', import.meta.url));",
].join('\n');

const [outdir = 'dist/start', ...entries] = process.argv.slice(2);
await build({
  entryPoints: entries.length > 0 ? entries : ['dist/src/main.js'],
  outdir,
  bundle: true,
  // What is loaded only when it is needed stays in files of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: COMMON_JS },
  // Native code, and the SDK, which is loaded at the first call to AWS and chooses among its own files. The other two are optional to pg
  // and type-graphql, and are not installed.
  external: ['libsql', '@aws-sdk/client-partnercentral-selling', 'pg-native', 'class-validator'],
  logLevel: 'warning',
});

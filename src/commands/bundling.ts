/**
 * Bundles compiled files and the packages that they use into one program. Node opens a few files instead of a thousand,
 * so the first query is answered in half the time. Unused code costs no memory. Lines are kept, and so are names except
 * for an added digit, so stack traces stay readable. Decorated classes get one (`TaskView2`), so the schema sets its
 * names explicitly. The keepNames of esbuild would keep the names, but it names every function at each creation. That
 * made a small query a fifth slower.
 */
import { build, type Plugin } from 'esbuild';

/**
 * Some packages call `require` or look for a file beside themselves. The banner gives them the names of CommonJS in an
 * ES module.
 */
const COMMON_JS = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  "import { fileURLToPath as commonJsPath } from 'node:url';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = commonJsPath(import.meta.url);',
  "const __dirname = commonJsPath(new URL('.', import.meta.url));",
].join('\n');

/**
 * Packages that stay outside of the program. libsql is native code. The SDK is loaded at the first call to AWS, and
 * chooses among its own files.
 */
export const OUTSIDE = ['libsql', '@aws-sdk/client-partnercentral-selling'];

/** Packages that pg, type-graphql and Fastify load only if they are used, which they are not here. */
const UNUSED = [
  'pg-native',
  'class-validator',
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  'light-my-request',
];

/** @param entries compiled files, as a list or by the name of each program */
export async function bundle(
  outdir: string,
  entries: string[] | Record<string, string>,
  plugins: Plugin[] = [],
): Promise<void> {
  await build({
    entryPoints: entries,
    outdir,
    bundle: true,
    // Dynamically imported code stays in separate files.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // As CommonJS, graphql is copied for each importing file, and read through a getter for each name. That takes a
    // fifteenth of the time of a start.
    mainFields: ['module', 'main'],
    // The package hashes in JavaScript when bundled, which takes a twentieth of the time of a start.
    alias: { '@apollo/utils.createhash': 'node:crypto' },
    banner: { js: COMMON_JS },
    external: [...OUTSIDE, ...UNUSED],
    // Built from the compiler's maps, so that a stack trace names the .ts file. The text of the files is left out.
    sourcemap: true,
    sourcesContent: false,
    plugins,
    logLevel: 'warning',
  });
}

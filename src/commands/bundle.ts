/**
 * Makes the program that `npm start` runs, in dist/start, and the pages that it serves: the board in dist/board and
 * GraphiQL in dist/explorer. `bundle.js OUTDIR ENTRY...` makes one program of each entry, so that benchmarks measure
 * the same kind of program.
 */
import { basename, resolve } from 'node:path';
import { buildBoard } from './board.js';
import { bundle } from './bundling.js';
import { buildExplorer } from './explorer.js';

const [outdir = 'dist/start', ...entries] = process.argv.slice(2);
const files = entries.length > 0 ? entries : ['dist/src/main.js'];
// Programs are named after the file alone, because each finds package.json two folders up.
await bundle(outdir, Object.fromEntries(files.map((file) => [basename(file, '.js'), file])));
if (entries.length === 0) {
  await buildBoard(resolve('.'), resolve('dist/board'));
  await buildExplorer(resolve('.'), resolve('dist/explorer'));
}

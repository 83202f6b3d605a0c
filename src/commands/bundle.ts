/**
 * Makes the program that `npm start` runs, in dist/start. `bundle.js OUTDIR ENTRY...` makes one of each of other entries: what is measured is
 * made as what is run.
 */
import { basename } from 'node:path';
import { bundle } from './bundling.js';

const [outdir = 'dist/start', ...entries] = process.argv.slice(2);
const files = entries.length > 0 ? entries : ['dist/src/main.js'];
// By their names alone, because a program finds package.json two folders up.
await bundle(outdir, Object.fromEntries(files.map((file) => [basename(file, '.js'), file])));

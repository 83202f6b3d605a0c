/**
 * Makes the program that `npm start` runs, in dist/start. `bundle.js OUTDIR ENTRY...` makes one of each of other entries: what is measured is
 * made as what is run.
 */
import { bundle } from './bundling.js';

const [outdir = 'dist/start', ...entries] = process.argv.slice(2);
await bundle(outdir, entries.length > 0 ? entries : ['dist/src/main.js']);

/** The version of the program, as package.json states it: for the log, readiness and the metrics, so that an operator sees which release answers. */
import { readFileSync } from 'node:fs';
import { isRecord } from './runtime/guards.js';

/** Two folders up, for the compiled file in dist/src as well as for the program in dist/start. */
const MANIFEST = new URL('../../package.json', import.meta.url);

export const VERSION = versionIn(JSON.parse(readFileSync(MANIFEST, 'utf8')));

function versionIn(manifest: unknown): string {
  if (isRecord(manifest) && typeof manifest['version'] === 'string') return manifest['version'];
  throw new Error(`${MANIFEST.pathname} has no version. Expected the package.json of the gateway.`);
}

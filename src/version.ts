/**
 * The version of the program, as in package.json. The log, readiness and the metrics show it, so that an operator knows
 * which release answers.
 */
import { readFileSync } from 'node:fs';
import { isRecord } from './runtime/guards.js';

/** Two folders up, both from the compiled file in dist/src and from the program in dist/start. */
const MANIFEST = new URL('../../package.json', import.meta.url);

export const VERSION = versionIn(JSON.parse(readFileSync(MANIFEST, 'utf8')));

function versionIn(manifest: unknown): string {
  if (isRecord(manifest) && typeof manifest['version'] === 'string') return manifest['version'];
  throw new Error(`${MANIFEST.pathname} has no version. Expected the package.json of the gateway.`);
}

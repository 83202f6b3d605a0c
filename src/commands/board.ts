/**
 * Builds the board from src/board into static files. The page requests operations by the ids of the published manifest,
 * and no document is part of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../runtime/guards.js';
import { buildPage } from './page.js';

/** @param root of the repository */
export async function buildBoard(root: string, outdir: string): Promise<void> {
  await buildPage({
    root,
    folder: 'src/board',
    script: 'main.tsx',
    beside: ['favicon.svg'],
    outdir,
    esbuild: {
      splitting: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      define: { OPERATION_IDS: JSON.stringify(idsByName(join(root, 'schema/operations/manifest.json'))) },
    },
  });
}

function idsByName(manifest: string): Record<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  const operations = isRecord(parsed) && Array.isArray(parsed['operations']) ? parsed['operations'] : [];
  return Object.fromEntries(operations.map(({ name, id }: { name: string; id: string }) => [name, id]));
}

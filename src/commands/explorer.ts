/** Builds GraphiQL from src/explorer into static files. */
import { buildPage } from './page.js';

/** @param root of the repository */
export async function buildExplorer(root: string, outdir: string): Promise<void> {
  await buildPage({ root, folder: 'src/explorer', script: 'main.ts', outdir, esbuild: {} });
}

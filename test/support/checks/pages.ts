/** The README files of the repository, by their paths from its root. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Page = { readonly path: string; readonly text: string };

export function pages(): Page[] {
  return ['README.md', ...readmesIn('schema'), ...readmesIn('src'), ...readmesIn('test')].map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }));
}

function readmesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : readmesIn(path);
    return entry.name === 'README.md' ? [path] : [];
  });
}

export function withoutCode(text: string): string {
  return text.replace(/```[^]*?```/g, '').replace(/`[^`\n]*`/g, 'code');
}

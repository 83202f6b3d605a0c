/** Generates the types of the board from schema/, and checks the board with them: `npm run board:types`. */
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { generate } from '../clients/codegen.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

export async function generateTypes(): Promise<void> {
  const files = readdirSync('schema/operations').filter((name) => name.endsWith('.graphql'));
  const paths = files.map((name) => `schema/operations/${name}`);
  const documents = paths.map((path): [string, string] => [path, readFileSync(path, 'utf8')]);
  await generate(new Map(documents), 'dist/board-types', 'TypeScript');
}

/** @returns the compiler's complaints about the board; empty if there are none */
export async function complaints(): Promise<string> {
  const run = promisify(execFile);
  return run(process.execPath, [TSC, '--project', 'src/board']).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

/** Generates the types of the board from schema/, and checks the board with them: `npm run board:types`. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { generate } from '../clients/codegen.js';
import { publishedNames } from '../support/fixtures/published-operations.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

export async function generateTypes(): Promise<void> {
  const paths = [...publishedNames(), 'task-fields'].map((name) => `schema/operations/${name}.graphql`);
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

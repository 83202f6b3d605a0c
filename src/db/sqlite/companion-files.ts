/** Reads the files beside the database before SQLite opens it. A failure names the file and the remedy. */
import { readFileSync } from 'node:fs';
import { codeOf } from '../errors/error-code.js';

/** @returns null when there is no such file */
export function readBeside(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    const remedy =
      code === 'EISDIR'
        ? 'move this directory away'
        : 'give this user the right to read and write it, and check the disk';
    throw new Error(`${path} cannot be read (${code}): ${remedy}, then start the gateway again`, { cause: error });
  }
}

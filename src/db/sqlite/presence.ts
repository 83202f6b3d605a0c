/**
 * Checks that the next process will find the files that SQLite writes. A removed or replaced file accepts commits while
 * this process runs, and loses all of them afterwards.
 */
import { statSync } from 'node:fs';

/** Has SQLite's code for the same error, which SQLite does not always detect. */
class StoreGoneError extends Error {
  override readonly name = 'StoreGoneError';
  readonly code = 'SQLITE_READONLY_DBMOVED';
}

/** @throws StoreGoneError once one of the paths leads to another file than at creation, or to none */
export type AssertPresent = () => void;

export function createPresence(paths: readonly string[]): AssertPresent {
  const files = paths.map((path) => ({ path, identity: identityOf(path) }));
  return () => {
    for (const { path, identity } of files) {
      if (identityOf(path) !== identity)
        throw new StoreGoneError(`${path} was removed or replaced while the gateway runs`);
    }
  };
}

function identityOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.dev} ${stat.ino}`;
}

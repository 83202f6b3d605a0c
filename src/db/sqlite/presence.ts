/**
 * Checks that the files that SQLite writes are those that the next process will find. A file that was removed or replaced
 * takes commits for as long as this process runs, and all of them are gone after it.
 */
import { statSync } from 'node:fs';

/** The code of SQLite for the same, where it notices. */
class StoreGoneError extends Error {
  override readonly name = 'StoreGoneError';
  readonly code = 'SQLITE_READONLY_DBMOVED';
}

/** @throws StoreGoneError once one of the paths leads to another file than when this was made, or to none */
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

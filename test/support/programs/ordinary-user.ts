/** Work without the rights of root. */
import { chownSync } from 'node:fs';

const NOBODY = 65_534;

/**
 * Gives up the rights of root while `work` runs, because root may read and write everywhere.
 * @param own paths that the ordinary user must own
 */
export async function asOrdinaryUser(own: readonly string[], work: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return work();
  for (const path of own) chownSync(path, NOBODY, -1);
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

import { chownSync } from 'node:fs';

const NOBODY = 65_534;

/**
 * Root may read and write everywhere, so a test about rights has to give them up for a moment.
 * @param own paths that this user is to have for itself
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

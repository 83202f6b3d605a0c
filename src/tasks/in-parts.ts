/** Isolates the item that makes a write of many items fail. */
import { failsEveryStatement } from '../db/errors/cannot-write.js';

/**
 * Does `work` with all items together. If the database refuses them, each half is tried on its own, and so on. So an
 * item that the database cannot store does not hold up the others.
 * @param refused is called with each item that the database refused on its own
 * @throws Error when the database accepts no writes at all
 */
export async function inParts<T>(
  items: readonly T[],
  work: (some: readonly T[]) => Promise<unknown>,
  refused: (item: T, error: unknown) => void,
): Promise<void> {
  const [only, another] = items;
  if (only === undefined) return;
  try {
    await work(items);
  } catch (error) {
    if (failsEveryStatement(error)) throw error;
    if (another === undefined) return refused(only, error);
    const middle = Math.ceil(items.length / 2);
    await inParts(items.slice(0, middle), work, refused);
    await inParts(items.slice(middle), work, refused);
  }
}

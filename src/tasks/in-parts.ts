/** Writes that must not fail for many tasks because of one. */
import { isUnavailable } from '../db/unavailable.js';

/**
 * Does `work` with all items together. If the database refuses them, each half is tried by itself, and so on, so that
 * an item that the database never takes keeps none of the others back.
 * @param refused is called with each item that the database refused by itself
 * @throws Error when the database is unavailable, which heals
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
    if (isUnavailable(error)) throw error;
    if (another === undefined) return refused(only, error);
    const middle = Math.ceil(items.length / 2);
    await inParts(items.slice(0, middle), work, refused);
    await inParts(items.slice(middle), work, refused);
  }
}

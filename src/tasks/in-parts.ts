/** Writes that must not fail for many tasks because of one. */
import { failsEveryStatement } from '../db/errors/cannot-write.js';

/**
 * Does `work` with all items together. If the database refuses them, it tries each half by itself, and so on. An item
 * that the database never takes keeps none of the others back.
 * @param refused is called with each item that the database refused by itself
 * @throws Error when the database takes no writes at all
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

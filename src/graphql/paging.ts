/** The arguments `first` and `after` of every connection, with their limits. */
import type { PageRequest } from '../tasks/tasks.js';
import { badUserInput } from './errors.js';

const DEFAULT_FIRST = 20;
const MAX_FIRST = 100;

export const FIRST = {
  nullable: true,
  defaultValue: DEFAULT_FIRST,
  description: `Maximum number of items, 1 to ${MAX_FIRST}. Other values are refused with the code \`BAD_USER_INPUT\`.`,
};

/** For a list that clients read to its end. */
export const FIRST_OF_LOG = { ...FIRST, defaultValue: MAX_FIRST };

export const AFTER = {
  nullable: true,
  description:
    'Cursor of the preceding item, normally `pageInfo.endCursor` of the preceding page. Omit it for the first page. ' +
    'An invalid cursor is refused with the code `INVALID_CURSOR`.',
};

export function pageRequest(
  first: number | null | undefined,
  after: string | null | undefined,
  defaultFirst = DEFAULT_FIRST,
): PageRequest {
  const count = first ?? defaultFirst;
  if (count < 1 || count > MAX_FIRST) throw badUserInput(`first must be 1 to ${MAX_FIRST} (got ${count}).`);
  return { first: count, after: after ?? null };
}

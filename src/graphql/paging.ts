/** The page that a connection's arguments ask for. */
import type { PageRequest } from '../tasks/tasks.js';
import { badUserInput } from './errors.js';

const DEFAULT_FIRST = 20;
const MAX_FIRST = 100;

export const FIRST = {
  nullable: true,
  defaultValue: DEFAULT_FIRST,
  description: `How many to return at most: 1 to ${MAX_FIRST}. Anything else is an error with the code BAD_USER_INPUT.`,
};

export const AFTER = {
  nullable: true,
  description:
    'Return what follows this cursor: `pageInfo.endCursor` of the page before. Without it the first page is returned.',
};

export function pageRequest(first: number | null | undefined, after: string | null | undefined): PageRequest {
  const count = first ?? DEFAULT_FIRST;
  if (count < 1 || count > MAX_FIRST) throw badUserInput(`first must be 1 to ${MAX_FIRST}, and is ${count}.`);
  return { first: count, after: after ?? null };
}

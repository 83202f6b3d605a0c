/** Tells what is wrong with the database from what is wrong with one statement: the first is no fault of the task or caller that meets it. */
import { troubleOf } from './trouble.js';
import { isUnavailable } from './unavailable.js';

/** True while the database, its disk or its rights keep everyone from writing; false for an error of the statement alone. */
export function isDatabaseTrouble(error: unknown): boolean {
  return isUnavailable(error) || troubleOf(error) !== null;
}

/**
 * Separates errors of the database's state from errors of one statement. An error of the first kind is not the fault of
 * the task or caller that meets it.
 */
import { explainDatabaseError } from './explain.js';
import { isUnavailable } from './unavailable.js';
import { isDamage } from './unreadable-row.js';

/** True when the database, its disk, its rights or its data are the cause, and not the statement. */
export function isDatabaseFailure(error: unknown): boolean {
  return isUnavailable(error) || isDamage(error) || explainDatabaseError(error) !== null;
}

/** True when every other statement would fail in the same way. Damage concerns only a part of the data. */
export function failsEveryStatement(error: unknown): boolean {
  return isDatabaseFailure(error) && !isDamage(error);
}

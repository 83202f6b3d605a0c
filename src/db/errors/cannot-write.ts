/**
 * Separates errors of the database's state from errors of one statement. The first kind is no fault of the task or caller
 * that meets it.
 */
import { explainDatabaseError } from './explain.js';
import { isUnavailable } from './unavailable.js';
import { isDamage } from './unreadable-row.js';

/** True where the database, its disk, its rights or its data are at fault, and not the statement. */
export function isDatabaseFailure(error: unknown): boolean {
  return isUnavailable(error) || isDamage(error) || explainDatabaseError(error) !== null;
}

/** True where every other statement would fail in the same way. Damage concerns a part of the data only. */
export function failsEveryStatement(error: unknown): boolean {
  return isDatabaseFailure(error) && !isDamage(error);
}

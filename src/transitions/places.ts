/**
 * Leads from a cursor to the position in the log that it names, and refuses one that names anything else than what the log has there. Readers
 * that come at about the same time share a statement.
 */
import type { Sql } from '../db/database.js';
import { decodeCursor, isCursorProblem, judge, type CursorProblem, type CursorScope } from './cursor.js';
import { gathering } from './gather.js';
import { headOf, readAt, type LogHead, type LoggedAt } from './log.js';

/** The position, or what is wrong with the cursor and how to go on. */
export type PlaceReader = (scope: CursorScope, cursor: string) => Promise<number | CursorProblem>;

/** @param head of the log at any time: without another read, only the members count that never change */
export function createPlaceReader(sql: Sql, head: LogHead): PlaceReader {
  const read = gathering(async (positions: readonly number[]) => {
    const found = new Map((await readAt(sql, padded(positions))).map((transition) => [transition.position, transition]));
    return (position): LoggedAt | null => found.get(position) ?? null;
  });

  return async (scope, cursor) => {
    const place = decodeCursor(head.logId, scope, cursor);
    if (isCursorProblem(place)) return place;
    const { position, mark } = place;
    const found = mark === null ? null : await read(position);
    // Afterwards: a transition is pruned together with the change of the head.
    const latest = mark === null || found !== null ? head : await headOf(sql);
    const verdict = judge(scope, place, found, latest);
    return verdict === 'good' ? position : verdict;
  };
}

/** Made up to a number that is a power of two, so that few statements serve all. */
function padded(positions: readonly number[]): readonly number[] {
  const each = [...new Set(positions)];
  const count = 2 ** Math.ceil(Math.log2(each.length));
  return [...each, ...Array.from({ length: count - each.length }, () => each[0] ?? 0)];
}

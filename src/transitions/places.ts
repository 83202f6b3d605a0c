/**
 * Turns a cursor into its position in the log, and refuses a cursor that names another transition than the log has
 * there. Cursors that arrive together share a statement. A cursor whose transition is read anyway needs none.
 */
import { createBatchLoader } from '../runtime/loading/batch-loader.js';
import type { Sql } from '../db/database.js';
import {
  decodeCursor,
  encodeCursor,
  isCursorProblem,
  judge,
  markOf,
  type CursorProblem,
  type CursorScope,
  type Named,
  type Place,
} from './cursor.js';
import { headOf, readAt, readEnd, type LogHead, type LoggedAt } from './log.js';
import { BATCHES } from './log-loader.js';

export type Places = {
  /** The place that a cursor names, not verified yet. */
  readonly placeOf: (scope: CursorScope, cursor: string) => Place | CursorProblem;
  /** @param found the transition at the place if it has been read, or null */
  readonly verdictOn: (scope: CursorScope, place: Place, found: Named | null) => Promise<'good' | CursorProblem>;
  /** The position, or the problem of the cursor and how to continue. */
  readonly positionOf: (scope: CursorScope, cursor: string) => Promise<number | CursorProblem>;
  /** The end of the log. Only transitions that commit later follow it. */
  readonly end: () => Promise<LogPlace>;
  /** The place before the first transition after which none is pruned. */
  readonly beginning: () => Promise<LogPlace>;
};

/** A place in the log with its cursor. */
export type LogPlace = { readonly position: number; readonly cursor: string };

/** @param head of the log at any time, because only members that never change are used without another read */
export function createPlaces(sql: Sql, head: LogHead): Places {
  const read = createBatchLoader(async (positions: readonly number[]): Promise<readonly (LoggedAt | null)[]> => {
    const found = new Map(
      (await readAt(sql, padded(positions))).map((transition) => [transition.position, transition]),
    );
    return positions.map((position) => found.get(position) ?? null);
  }, BATCHES);

  const placeOf: Places['placeOf'] = (scope, cursor) => decodeCursor(head.logId, scope, cursor);

  const verdictOn: Places['verdictOn'] = async (scope, place, known) => {
    const isUnmarked = place.mark === null;
    const found = known ?? (isUnmarked ? null : await read(place.position));
    // The head is read after the transition, because pruning deletes the transition and changes the head in one
    // transaction.
    return judge(scope, place, found, isUnmarked || found !== null ? head : await headOf(sql));
  };

  async function positionOf(scope: CursorScope, cursor: string): Promise<number | CursorProblem> {
    const place = placeOf(scope, cursor);
    if (isCursorProblem(place)) return place;
    const verdict = await verdictOn(scope, place, null);
    return verdict === 'good' ? place.position : verdict;
  }

  async function end(): Promise<LogPlace> {
    const last = await readEnd(sql);
    // A transition that commits between the two reads lies above all pruned ones, so it follows the beginning.
    return last === null ? beginning() : placeAt(last.position, markOf('transition', last));
  }

  async function beginning(): Promise<LogPlace> {
    const { prunedThrough, prunedMark } = await headOf(sql);
    return placeAt(prunedThrough, prunedMark);
  }

  function placeAt(position: number, mark: string): LogPlace {
    return { position, cursor: encodeCursor(head.logId, 'transition', position, mark) };
  }

  return { placeOf, verdictOn, positionOf, end, beginning };
}

/**
 * Splits transitions that were read from a position on: the transition at the position (or null), and the later ones.
 */
export function splitAt<T extends { readonly position: number }>(
  position: number,
  read: readonly T[],
): { readonly own: T | null; readonly later: readonly T[] } {
  const [first, ...others] = read;
  return first?.position === position ? { own: first, later: others } : { own: null, later: read };
}

/** Padded to a power of two, so that few distinct statements serve all batches. */
function padded(positions: readonly number[]): readonly number[] {
  const each = [...new Set(positions)];
  const count = 2 ** Math.ceil(Math.log2(each.length));
  return [...each, ...Array.from({ length: count - each.length }, () => each[0] ?? 0)];
}

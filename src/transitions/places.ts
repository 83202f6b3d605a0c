/**
 * Leads from a cursor to the position in the log that it names, and refuses one that names anything else than what the log has there. Cursors
 * that come at about the same time share a statement, and one whose transition is read anyway needs none.
 */
import { createBatchLoader } from '../runtime/batch-loader.js';
import type { Sql } from '../db/database.js';
import {
  decodeCursor,
  isCursorProblem,
  judge,
  type CursorProblem,
  type CursorScope,
  type Named,
  type Place,
} from './cursor.js';
import { headOf, readAt, type LogHead, type LoggedAt } from './log.js';
import { BATCHES } from './log-loader.js';

export type Places = {
  /** The place that a cursor claims to name. */
  readonly claimOf: (scope: CursorScope, cursor: string) => Place | CursorProblem;
  /** @param found the transition at the place, where it has been read; else null */
  readonly verdictOn: (scope: CursorScope, place: Place, found: Named | null) => Promise<'good' | CursorProblem>;
  /** The position, or what is wrong with the cursor and how to go on. */
  readonly positionOf: (scope: CursorScope, cursor: string) => Promise<number | CursorProblem>;
};

/** @param head of the log at any time: without another read, only the members count that never change */
export function createPlaces(sql: Sql, head: LogHead): Places {
  const read = createBatchLoader(async (positions: readonly number[]): Promise<readonly (LoggedAt | null)[]> => {
    const found = new Map(
      (await readAt(sql, padded(positions))).map((transition) => [transition.position, transition]),
    );
    return positions.map((position) => found.get(position) ?? null);
  }, BATCHES);

  const claimOf: Places['claimOf'] = (scope, cursor) => decodeCursor(head.logId, scope, cursor);

  const verdictOn: Places['verdictOn'] = async (scope, place, known) => {
    const isUnmarked = place.mark === null;
    const found = known ?? (isUnmarked ? null : await read(place.position));
    // Afterwards: a transition is pruned together with the change of the head.
    return judge(scope, place, found, isUnmarked || found !== null ? head : await headOf(sql));
  };

  async function positionOf(scope: CursorScope, cursor: string): Promise<number | CursorProblem> {
    const place = claimOf(scope, cursor);
    if (isCursorProblem(place)) return place;
    const verdict = await verdictOn(scope, place, null);
    return verdict === 'good' ? place.position : verdict;
  }

  return { claimOf, verdictOn, positionOf };
}

/** Parts transitions that were read from a position on: the one at the position, null when it is not among them, and those after it. */
export function partedAt<T extends { readonly position: number }>(
  position: number,
  read: readonly T[],
): { readonly own: T | null; readonly later: readonly T[] } {
  const [first, ...others] = read;
  return first?.position === position ? { own: first, later: others } : { own: null, later: read };
}

/** Made up to a number that is a power of two, so that few statements serve all. */
function padded(positions: readonly number[]): readonly number[] {
  const each = [...new Set(positions)];
  const count = 2 ** Math.ceil(Math.log2(each.length));
  return [...each, ...Array.from({ length: count - each.length }, () => each[0] ?? 0)];
}

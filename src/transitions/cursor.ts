/**
 * A position in the log, or a place in the list of tasks, as an opaque text for clients. It names its log and its
 * transition (or task), and carries a checksum. A cursor that was cut, mistyped or made for another purpose is
 * therefore detected, as is a cursor from before a restore of the database. No cursor is ever read as another place.
 * Pure.
 */
import { hash } from 'node:crypto';
import { checksumOf } from '../runtime/checksum.js';

/** The log of transitions, or the list of tasks. */
export type CursorScope = 'transition' | 'task';

/** `expired-cursor`: the cursor was valid, but the transitions after it are pruned. */
export type CursorProblem = { readonly type: 'bad-cursor' | 'expired-cursor'; readonly message: string };

/** The members that identify a transition, also among those that had the same position before and after a restore. */
export type Named = { readonly taskId: string; readonly sequence: number; readonly recordedAt: number };

/** @property mark identifies the transition or task at the position; null in a cursor of a version without marks */
export type Place = { readonly position: number; readonly mark: string | null };

/** The state of the log that decides about a cursor whose transition is missing. */
export type LogState = {
  readonly position: number;
  readonly prunedThrough: number;
  /** The mark of the transition at `prunedThrough`; '' when it is unknown. */
  readonly prunedMark: string;
  /** The last position that a version without marks can have named. */
  readonly unmarkedThrough: number;
};

const PREFIX: Readonly<Record<CursorScope, string>> = { transition: 'n', task: 't' };

/** 48 bits. */
const MARK_CHARACTERS = 8;

export function markOf(scope: CursorScope, { taskId, sequence, recordedAt }: Named): string {
  // A task keeps its place in the list for all its life.
  return hash('sha256', scope === 'task' ? taskId : `${taskId} ${sequence} ${recordedAt}`, 'base64url').slice(
    0,
    MARK_CHARACTERS,
  );
}

/** @param mark '' if no transition is known at the position, as before the first one */
export function encodeCursor(logId: string, scope: CursorScope, position: number, mark: string): string {
  // Versions without marks read the number up to the tilde, so old and new gateways can run side by side during an
  // update.
  const body = `${PREFIX[scope]}.${logId}.${position.toString(36)}${mark === '' ? '' : `~${mark}`}`;
  return Buffer.from(`${body}.${checksumOf(body)}`).toString('base64url');
}

/** Decodes a cursor, or says what is wrong with the text and how to continue. */
export function decodeCursor(logId: string, scope: CursorScope, cursor: string): Place | CursorProblem {
  const parts = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  const [prefix = '', cursorLogId = '', place = '', sum = ''] = parts;
  const [, digits, mark = null] = /^([0-9a-z]{1,11})(?:~([\w-]+))?$/.exec(place) ?? [];
  if (parts.length !== 4 || digits === undefined || sum !== checksumOf(`${prefix}.${cursorLogId}.${place}`)) {
    return badCursor('The cursor is damaged. Pass it exactly as it was received, or leave it out to begin again.');
  }
  if (cursorLogId !== logId) {
    return badCursor('The cursor comes from another gateway or another database. Leave it out to begin again.');
  }
  if (prefix !== PREFIX[scope]) {
    return badCursor(
      scope === 'transition'
        ? 'This cursor names a place in a list of tasks. Pass the cursor of a transition.'
        : 'This cursor names a transition. Pass the cursor of an edge of the same connection.',
    );
  }
  return { position: Number.parseInt(digits, 36), mark };
}

/**
 * Decides if a cursor names the transition that the log has at its position.
 * @param found the transition at the position; null when there is none. Read `log` after it.
 */
export function judge(
  scope: CursorScope,
  { position, mark }: Place,
  found: Named | null,
  log: LogState,
): 'good' | CursorProblem {
  if (mark === null) return position <= log.unmarkedThrough ? 'good' : badCursor(UNMARKED);
  if (found !== null) return mark === markOf(scope, found) ? 'good' : badCursor(RESTORED);
  if (position > log.prunedThrough) return badCursor(RESTORED);
  // The list continues with older tasks, and skips none.
  if (scope === 'task') return 'good';
  if (position < log.prunedThrough || log.prunedMark === '') return expiredCursor(NOT_KEPT);
  return mark === log.prunedMark ? 'good' : badCursor(RESTORED);
}

const GO_ON = 'Leave it out to begin again; to miss nothing, read the current state with `task` or `tasks`.';
const RESTORED =
  `The cursor names a transition that this log does not have, because the database was restored from a backup or ` +
  `lost its last commits. ${GO_ON}`;
const UNMARKED =
  `The cursor was made by an earlier version of the gateway, and the transition that it names cannot be verified. ` +
  `${GO_ON}`;
const NOT_KEPT =
  'The transition that this cursor names is no longer kept, and later ones may be missing. Read the current state ' +
  'with `task` or `tasks`, then subscribe without `after`.';

export function isCursorProblem(value: unknown): value is CursorProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    (value.type === 'bad-cursor' || value.type === 'expired-cursor')
  );
}

export function expiredCursor(message: string): CursorProblem {
  return { type: 'expired-cursor', message };
}

function badCursor(message: string): CursorProblem {
  return { type: 'bad-cursor', message };
}

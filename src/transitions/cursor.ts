/**
 * A place in the log (or in the list of tasks), as an opaque text for clients. It carries which log it belongs to, which transition (or task)
 * it names, and a checksum: a cursor that was cut, mistyped, made for another purpose, or made before the database was put back to an earlier
 * state is recognised, and never read as some other place. Pure.
 */
import { hash } from 'node:crypto';
import { checksumOf } from '../runtime/checksum.js';

/** A place in the log of transitions, or in the list of tasks. */
export type CursorScope = 'transition' | 'task';

/** `expired-cursor`: it was good, but what came after it is no longer kept. */
export type CursorProblem = { readonly type: 'bad-cursor' | 'expired-cursor'; readonly message: string };

/** The members of a transition that tell it from every other, also from one at the same position after a restore. */
export type Named = { readonly taskId: string; readonly sequence: number; readonly recordedAt: number };

/** @property mark names the transition or task at the position; null in a cursor of a version that did not name it. */
export type Place = { readonly position: number; readonly mark: string | null };

/** The state of the log that decides about a cursor whose transition is not there. */
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
  // A task keeps its place in the list, whatever happens to it.
  return hash('sha256', scope === 'task' ? taskId : `${taskId} ${sequence} ${recordedAt}`, 'base64url').slice(
    0,
    MARK_CHARACTERS,
  );
}

export function encodeCursor(logId: string, scope: CursorScope, position: number, mark: string): string {
  // Versions without marks read the number up to the tilde, so that old and new gateways can run side by side during an update.
  const body = `${PREFIX[scope]}.${logId}.${position.toString(36)}~${mark}`;
  return Buffer.from(`${body}.${checksumOf(body)}`).toString('base64url');
}

/** The place, or what is wrong with the text and how to go on. */
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
 * Decides if a cursor names what the log has at its position.
 * @param found the transition at the position; null when the log has none there, and `log` was read after it
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
  // The list goes on with older tasks, of which none is skipped.
  if (scope === 'task') return 'good';
  if (position < log.prunedThrough || log.prunedMark === '') return expiredCursor(NOT_KEPT);
  return mark === log.prunedMark ? 'good' : badCursor(RESTORED);
}

const GO_ON = 'Leave it out to begin again; to miss nothing, read the current state with `task` or `tasks`.';
const RESTORED = `The cursor names an event that this log does not have, because the database was restored from a backup since. ${GO_ON}`;
const UNMARKED = `The cursor was made by an earlier version of the gateway, and the event that it names cannot be verified. ${GO_ON}`;
const NOT_KEPT =
  'The transition that this cursor names is no longer kept, so that what followed it is not known. Read what matters with `task` or `tasks`, then subscribe without `after`.';

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

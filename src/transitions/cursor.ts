/**
 * A place in the log (or in the list of tasks), as an opaque text for clients. It carries which log it belongs to and a checksum, so that
 * a cursor that was cut, mistyped, or made by another gateway or for another purpose is recognised and never read as some other place.
 */
import { hash } from 'node:crypto';

/** A place in the log of transitions, or in the list of tasks. */
export type CursorScope = 'transition' | 'task';

/** `expired-cursor`: it was good, but what came after it is no longer kept. */
export type CursorProblem = { readonly type: 'bad-cursor' | 'expired-cursor'; readonly message: string };

const PREFIX: Readonly<Record<CursorScope, string>> = { transition: 'n', task: 't' };

export function encodeCursor(logId: string, scope: CursorScope, position: number): string {
  const body = `${PREFIX[scope]}.${logId}.${position.toString(36)}`;
  return Buffer.from(`${body}.${checksum(body)}`).toString('base64url');
}

/** The position, or what is wrong with the cursor and how to go on. `head` is the last position that the log has. */
export function decodeCursor(logId: string, scope: CursorScope, cursor: string, head: number): number | CursorProblem {
  const parts = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  const [prefix = '', cursorLogId = '', position = '', sum = ''] = parts;
  if (parts.length !== 4 || sum !== checksum(`${prefix}.${cursorLogId}.${position}`)) {
    return problem('The cursor is damaged. Pass it exactly as it was received, or leave it out to begin anew.');
  }
  if (cursorLogId !== logId) {
    return problem('The cursor comes from another gateway or another database. Leave it out to begin anew.');
  }
  if (prefix !== PREFIX[scope]) {
    return problem(
      scope === 'transition'
        ? 'This cursor names a place in a list of tasks. Pass the cursor of a transition.'
        : 'This cursor names a transition. Pass the cursor of an edge of the same connection.',
    );
  }
  const decoded = Number.parseInt(position, 36);
  if (!Number.isSafeInteger(decoded) || decoded < 0 || decoded > head) {
    return problem('The cursor lies beyond the end of this log. Leave it out to begin anew.');
  }
  return decoded;
}

export function isCursorProblem(value: unknown): value is CursorProblem {
  return typeof value === 'object' && value !== null && 'type' in value && (value.type === 'bad-cursor' || value.type === 'expired-cursor');
}

export function expiredCursor(message: string): CursorProblem {
  return { type: 'expired-cursor', message };
}

function problem(message: string): CursorProblem {
  return { type: 'bad-cursor', message };
}

function checksum(body: string): string {
  return hash('sha256', body, 'base64url').slice(0, 6);
}

/** Decides about a token whose key may be missing among the keys that were read. Pure. */

export type KeyState = {
  /** A key that was read last fits the token. */
  readonly isKnown: boolean;
  /** Keys have been read, and not too long ago. */
  readonly isFresh: boolean;
  /** A read that began after the token came first has succeeded. */
  readonly isReadSince: boolean;
  /** The latest read failed. */
  readonly hasFailed: boolean;
  /** A read may start now, or is under way. */
  readonly mayRead: boolean;
};

export type KeyVerdict =
  | 'use'
  | 'read'
  /** The token is at fault: a read after its arrival did not find the key. */
  | 'unpublished'
  /** The issuer may have published the key since the latest read; the client should try again soon. */
  | 'not-read-yet'
  | 'unreadable';

export function verdictOn({ isKnown, isFresh, isReadSince, hasFailed, mayRead }: KeyState): KeyVerdict {
  if (isKnown && isFresh) return 'use';
  if (mayRead) return 'read';
  if (!isFresh) return 'unreadable';
  if (isReadSince) return 'unpublished';
  return hasFailed ? 'unreadable' : 'not-read-yet';
}

/** Decides how a token is treated whose key may be missing among the keys that were read. Pure. */

export type KeyFacts = {
  /** A key that was read last fits the token. */
  readonly isKnown: boolean;
  /** Keys have been read, and not too long ago. */
  readonly isFresh: boolean;
  /** A read that began after the token came first has succeeded. */
  readonly isReadSince: boolean;
  /** The latest read failed. */
  readonly hasFailed: boolean;
  /** The issuer may be asked now, or is being asked. */
  readonly mayRead: boolean;
};

export type KeyVerdict =
  | 'use'
  | 'read'
  /** The token is at fault: its issuer did not publish the key when it was asked after the token came. */
  | 'unpublished'
  /** The issuer may have published the key since it was asked last; ask again soon. */
  | 'not-read-yet'
  | 'unreadable';

export function verdictOn({ isKnown, isFresh, isReadSince, hasFailed, mayRead }: KeyFacts): KeyVerdict {
  if (isKnown && isFresh) return 'use';
  if (mayRead) return 'read';
  if (!isFresh) return 'unreadable';
  if (isReadSince) return 'unpublished';
  return hasFailed ? 'unreadable' : 'not-read-yet';
}

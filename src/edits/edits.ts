/**
 * Edits of Partner Central's records for callers. An edit is a direct call: it reads, merges, writes, and reads back
 * when the answer is lost. Every outcome that AWS or a caller can cause is a value. Each write takes a permit from the
 * same quota as the starts.
 */
import type { ErrorCode } from '../partner-central/failure.js';

export type EditErrorCode =
  | ErrorCode
  | 'INVALID_INPUT'
  | 'CATALOG_NOT_ALLOWED'
  | 'CLIENT_TOKEN_REUSED'
  /** Another caller changed the same member since it was read. */
  | 'EDIT_CONFLICT'
  /** The state of the record does not allow the change. Nothing was sent. */
  | 'NOT_EDITABLE'
  /** The record has a member that cannot be sent back unchanged. Nothing was sent. */
  | 'UNKNOWN_MEMBER'
  /** The quota granted no permit in time. Nothing was sent. */
  | 'QUOTA_SPENT';

export type EditError = {
  readonly code: EditErrorCode;
  readonly message: string;
  /** The path in the input, for example `['patch', 'project', 'title']`; null if no single argument is concerned. */
  readonly path: readonly string[] | null;
  /** The name of AWS's error; null if AWS was not called or did not answer. */
  readonly awsCode: string | null;
  /** The time after which a repetition can succeed; null if time alone does not help. */
  readonly retryAfterMs: number | null;
  /** The values of the member in an EDIT_CONFLICT. */
  readonly conflict: EditConflict | null;
};

export type EditConflict = { readonly base: unknown; readonly theirs: unknown; readonly mine: unknown };

export type EditOutcome<T> =
  | {
      readonly type: 'done';
      /** The record after the edit. */
      readonly record: T;
      /** The paths of the members that changed, in the names of the record. Empty when a repetition changed nothing. */
      readonly changed: readonly string[];
    }
  | { readonly type: 'refused'; readonly errors: readonly EditError[] };

/** The errors of an update that replaces a record: conflicts with others, unknown members, and AWS's refusals. */
import type { JsonObject } from '../../partner-central/raw-operations.js';
import { SECOND } from '../../runtime/clock.js';
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import { editError, fieldErrorsOf, writeErrors } from '../edit-errors.js';
import type { EditError } from '../edits.js';
import { isKnownField, patchPathOf } from '../patch/aws-fields.js';
import type { Members } from '../patch/members.js';
import { isSame, viewAt, type Leaf } from '../patch/view.js';
import type { WriteProblem } from '../quota-write.js';

/** Others are editing the record now, and will have ended by then. */
const BUSY_RETRY_MS = 5 * SECOND;

type Edit = { readonly noun: string; readonly members: Members; readonly expectedModifiedAt: number | null };

export type Versions = {
  readonly base: JsonObject;
  readonly theirs: JsonObject;
  readonly mine: JsonObject;
  /** AWS's text of the time of their last change. */
  readonly theirVersion: string;
};

/** A member is in conflict if others changed it since the edit read it first, to another value than the wanted one. */
export function conflictsOf(
  { noun, expectedModifiedAt }: Edit,
  named: readonly Leaf[],
  { base, theirs, mine, theirVersion }: Versions,
): EditError[] {
  const conflicts = named.flatMap((leaf) => {
    const conflict = { base: viewAt(leaf, base), theirs: viewAt(leaf, theirs), mine: viewAt(leaf, mine) };
    if (isSame(conflict.base, conflict.theirs) || isSame(conflict.theirs, conflict.mine)) return [];
    const message = `Somebody else changed ${leaf.path.join('.')} since this edit began.`;
    return editError('EDIT_CONFLICT', message, { path: ['patch', ...leaf.path], conflict });
  });
  const theirTime = Date.parse(theirVersion);
  if (conflicts.length > 0 || expectedModifiedAt === null || theirTime === expectedModifiedAt) return conflicts;
  const [mineText, theirText] = [expectedModifiedAt, theirTime].map((time) => new Date(time).toISOString());
  const message = `The ${noun} was changed at ${theirText}, and the edit expects ${mineText}.`;
  const conflict = { base: mineText, theirs: theirText, mine: mineText };
  return [editError('EDIT_CONFLICT', message, { path: ['expectedModifiedAt'], conflict })];
}

/** @param path of the patch's member that would erase the unknown one */
export function unknownMember({ path, aws }: { readonly path: readonly string[]; readonly aws: string }): EditError {
  const message =
    `The record has the member ${aws}, which this gateway does not know, and the change would erase it. Nothing was ` +
    `sent. Change fewer fields at once, or edit the record in Partner Central.`;
  return editError('UNKNOWN_MEMBER', message, { path: ['patch', ...path] });
}

/** @param sent the record that AWS refused */
export function refusalsOf({ members }: Edit, problem: WriteProblem, sent: JsonObject): readonly EditError[] {
  const errors = writeErrors(problem, ({ field }) => inputPathOf(members, field));
  if (problem.type !== 'refused') return errors;
  const fieldErrors = fieldErrorsOf(problem);
  return errors.map((error, index) => {
    const field = fieldErrors[index]?.field ?? null;
    if (field === null || isKnownField(members, field) || !hasMember(sent, field)) return error;
    const message =
      `AWS refuses the member ${field}, which it gave itself and which this gateway does not know. Nothing was ` +
      `changed. AWS says: ${error.message}`;
    return { ...error, code: 'UNKNOWN_MEMBER', message };
  });
}

/** The error after a lost answer, which says nothing that only an edit that was not sent could say. */
export function afterLoss(error: EditError): EditError {
  const { code, message, path } = error;
  const open = { ...error, mayBeDone: true };
  if (code === 'QUOTA_SPENT')
    return {
      ...open,
      code: 'UPSTREAM_FAILED',
      message:
        `AWS's answer was lost, and the quota allows no further call in time: ${message} AWS may have made the ` +
        `change. Repeat the edit: it is never made twice.`,
    };
  if (code === 'EDIT_CONFLICT' && path?.[0] === 'patch')
    return {
      ...open,
      message:
        `AWS's answer was lost, and ${path.slice(1).join('.')} has neither its old value nor the wanted one. ` +
        `Somebody else changed it, or AWS wrote the wanted value in another form.`,
    };
  return open;
}

/** The error after the last try. */
export function gaveUp({ noun }: Edit, isLost: boolean): EditError {
  return isLost
    ? editError(
        'UPSTREAM_FAILED',
        `AWS's answer was lost, and the ${noun} does not show the change yet. AWS may still make it. Repeat the edit: it ` +
          `is never made twice.`,
        { retryAfterMs: BUSY_RETRY_MS, mayBeDone: true },
      )
    : editError(
        'CONFLICT',
        `Others changed the ${noun} each time that this edit tried to. Nothing was changed. Repeat the edit.`,
        { retryAfterMs: BUSY_RETRY_MS },
      );
}

function inputPathOf(members: Members, field: string | null): readonly string[] | null {
  if (field === null) return null;
  if (/^identifier$/i.test(field)) return ['identifier'];
  const path = patchPathOf(members, field);
  return path === null ? null : ['patch', ...path];
}

/** True if the JSON has a member at AWS's path. AWS writes paths in any case. */
function hasMember(json: JsonObject, field: string): boolean {
  let value: unknown = json;
  for (const part of field.split(/[^A-Za-z0-9]+/).filter((text) => text !== '' && text !== 'member')) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isJsonObject(value)) {
      const name = Object.keys(value).find((candidate) => candidate.toLowerCase() === part.toLowerCase());
      value = name === undefined ? undefined : ownMember(value, name);
    } else return false;
  }
  return value !== undefined;
}

/** Runs an edit for a caller who may make it, and converts its outcome to the parts of a payload. */
import { refused, editError } from '../../edits/edit-errors.js';
import type { EditConflict, EditError, EditFunctions, EditName, EditOutcome, EditTypes } from '../../edits/edits.js';
import { catalogRefusal } from '../../tasks/input-rules.js';
import { assertEdits } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { NEXT_ACTIONS_OF_EDITS } from '../user-error/next-action.enum.js';
import type { UserError } from '../user-error/user-error.type.js';

export type EditResult<T> = {
  readonly record: T | null;
  readonly changed: readonly string[];
  readonly userErrors: readonly UserError[];
};

/**
 * A caller who may not read records learns of the edit only what it changed.
 * @param withoutRecords the part of an outcome that such a caller needs all the same
 * @throws FORBIDDEN for a caller without the right to edit
 */
export async function runEdit<Name extends EditName>(
  { viewer, edits }: GraphqlContext,
  operation: Name,
  input: EditTypes[Name]['input'],
  withoutRecords: (record: EditTypes[Name]['record']) => EditTypes[Name]['record'] | null = () => null,
): Promise<EditResult<EditTypes[Name]['record']>> {
  const { subject, catalogs } = viewer;
  if (!viewer.edits) edits.logDenied(operation, subject, input, 'FORBIDDEN');
  assertEdits(viewer);
  const shown = viewer.records ? (record: EditTypes[Name]['record']) => record : withoutRecords;
  if (!catalogs.includes(input.catalog)) {
    edits.logDenied(operation, subject, input, 'CATALOG_NOT_ALLOWED');
    const message = catalogRefusal(input.catalog, catalogs);
    return resultOf(refused(editError('CATALOG_NOT_ALLOWED', message, { path: ['catalog'] })), shown, viewer.records);
  }
  const edit: EditFunctions[Name] = edits[operation];
  return resultOf(await edit(subject, input), shown, viewer.records);
}

function resultOf<T>(outcome: EditOutcome<T>, shown: (record: T) => T | null, mayRead: boolean): EditResult<T> {
  switch (outcome.type) {
    case 'done':
      return { record: shown(outcome.record), changed: outcome.changed, userErrors: [] };
    case 'refused':
      return { record: null, changed: [], userErrors: outcome.errors.map((error) => userErrorOf(error, mayRead)) };
    default:
      return outcome satisfies never;
  }
}

function userErrorOf({ path, conflict, ...error }: EditError, mayRead: boolean): UserError {
  return {
    ...error,
    field: path === null ? null : ['input', ...path],
    conflict: conflict === null || !mayRead ? null : jsonOf(conflict),
    nextActionOfEdit: NEXT_ACTIONS_OF_EDITS[error.code],
  };
}

function jsonOf({ base, theirs, mine }: EditConflict) {
  return { base: JSON.stringify(base), theirs: JSON.stringify(theirs), mine: JSON.stringify(mine) };
}

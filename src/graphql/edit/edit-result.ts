/** Runs an edit for a caller who may make it, and converts its outcome to the parts of a payload. */
import { refused, editError } from '../../edits/edit-errors.js';
import type { EditConflict, EditError, EditOutcome, Edits } from '../../edits/edits.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
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
export async function runEdit<T>(
  { viewer, edits }: GraphqlContext,
  catalog: Catalog,
  edit: (edits: Edits, subject: string | null) => Promise<EditOutcome<T>>,
  withoutRecords: (record: T) => T | null = () => null,
): Promise<EditResult<T>> {
  const shown = viewer.records ? (record: T) => record : withoutRecords;
  assertEdits(viewer);
  if (!viewer.catalogs.includes(catalog)) {
    const message = catalogRefusal(catalog, viewer.catalogs);
    return resultOf(refused(editError('CATALOG_NOT_ALLOWED', message, { path: ['catalog'] })), shown, viewer.records);
  }
  return resultOf(await edit(edits, viewer.subject), shown, viewer.records);
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

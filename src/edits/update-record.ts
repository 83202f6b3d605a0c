/**
 * Changes a record that AWS replaces as a whole: reads it, merges the patch, and sends all of it back with the time of
 * its last change. AWS refuses an update of a record that has changed since, so an update happens once or not at all.
 */
import type { JsonObject, RawRecord, Updated } from '../partner-central/raw-operations.js';
import type { Found } from '../records/records.js';
import { SECOND } from '../runtime/clock.js';
import { editError, notFound, readError, refused, writeErrors } from './edit-errors.js';
import type { EditContext, EditError, EditOutcome } from './edits.js';
import { patchPathOf } from './patch/aws-fields.js';
import type { Members } from './patch/members.js';
import { merge } from './patch/merge.js';
import { isSame, leavesIn, leavesOf, viewAt, type Leaf } from './patch/view.js';
import type { Written } from './quota-write.js';

const MAX_TRIES = 3;
/** AWS shows a change after some seconds, so an earlier repetition would read the old state again. */
const PAUSE_MS = SECOND;

export type RecordEdit<T> = {
  readonly noun: string;
  /** The id for the cache. */
  readonly id: string;
  readonly members: Members;
  readonly patch: object;
  readonly expectedModifiedAt: number | null;
  read(): Promise<Found<RawRecord<T>>>;
  /** The part of AWS's answer that the patch applies to, and that an update replaces. */
  partOf(json: JsonObject): JsonObject;
  /** AWS's text of the time of the last change; null if there is none. */
  versionOf(json: JsonObject): string | null;
  /** The reason for which the state of the record forbids a change of this member; null if it may be changed. */
  lockOf(record: T, aws: string): string | null;
  write(part: JsonObject, version: string): Promise<Written<Updated>>;
  /** The record of a changed part that cannot be read yet. */
  merged(json: JsonObject, part: JsonObject, modifiedAt: number | null): T;
};

type Read<T> = { readonly raw: RawRecord<T>; readonly part: JsonObject; readonly version: string };

export async function updateRecord<T>(context: EditContext, edit: RecordEdit<T>): Promise<EditOutcome<T>> {
  const named = leavesIn(edit.members, edit.patch);
  const base = await readRecord(edit);
  if ('code' in base) return refused(base);
  let current = base;
  let changed: readonly string[] = [];
  let isLost = false;
  for (let attempt = 1; ; attempt += 1) {
    const { json: wanted, unknown } = merge(edit.members, current.part, edit.patch);
    const different = leavesOf(edit.members).filter(
      (leaf) => !isSame(viewAt(leaf, current.part), viewAt(leaf, wanted)),
    );
    if (different.length === 0) return { type: 'done', record: current.raw.record, changed };
    const errors = [
      ...conflictsOf(edit, named, base, current, wanted),
      ...locksOf(edit, different, current),
      ...unknown.map(unknownMember),
    ];
    if (errors.length > 0) return refused(...errors);
    const written = await edit.write(wanted, current.version);
    if (written.type === 'answered' || written.type === 'lost') context.forget(edit.id);
    if (written.type === 'answered') {
      const names = different.map(nameOf);
      return { type: 'done', record: await afterwards(edit, current, wanted, written.value), changed: names };
    }
    const isConflict = written.type === 'refused' && written.code === 'CONFLICT';
    if (!isConflict && written.type !== 'lost') return refused(...writeErrors(written, pathOf(edit)));
    isLost ||= written.type === 'lost';
    const again = await readRecord(edit);
    if ('code' in again) return refused({ ...again, mayBeDone: isLost });
    if (again.version === current.version) {
      if (attempt === MAX_TRIES) return refused(...writeErrors(written, pathOf(edit)));
      await context.clock.sleep(PAUSE_MS);
    } else if (attempt === MAX_TRIES) {
      return refused(editError('CONFLICT', `Others changed the ${edit.noun} during each of ${MAX_TRIES} tries.`));
    }
    if (isLost) changed = different.map(nameOf);
    current = again;
  }
}

async function readRecord<T>(edit: RecordEdit<T>): Promise<Read<T> | EditError> {
  const found = await edit.read();
  if (found.type === 'missing') return notFound(edit.noun);
  if (found.type !== 'found') return readError(found);
  const version = edit.versionOf(found.record.json);
  if (version === null)
    return editError('UPSTREAM_FAILED', `AWS's answer has no time of the last change, which an update must name.`);
  return { raw: found.record, part: edit.partOf(found.record.json), version };
}

/**
 * AWS derives some members of the record, such as the review status, so the record is read again. AWS may still show
 * the state before the change; then the record is what was sent.
 */
async function afterwards<T>(
  edit: RecordEdit<T>,
  before: Read<T>,
  part: JsonObject,
  { modifiedAt }: Updated,
): Promise<T> {
  const read = await readRecord(edit);
  const isNew = !('code' in read) && read.version !== before.version;
  return isNew ? read.raw.record : edit.merged(before.raw.json, part, modifiedAt);
}

function conflictsOf<T>(
  edit: RecordEdit<T>,
  named: readonly Leaf[],
  base: Read<T>,
  current: Read<T>,
  wanted: JsonObject,
): EditError[] {
  const theirChange = edit.expectedModifiedAt !== null && Date.parse(current.version) !== edit.expectedModifiedAt;
  if (theirChange) {
    const theirs = new Date(current.version).toISOString();
    const mine = new Date(edit.expectedModifiedAt).toISOString();
    const message = `The ${edit.noun} was changed at ${theirs}, after the expected ${mine}.`;
    const conflict = { base: mine, theirs, mine };
    return [editError('EDIT_CONFLICT', message, { path: ['expectedModifiedAt'], conflict })];
  }
  return named.flatMap((leaf) => {
    const conflict = { base: viewAt(leaf, base.part), theirs: viewAt(leaf, current.part), mine: viewAt(leaf, wanted) };
    if (isSame(conflict.base, conflict.theirs) || isSame(conflict.theirs, conflict.mine)) return [];
    const message = `Somebody else has changed ${nameOf(leaf)} since the edit began.`;
    return editError('EDIT_CONFLICT', message, { path: ['patch', ...leaf.path], conflict });
  });
}

function locksOf<T>(edit: RecordEdit<T>, leaves: readonly Leaf[], { raw }: Read<T>): EditError[] {
  return leaves.flatMap(({ path, aws }) => {
    const reason = edit.lockOf(raw.record, aws.join('.'));
    return reason === null ? [] : editError('NOT_EDITABLE', reason, { path: ['patch', ...path] });
  });
}

function unknownMember({ path, aws }: { readonly path: readonly string[]; readonly aws: string }): EditError {
  const message =
    `The record has the member ${aws}, which this gateway does not know and which the change would erase. Nothing was ` +
    `sent.`;
  return editError('UNKNOWN_MEMBER', message, { path: ['patch', ...path] });
}

function pathOf<T>({ members }: RecordEdit<T>) {
  return ({ field }: { readonly field: string | null }): readonly string[] | null => {
    if (field === null) return null;
    if (/^identifier$/i.test(field)) return ['identifier'];
    const path = patchPathOf(members, field);
    return path === null ? null : ['patch', ...path];
  };
}

function nameOf({ path }: Leaf): string {
  return path.join('.');
}

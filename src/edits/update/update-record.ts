/**
 * Changes a record that AWS replaces as a whole. It reads the record, merges the patch, and sends all members back with
 * the time of the record's last change. AWS refuses an update of a record that has changed since, so an update happens
 * once or not at all.
 */
import type { JsonObject, RawRecord, Updated } from '../../partner-central/raw-operations.js';
import type { Found } from '../../records/records.js';
import { SECOND } from '../../runtime/clock.js';
import { editError, notFound, readError, refused } from '../edit-errors.js';
import type { EditContext, EditError, EditOutcome } from '../edits.js';
import type { Members } from '../patch/members.js';
import { merge } from '../patch/merge.js';
import { isSame, leavesIn, leavesOf, viewAt, type Leaf } from '../patch/view.js';
import { afterLoss, conflictsOf, gaveUp, refusalsOf, unknownMember } from './update-errors.js';
import type { Written } from '../quota-write.js';

/** The first write, and two more after a change of others or a lost answer. */
const MAX_TRIES = 3;
/** AWS may show the old state for some seconds after a change. */
const PAUSE_MS = SECOND;
/** No try begins later, because a person waits for the answer. */
const GIVE_UP_MS = 30 * SECOND;

export type RecordEdit<T> = {
  /** The kind of the record, in messages. */
  readonly noun: string;
  /** The key of the record among all records. */
  readonly key: string;
  readonly members: Members;
  readonly patch: object;
  readonly expectedModifiedAt: number | null;
  read(): Promise<Found<RawRecord<T>>>;
  /** Finds in AWS's answer what an update replaces, and AWS's text of the time of the last change. */
  locate(json: JsonObject): Located | Refused;
  /** The reason for which the state of the record forbids a change of this member; null if it may be changed. */
  lockOf(record: T, aws: string): string | null;
  write(part: JsonObject, version: string): Promise<Written<Updated>>;
  /** The record with a changed part that AWS does not show yet. */
  merged(json: JsonObject, part: JsonObject, modifiedAt: number | null): T;
};

type Located = { readonly type: 'located'; readonly part: JsonObject; readonly version: unknown };
type Refused = Extract<EditOutcome<unknown>, { type: 'refused' }>;

/** One reading of the record. */
type Reading<T> = {
  readonly type: 'read';
  readonly raw: RawRecord<T>;
  readonly part: JsonObject;
  readonly version: string;
};

type Plan =
  | { readonly type: 'nothing-to-do' }
  | { readonly type: 'refuse'; readonly errors: readonly EditError[] }
  | { readonly type: 'write'; readonly wanted: JsonObject; readonly changed: readonly string[] };

export async function updateRecord<T>(context: EditContext, edit: RecordEdit<T>): Promise<EditOutcome<T>> {
  const giveUpAt = context.clock.monotonic() + GIVE_UP_MS;
  // An edit that waits for its turn merges with what the others change, so it reads the record before.
  const base = await readPresent(context, edit);
  if (base.type === 'refused') return base;
  return context.turns.run(edit.key, async (hasWaited) => {
    const current = hasWaited ? await readPresent(context, edit) : base;
    return current.type === 'refused' ? current : tryToUpdate(context, edit, base, current, giveUpAt);
  });
}

/**
 * It is not known if the record and the answer of an update have the time with the same digits. A time that cannot be
 * read counts as new.
 */
export function isAsNewAs(modifiedAt: number): (shownAt: number) => boolean {
  return (shownAt) => !(Math.floor(shownAt / SECOND) < Math.floor(modifiedAt / SECOND));
}

async function tryToUpdate<T>(
  context: EditContext,
  edit: RecordEdit<T>,
  base: Reading<T>,
  first: Reading<T>,
  giveUpAt: number,
): Promise<EditOutcome<T>> {
  let current = first;
  /** The members of a write whose answer was lost. */
  let lost: readonly string[] | null = null;
  const refuse = (errors: readonly EditError[]) => refused(...(lost === null ? errors : errors.map(afterLoss)));

  for (let attempt = 1; ; attempt += 1) {
    const plan = planOf(edit, base, current);
    if (plan.type === 'nothing-to-do') {
      if (lost !== null) context.latest.versions.confirm(edit.key, isAsNewAs(Date.parse(current.version)));
      return { type: 'done', record: current.raw.record, changed: lost ?? [] };
    }
    if (plan.type === 'refuse') return refuse(plan.errors);
    if (attempt > MAX_TRIES || context.clock.monotonic() > giveUpAt) return refuse([gaveUp(edit, lost !== null)]);

    const written = await edit.write(plan.wanted, current.version);
    if (written.type === 'answered') {
      const { modifiedAt } = written.value;
      if (modifiedAt !== null) context.latest.versions.confirm(edit.key, isAsNewAs(modifiedAt));
      const record = await afterwards(edit, current, plan.wanted, written.value);
      return { type: 'done', record, changed: plan.changed };
    }
    const isConflict = written.type === 'refused' && written.code === 'CONFLICT';
    if (written.type === 'lost') lost = plan.changed;
    else if (!isConflict) return refuse(refusalsOf(edit, written, plan.wanted));

    const next = await readNews(context, edit, current);
    if (next.type === 'refused') return refuse(next.errors);
    // The record is as it was, so AWS did not refuse because of a change.
    if (isConflict && next.version === current.version && attempt === MAX_TRIES)
      return refuse(refusalsOf(edit, written, plan.wanted));
    current = next;
  }
}

function planOf<T>(edit: RecordEdit<T>, base: Reading<T>, current: Reading<T>): Plan {
  const { members, patch } = edit;
  const { json: wanted, unknown, missing } = merge(members, current.part, patch);
  const changed = leavesOf(members).filter((leaf) => !isSame(viewAt(leaf, current.part), viewAt(leaf, wanted)));
  // A repetition finds the wanted values, also when its answer was lost and `expectedModifiedAt` is of before.
  if (changed.length === 0 && unknown.length === 0) return { type: 'nothing-to-do' };
  const versions = { base: base.part, theirs: current.part, mine: wanted, theirVersion: current.version };
  const errors = [
    ...conflictsOf(edit, leavesIn(members, patch), versions),
    ...changed.flatMap((leaf) => lockOf(edit, leaf, current.raw.record)),
    ...unknown.map(unknownMember),
    ...missing.map((path) => editError('INVALID_INPUT', 'AWS requires a value here.', { path: ['patch', ...path] })),
  ];
  return errors.length > 0
    ? { type: 'refuse', errors }
    : { type: 'write', wanted, changed: changed.map(({ path }) => path.join('.')) };
}

function lockOf<T>(edit: RecordEdit<T>, { path, aws }: Leaf, record: T): EditError[] {
  const reason = edit.lockOf(record, aws.join('.'));
  return reason === null ? [] : [editError('NOT_EDITABLE', reason, { path: ['patch', ...path] })];
}

async function read<T>(edit: RecordEdit<T>): Promise<Reading<T> | Refused> {
  const found = await edit.read();
  if (found.type === 'missing') return refused(notFound(edit.noun));
  if (found.type !== 'found') return refused(readError(found));
  const raw = found.record;
  const located = edit.locate(raw.json);
  if (located.type === 'refused') return located;
  const { part, version } = located;
  if (typeof version === 'string' && !Number.isNaN(Date.parse(version))) return { type: 'read', raw, part, version };
  return refused(
    editError('UPSTREAM_FAILED', `AWS's answer has no time of the last change, which an update must repeat.`),
  );
}

/** The record, not as it was before an edit that AWS has confirmed. */
async function readPresent<T>({ clock, latest }: EditContext, edit: RecordEdit<T>): Promise<Reading<T> | Refused> {
  for (;;) {
    const reading = await read(edit);
    if (reading.type === 'refused' || !latest.versions.isOutdated(edit.key, Date.parse(reading.version)))
      return reading;
    await clock.sleep(PAUSE_MS);
  }
}

/** The record after a conflict or a lost answer. AWS may show the old state at first, so that is read twice. */
async function readNews<T>(
  { clock }: EditContext,
  edit: RecordEdit<T>,
  { version }: Reading<T>,
): Promise<Reading<T> | Refused> {
  const next = await read(edit);
  if (next.type === 'refused' || next.version !== version) return next;
  await clock.sleep(PAUSE_MS);
  return read(edit);
}

/**
 * AWS derives some members of the record, such as the review status, so the record is read again. If AWS still shows
 * the state before the change, or cannot be read, the record is what was sent.
 */
async function afterwards<T>(
  edit: RecordEdit<T>,
  before: Reading<T>,
  part: JsonObject,
  { modifiedAt }: Updated,
): Promise<T> {
  const after = await read(edit);
  const isNew =
    after.type === 'read' &&
    (modifiedAt === null ? after.version !== before.version : Date.parse(after.version) >= modifiedAt);
  return isNew ? after.raw.record : edit.merged(before.raw.json, part, modifiedAt);
}

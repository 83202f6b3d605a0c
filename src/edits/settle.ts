/**
 * Makes a change of which a repetition is harmless, because it sets a state: an association, an owner, the answer to an
 * invitation. AWS has no client token for these. When the answer of a write is lost, the record is read. If the record
 * shows the change, it counts as made; otherwise the write is repeated. The quota of writes spaces the attempts.
 */
import { MINUTE, SECOND } from '../runtime/clock.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Found } from '../records/records.js';
import { editError, notFound, readError, refused, writeErrors } from './edit-errors.js';
import type { EditContext, EditError, EditOutcome } from './edits.js';
import type { LatestChanges } from './latest-changes.js';
import { patchPathOf } from './patch/aws-fields.js';
import type { Members } from './patch/members.js';
import type { WriteProblem, Written } from './quota-write.js';

const MAX_ATTEMPTS = 3;
/** No attempt begins later than this, because a person waits. */
const MAX_MS = 15 * SECOND;

export type Change<R> = {
  readonly noun: string;
  readonly id: string;
  readonly catalog: Catalog;
  readonly latest: LatestChanges<R>;
  /** Reads the record from AWS, never from a cache. */
  read(): Promise<Found<R>>;
  isMade(record: R): boolean;
  /** The reasons for which the state of the record does not allow the change. Empty if AWS decides. */
  refusalsOf(record: R): readonly EditError[];
  write(): Promise<Written<unknown>>;
  /** The members of the input, for the fields that AWS names in a refusal. */
  readonly input: Members;
  /** The record with the change, because AWS can show a change later than it answers. */
  applied(record: R): R;
  /** The paths of the members that the change sets, in the names of the record. */
  readonly changed: readonly string[];
};

export async function settle<R>(context: EditContext, change: Change<R>): Promise<EditOutcome<R>> {
  const giveUpAt = context.clock.monotonic() + MAX_MS;
  return context.turns.run(keyOf(change), () => makeOrFind(context, change, giveUpAt));
}

async function makeOrFind<R>(context: EditContext, change: Change<R>, giveUpAt: number): Promise<EditOutcome<R>> {
  const { noun, id, changed } = change;
  const found = await change.read();
  if (found.type === 'missing') return refused(notFound(noun));
  if (found.type !== 'found') return refused(readError(found));
  let { record } = found;
  // An outdated reading says nothing about this change, so AWS decides.
  if (!change.latest.isOutdated(keyOf(change), record)) {
    if (change.isMade(record)) return { type: 'done', record, changed: [] };
    const refusals = change.refusalsOf(record);
    if (refusals.length > 0) return refused(...refusals);
  }

  let isLost = false;
  for (let attempt = 1; ; attempt += 1) {
    const written = await change.write();
    if (written.type === 'quota-spent' || written.type === 'unavailable')
      return isLost ? refused(undecided(noun, id)) : refused(...errorsOf(change, written));
    const after = await change.read();
    if (after.type === 'found') record = after.record;
    const isMade = after.type === 'found' && change.isMade(record);
    switch (written.type) {
      case 'answered':
        confirm(change);
        return { type: 'done', record: isMade ? record : change.applied(record), changed };
      case 'lost':
        if (isMade) {
          confirm(change);
          return { type: 'done', record, changed };
        }
        if (attempt === MAX_ATTEMPTS || context.clock.monotonic() > giveUpAt) return refused(undecided(noun, id));
        isLost = true;
        break;
      case 'refused': {
        // AWS refuses what a lost attempt or another caller has made before.
        if (isMade) return { type: 'done', record, changed: isLost ? changed : [] };
        // AWS may show a change of the lost attempt later.
        return refused(...errorsOf(change, written).map((error) => ({ ...error, mayBeDone: isLost })));
      }
      default:
        return written satisfies never;
    }
  }
}

function confirm<R>(change: Change<R>): void {
  change.latest.confirm(keyOf(change), (reading) => change.isMade(reading));
}

function keyOf<R>({ catalog, id }: Change<R>): string {
  return `${catalog}/${id}`;
}

function errorsOf<R>({ input }: Change<R>, problem: WriteProblem): readonly EditError[] {
  return writeErrors(problem, ({ field }) => (field === null ? null : patchPathOf(input, field)));
}

function undecided(noun: string, id: string): EditError {
  const message =
    `AWS did not answer, and the ${noun} ${id} does not show the change. AWS may still make it. Read the ${noun} in a ` +
    `minute, and repeat the edit if the change is missing. A repetition is harmless.`;
  return editError('UPSTREAM_FAILED', message, { retryAfterMs: MINUTE, mayBeDone: true });
}

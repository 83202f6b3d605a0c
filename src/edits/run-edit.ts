/**
 * The frame of every edit. It gives each edit one entry in the log, whatever its outcome, and makes look-ups on every
 * gateway see the edit. The entry has the names of the members that changed, and no value of a record or of the input.
 */
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import { isDatabaseFailure } from '../db/errors/cannot-write.js';
import { identifierOf } from '../partner-central/identifiers.js';
import { keyOf, keyOfLists, storeVersion } from '../records/edited-records.js';
import type { EditEntry, EditOutcome } from './edits.js';
import type { QuotaWrite } from './quota-write.js';

export type Edit = Pick<EditEntry, 'operation' | 'subject' | 'catalog'> & {
  /** The record as the caller named it, by id or ARN; null if the edit creates it. */
  readonly identifier: string | null;
};

/**
 * @param work everything about the edit. Its writes go through the given function.
 * @param newIdsOf the ids of the records that an outcome created or made visible
 */
export type RunEdit = <T>(
  edit: Edit,
  work: (write: QuotaWrite) => Promise<EditOutcome<T>>,
  newIdsOf?: (record: T) => readonly string[],
) => Promise<EditOutcome<T>>;

export type RunEditOptions = {
  readonly db: Database;
  readonly write: QuotaWrite;
  readonly clock: Clock;
  /** Takes the entry of each edit. */
  readonly audit: (entry: EditEntry) => void;
};

/** The ids of AWS. A caller's wrong identifier can be any text, also one of a customer. */
const LOGGED_ID = /^(O[0-9]{1,19}|eng-[0-9a-z]{14}|engi-[0-9a-z]{13})$/u;

export function createRunEdit({ db, write, clock, audit }: RunEditOptions): RunEdit {
  return async (edit, work, newIdsOf = () => []) => {
    const begunAt = clock.monotonic();
    const { operation, subject, catalog } = edit;
    const log = (identifier: string | null, changed: readonly string[], outcome: EditEntry['outcome']): void =>
      audit({ operation, subject, catalog, identifier, changed, outcome, durationMs: clock.monotonic() - begunAt });
    const named = loggedId(edit.identifier);
    const keys = [keyOfLists(catalog), ...(named === null ? [] : [keyOf(catalog, named)])];
    let isAnnounced = false;

    const announcedWrite: QuotaWrite = async (...call) => {
      // The version comes first, because the process may die after the write.
      if (!isAnnounced) await storeVersion(db, keys, true);
      isAnnounced = true;
      return write(...call);
    };

    /** The record counts as changing for a minute already, so a database that fails need not hide what AWS did. */
    const announce = async (records: readonly string[], isChanging: boolean): Promise<void> => {
      try {
        await storeVersion(db, records, isChanging);
      } catch (error) {
        if (!isAnnounced || !isDatabaseFailure(error)) throw error;
      }
    };

    try {
      const outcome = await work(announcedWrite);
      if (outcome.type === 'refused') {
        const { errors } = outcome;
        if (isAnnounced)
          await announce(
            keys,
            errors.some(({ mayBeDone }) => mayBeDone),
          );
        log(named, [], errors[0]?.code ?? 'failed');
        return outcome;
      }
      // Also without a write: the edit has read the record, and a cached answer may be older.
      await announce(keys, false);
      const newIds = newIdsOf(outcome.record).map(identifierOf);
      // AWS may not show them yet.
      if (newIds.length > 0)
        await announce(
          newIds.map((id) => keyOf(catalog, id)),
          true,
        );
      const { changed } = outcome;
      log(named ?? loggedId(newIds[0] ?? null), changed, changed.length > 0 ? 'done' : 'unchanged');
      return outcome;
    } catch (error) {
      log(named, [], 'failed');
      throw error;
    }
  };
}

/** The id of a record as the log shows it; null for any other text. */
export function loggedId(identifier: string | null): string | null {
  const id = identifier === null ? '' : identifierOf(identifier);
  return LOGGED_ID.test(id) ? id : null;
}

/**
 * The records that were edited, so that a look-up that begins after an edit never shows an answer from before it, on
 * any gateway. Each edit gives its record a new version in the database before it writes and once more before it
 * answers its caller. A look-up reads the version when it begins, and uses no cached answer, and no call in flight,
 * that began under another version.
 *
 * No clock of two gateways is compared, and no notification has to arrive.
 */
import { randomUUID } from 'node:crypto';
import { DAY, MINUTE } from '../runtime/clock.js';
import { nowOnce, type Database } from '../db/database.js';
import { createBatchLoader } from '../runtime/loading/batch-loader.js';
import type { Catalog } from '../partner-central/model/task-kind.js';

export type RecordVersion = {
  /** Changes with each edit; empty for a record that was not edited lately. */
  readonly version: string;
  /** True while an edit may still change what AWS shows. Answers of that time are not kept. */
  readonly isChanging: boolean;
};

const UNEDITED: RecordVersion = { version: '', isChanging: false };

/**
 * The longest time for which a record counts as changing. AWS shows new records late, and an edit whose answer was lost
 * can still take effect. A gateway can also die between its write and its last version.
 */
const CHANGING_MS = MINUTE;
/** No cached answer and no call in flight is as old. */
const REMEMBERED_MS = DAY;

/** A bound on the parameters of one statement. */
const MAX_BATCH_SIZE = 1000;

export function keyOf(catalog: Catalog, id: string): string {
  return `${catalog} ${id}`;
}

/** The key of all lists of a catalog. No id of AWS is equal. */
export function keyOfLists(catalog: Catalog): string {
  return keyOf(catalog, 'lists');
}

/** Returns a function that reads the version of a key. The reads of one moment share a statement. */
export function createVersionReader(db: Database): (key: string) => Promise<RecordVersion> {
  const load = async (keys: readonly string[]): Promise<readonly RecordVersion[]> => {
    const versions = await versionsOf(db, [...new Set(keys)]);
    return keys.map((key) => versions.get(key) ?? UNEDITED);
  };
  return createBatchLoader(load, { maxBatchSize: MAX_BATCH_SIZE });
}

/** The versions of those records among these that were edited lately. */
export async function versionsOf(db: Database, keys: readonly string[]): Promise<ReadonlyMap<string, RecordVersion>> {
  const rows = await db.sql
    .selectFrom('edited_records')
    .select(['record', 'version', 'changing_until', db.nowSql().as('now')])
    .where('record', 'in', keys)
    .execute();
  return new Map(rows.map((row) => [row.record, { version: row.version, isChanging: row.changing_until > row.now }]));
}

/**
 * Gives these records a new version.
 * @param isChanging true while an edit may still change them
 */
export async function storeVersion(db: Database, keys: readonly string[], isChanging: boolean): Promise<void> {
  const version = randomUUID();
  // The order is the same in all gateways, so that two edits that lock the same rows do not wait for each other.
  const sorted = keys.toSorted();
  await db.sql
    .insertInto('edited_records')
    .values((eb) =>
      sorted.map((record) => ({
        record,
        version,
        changing_until: eb(db.nowSql(), '+', isChanging ? CHANGING_MS : 0),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('record').doUpdateSet((eb) => ({ version, changing_until: eb.ref('excluded.changing_until') })),
    )
    .execute();
}

/** Deletes the versions that no answer can be older than. */
export async function forgetEdited(db: Database): Promise<void> {
  await db.sql
    .deleteFrom('edited_records')
    .where((eb) => eb('changing_until', '<', eb(nowOnce(db.sql, db.nowSql()), '-', REMEMBERED_MS)))
    .execute();
}

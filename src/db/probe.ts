/**
 * Commits a small write in the same way as a start. Only a commit proves that a start can be stored, sent and followed.
 */
import { sql as raw } from 'kysely';
import { notifyOnCommit, type Database, type Tx } from './database.js';
import { LogHeadMissingError } from './errors/explain.js';

/**
 * The quota name of the probe's rows. AWS has no such quota, so no caller counts these rows or waits for them, and the
 * same commit deletes them.
 */
const ROW = 'readiness';
/**
 * The existing pages of SQLite have room for a short row when the disk is full, but a start takes new pages. This row
 * takes new pages too.
 */
const LONG_ROW = ROW.padEnd(2 * 4096, ' ');

/**
 * @throws the error that a start would meet: a full disk, a server that takes no writes, or a table that is missing,
 *   damaged or forbidden
 */
export async function probeWrite(db: Database): Promise<void> {
  const quota = db.kind === 'sqlite' ? LONG_ROW : ROW;
  await db.write(async (tx) => {
    await changeNoRow(tx);
    // A read locks nothing. An update would make every writer wait.
    const head = await tx.selectFrom('log_head').select('position').executeTakeFirst();
    if (head === undefined) throw new LogHeadMissingError();
    // The totals come first: probes of several gateways wait for each other here and share no other row.
    await tx
      .insertInto('quota_totals')
      .values({ quota, last_id: 0, call_count: 0, blocked_until: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx.insertInto('quota_calls').values({ quota: ROW, id: 1, taken_at: 0 }).execute();
    await tx.deleteFrom('quota_calls').where('quota', '=', ROW).execute();
    await tx.deleteFrom('quota_totals').where('quota', '=', quota).execute();
    // No listener knows this notification. Each start sends one, and the server may refuse to send it.
    notifyOnCommit(tx, ROW);
  });
}

/**
 * Uses each table in each way in which the gateway uses it. The database checks whether the statement is allowed, and
 * finds no row.
 */
async function changeNoRow(tx: Tx): Promise<void> {
  const noTask = tx.selectFrom('tasks').select('id').where(NEVER);
  const noTransition = tx.selectFrom('transitions').select('position').where(NEVER);
  await tx.insertInto('tasks').columns(['id']).expression(noTask).execute();
  await tx.insertInto('transitions').columns(['position']).expression(noTransition).execute();
  const noList = tx.selectFrom('task_lists').select('kind').where(NEVER);
  await tx.insertInto('task_lists').columns(['kind']).expression(noList).execute();
  const noTurn = tx.selectFrom('write_turns').select('writer').where(NEVER);
  await tx.insertInto('write_turns').columns(['writer']).expression(noTurn).execute();
  const noEdit = tx.selectFrom('edited_records').select('record').where(NEVER);
  await tx.insertInto('edited_records').columns(['record']).expression(noEdit).execute();
  for (const table of ['tasks', 'transitions', 'write_turns', 'edited_records'] as const)
    await tx.deleteFrom(table).where(NEVER).execute();
  for (const [table, column] of CHANGED) {
    const name = raw.ref(column);
    await raw`update ${raw.table(table)} set ${name} = ${name} where ${NEVER}`.execute(tx);
  }
}

const CHANGED = [
  ['log_head', 'position'],
  ['tasks', 'status'],
  ['quota_totals', 'last_id'],
  ['quota_calls', 'taken_at'],
  ['task_lists', 'read_at'],
  ['write_turns', 'waits_until'],
  ['edited_records', 'version'],
] as const;

const NEVER = raw<boolean>`1 = 0`;

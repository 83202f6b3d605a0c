/** A damaged row that is read while the gateway serves. libsql would end the process. */
import { describe, expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openSqlite } from '../../../src/db/sqlite/sqlite-database.js';
import { explainDatabaseError } from '../../../src/db/errors/explain.js';
import { isUnavailable } from '../../../src/db/errors/unavailable.js';

async function withRow(taskId: string): Promise<Database> {
  const db = await openSqlite({ directory: ':memory:', clock: systemClock });
  await raw`insert into transitions (position, task_id, sequence, terminal, recorded_at, facts) values (1, ${raw.raw(taskId)}, 1, 0, 0, '{}')`.execute(
    db.sql,
  );
  return db;
}

/** Half a character, and a byte that begins none. */
const DAMAGED = "cast(x'61e58c62ff' as text)";
/** A text after the flip of one bit in its type. */
const BLOB = "x'61'";

describe.each([
  ['a text that is not UTF-8', DAMAGED],
  ['a text that has become a BLOB', BLOB],
])('%s', (damage, value) => {
  test.each<[string, (db: Database) => Promise<unknown>]>([
    ['a column', (db) => db.sql.selectFrom('transitions').select('task_id').execute()],
    ['all columns', (db) => db.sql.selectFrom('transitions').selectAll().execute()],
    [
      'an expression',
      (db) =>
        db.sql
          .selectFrom('transitions')
          .select((eb) => eb.fn.max('task_id').as('last'))
          .execute(),
    ],
    [
      'a write',
      (db) => db.sql.updateTable('transitions').set({ terminal: 1 }).returning(['position', 'task_id as id']).execute(),
    ],
    [
      'a deletion in a transaction',
      (db) => db.write((tx) => tx.deleteFrom('transitions').returning('transitions.task_id').execute()),
    ],
  ])(`${damage} is an error of unavailability where %s returns it, and the process continues`, async (_, read) => {
    const db = await withRow(value);
    const error: unknown = await read(db).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'DamagedRowError', code: 'SQLITE_CORRUPT' });
    expect(isUnavailable(error)).toBe(true);
    expect(explainDatabaseError(error)).toContain('is damaged (SQLITE_CORRUPT)');
    expect(await db.sql.selectFrom('transitions').select('position').execute()).toEqual([{ position: 1 }]);
    await db.close();
  });

  test(`${damage} in the column of a number is an error, because SQLite stores any type in any column`, async () => {
    const db = await withRow("'whole'");
    await raw`update transitions set recorded_at = ${raw.raw(value)}`.execute(db.sql);
    await expect(db.sql.selectFrom('transitions').select('recorded_at').execute()).rejects.toThrow('damaged');
    await db.close();
  });
});

test('a row is read as it was written: null, numbers to 2^53, and texts with every kind of character', async () => {
  const db = await openSqlite({ directory: ':memory:', clock: systemClock });
  const row = {
    position: 2 ** 53 - 1,
    task_id: '"\\\n\u0001\u007f Größe 北京 🚀 \ufeff',
    sequence: -1,
    terminal: 0,
    recorded_at: 0,
    facts: '{"a":[null,"\\u0000"]}',
  };
  await db.sql.insertInto('transitions').values(row).execute();
  expect(await db.sql.selectFrom('transitions').selectAll().execute()).toEqual([row]);
  const left = db.sql
    .selectFrom('transitions')
    .leftJoin('tasks', 'tasks.id', 'transitions.task_id')
    .select(['transitions.position as one', 'tasks.id', 'tasks.position']);
  expect(await left.execute()).toEqual([{ one: row.position, id: null, position: null }]);
  await db.close();
});

test('a list keeps its order and uses the same index as the given statement', async () => {
  const db = await openSqlite({ directory: ':memory:', clock: systemClock });
  const rows = [3, 1, 2].map((position) => ({
    position,
    task_id: `task ${position}`,
    sequence: 1,
    terminal: 0,
    recorded_at: 0,
    facts: '{}',
  }));
  await db.sql.insertInto('transitions').values(rows).execute();
  const list = db.sql
    .selectFrom('transitions')
    .select(['task_id', 'position'])
    .where('position', '>', 0)
    .orderBy('position', 'desc')
    .limit(2);
  expect(await list.execute()).toEqual([
    { task_id: 'task 3', position: 3 },
    { task_id: 'task 2', position: 2 },
  ]);
  const given = list.compile();
  const plan = async (text: string) => {
    const { rows: steps } = await db.sql.executeQuery<{ detail: string }>({
      ...given,
      sql: `explain query plan ${text}`,
    });
    return steps.map(({ detail }) => detail).filter((detail) => !detail.endsWith('given'));
  };
  const guarded = `with given (c0, c1) as (${given.sql}) select cast(json_array(c0, c1) as blob) from given`;
  expect(await plan(guarded)).toEqual(await plan(given.sql));
  await db.close();
});

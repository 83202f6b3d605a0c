/**
 * SQL does not guarantee the order of a select from an ordered select, which is how the gateway reads on SQLite
 * (src/db/sqlite/rows.ts).
 */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import Libsql from 'libsql';
import { DAY, SECOND, systemClock } from '../../src/runtime/clock.js';
import { guardedSql, readingOf } from '../../src/db/sqlite/rows.js';
import { openSqlite } from '../../src/db/sqlite/sqlite-database.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { recordStatements, seedTasks } from '../support/checks/query-plans.js';
import { ALL_RUNS, SEED } from './statements.js';

test('every ordered select on SQLite keeps its order and its plan', async () => {
  const db = await openSqlite({ directory: ':memory:', clock: systemClock });
  const now = Date.now();
  await seedTasks(db, SEED, now - SEED.finished * SECOND - DAY, now);
  const recorder = recordStatements(db);
  for (const [, run] of ALL_RUNS) await run(recorder.db);
  const ordered = recorder.take().filter(({ sql }) => /^\s*(with|select)\b.* order by /is.test(sql));
  const copy = join(temporaryDirectory(), 'copy.db');
  await raw`vacuum into ${copy}`.execute(db.sql);
  await db.close();

  const handle = new Libsql(copy);
  let listCount = 0;
  for (const { sql, parameters } of ordered) {
    // The time of execution is a symbol in the parameters.
    const values = parameters.map((value) => (typeof value === 'symbol' ? now : value));
    const plain = handle.prepare(sql);
    const guarded = guardedSql(sql, plain);
    if (guarded === null) throw new Error(`The statement is not guarded: ${sql}`);
    const steps = (text: string) => handle.prepare(`explain query plan ${text}`).all(values).map(detailOf);
    expect(steps(guarded).filter((step) => !step.endsWith(' given'))).toEqual(steps(sql));
    const rows = readingOf(handle, sql, plain)(values);
    expect(rows).toEqual(plain.all(values).map((row) => ({ ...Object(row) })));
    if (rows.length > 1) listCount += 1;
  }
  expect(listCount).toBeGreaterThan(20);
  handle.close();
});

function detailOf(step: unknown): string {
  return typeof step === 'object' && step !== null && 'detail' in step ? String(step.detail) : '';
}

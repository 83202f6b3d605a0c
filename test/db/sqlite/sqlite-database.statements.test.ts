/** The cache of prepared statements of the SQLite driver. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CompiledQuery } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import { createSqliteDriver, type SqliteDriver } from '../../../src/db/sqlite/sqlite-driver.js';
import { openSqliteFile, type SqliteFile } from '../../../src/db/sqlite/file.js';

let file: SqliteFile;
let driver: SqliteDriver;
beforeEach(() => {
  file = openSqliteFile(':memory:');
  driver = createSqliteDriver(file.handle, systemClock);
});
afterEach(() => file.close());

/** A query with a list of `length` values, whose text differs for each length. */
function listOf(length: number): CompiledQuery {
  return CompiledQuery.raw(`select 1 as one where 0 in (${Array(length).fill('?').join(', ')})`, Array(length).fill(0));
}

async function run(query: CompiledQuery): Promise<unknown> {
  const connection = await driver.acquireConnection();
  const { rows } = await connection.executeQuery(query);
  await driver.releaseConnection(connection);
  return rows;
}

describe('the statement cache', () => {
  test('a frequent statement is prepared once', async () => {
    const prepare = jest.spyOn(file.handle, 'prepare');
    for (let times = 0; times < 3; times += 1) expect(await run(listOf(200))).toEqual([{ one: 1 }]);
    expect(prepare).toHaveBeenCalledTimes(1);
  });

  test('a statement with a long list is not cached and evicts no cached one', async () => {
    await run(listOf(1));
    const prepare = jest.spyOn(file.handle, 'prepare');
    for (let length = 4_000; length > 3_700; length -= 1) await run(listOf(length));
    expect(prepare).toHaveBeenCalledTimes(300);
    expect(await run(listOf(3_900))).toEqual([{ one: 1 }]);
    expect(prepare).toHaveBeenCalledTimes(301);
    await run(listOf(1));
    expect(prepare).toHaveBeenCalledTimes(301);
  });
});

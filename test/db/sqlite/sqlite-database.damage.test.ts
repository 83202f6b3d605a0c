/** A damaged file is refused at opening, with the remedy. A file as a crash leaves it opens. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Libsql from 'libsql';
import { systemClock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openSqlite } from '../../../src/db/sqlite/sqlite-database.js';
import { asOrdinaryUser } from '../../support/programs/ordinary-user.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { append as appendToLog, reservePositions } from '../../../src/transitions/log.js';
import { positionsAfter } from '../../support/database/database-probes.js';

const HEADER_SIZE = 32;
const FRAME_SIZE = 24 + 4096;

let directory: string;
let opened: Database[] = [];
const at = (suffix: string) => join(directory, `gateway.db${suffix}`);
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await Promise.all(opened.map((db) => db.close()));
  opened = [];
});

async function open(where = directory): Promise<Database> {
  const db = await openSqlite({ directory: where, clock: systemClock });
  opened.push(db);
  return db;
}

async function append(db: Database, count: number): Promise<void> {
  for (let commit = 0; commit < count; commit += 1) {
    await db.write(async (tx) => {
      const reservation = await reservePositions(db, tx, null, 1);
      if (reservation === null) throw new Error('The log has no head.');
      await appendToLog(tx, [
        {
          position: reservation.first,
          taskId: `task ${reservation.first}`,
          sequence: 1,
          terminal: false,
          recordedAt: 0,
          payload: '{}',
        },
      ]);
    });
  }
}

/** Leaves a database after a clean stop, with `commits` commits. */
async function leaveStopped(commits: number): Promise<void> {
  const db = await open();
  await append(db, commits);
  await db.close();
}

/** Leaves a database as kill -9 does: the files are copied while the database is open. */
async function leaveKilled(commits: number): Promise<void> {
  const live = temporaryDirectory();
  const db = await open(live);
  await append(db, commits);
  // The next record gets its final name at any moment, and a copy fails when a file disappears during it.
  cpSync(live, directory, { recursive: true, filter: (path) => !path.endsWith('.new') });
}

function change(file: string, sql: string): void {
  const handle = new Libsql(file);
  handle.exec(sql);
  handle.close();
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x80;
  writeFileSync(file, bytes);
}

const WHAT_TO_DO = /is damaged \(.*Move DATA_DIR away.*backup of DATA_DIR into its place.*start the gateway again/s;

describe('a database of a stopped gateway', () => {
  test.each([
    [
      'a text that is not UTF-8',
      "update transitions set facts = cast(x'7bff7d' as text) where position = 2",
      'transitions',
    ],
    ['a BLOB in the place of a text', "update transitions set facts = x'7b7d' where position = 2", 'transitions'],
    ['a text in the place of a number', "update transitions set recorded_at = 'x' where position = 2", 'transitions'],
    ['facts that are not JSON', "update transitions set facts = '{' where position = 2", 'transitions'],
    [
      'a lost transition',
      "update transitions set task_id = 'a', sequence = position; delete from transitions where position = 2",
      'transitions of the task a are missing',
    ],
    ['a head that is behind the log', 'update log_head set position = 2', 'holds position 3'],
    ['a lost head', 'delete from log_head', 'holds position 3'],
  ])('a database with %s is refused with the remedy', async (_, sql, named) => {
    await leaveStopped(3);
    change(at(''), sql);
    await expect(open()).rejects.toThrow(WHAT_TO_DO);
    await expect(open()).rejects.toThrow(named);
  });

  test('a database with a task that differs from its last transition is refused', async () => {
    await leaveStopped(1);
    change(
      at(''),
      `insert into tasks (id, position, kind, catalog, subject, client_token, aws_client_token, identifier, input, status, sequence, answer, created_at,
        updated_at, attempt_count, may_have_reached) values ('a', 1, '', '', '', '', '', '', '{}', '', 2, '{}', 0, 0, 0, 0)`,
    );
    await expect(open()).rejects.toThrow('the task a is not what its last transition made it');
  });

  test('a database with a page of zeros is refused', async () => {
    await leaveStopped(3);
    const bytes = readFileSync(at(''));
    for (let page = 4096; page < bytes.length; page += 4096) bytes.fill(0, page, page + 4096);
    writeFileSync(at(''), bytes);
    await expect(open()).rejects.toThrow(WHAT_TO_DO);
  });

  test('a truncated database is refused, and a restored backup opens in the same process', async () => {
    await leaveStopped(3);
    const backup = temporaryDirectory();
    cpSync(directory, backup, { recursive: true });
    truncateSync(at(''), statSync(at('')).size - 4096);
    await expect(open()).rejects.toThrow(/damaged/);
    rmSync(directory, { recursive: true });
    cpSync(backup, directory, { recursive: true });
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2, 3]);
  });

  test('a database that is older than its record is refused, and opens once the record is removed', async () => {
    await leaveStopped(2);
    const older = readFileSync(at(''));
    await leaveStopped(2);
    writeFileSync(at(''), older);
    await expect(open()).rejects.toThrow(
      /gateway\.db-head says that the log had come to position 4, and the database ends at position 2.*remove .*gateway\.db-head/s,
    );
    rmSync(at('-head'));
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2]);
  });

  test('a database of another log, or an empty one, is refused beside the record', async () => {
    await leaveStopped(2);
    rmSync(at(''));
    await expect(open()).rejects.toThrow("lacks the gateway's tables");
    const other = temporaryDirectory();
    await (await open(other)).close();
    cpSync(join(other, 'gateway.db'), at(''));
    await expect(open()).rejects.toThrow('holds another log');
  });

  test('a database beside a damaged record is refused, and opens once the record is removed as the message says', async () => {
    await leaveStopped(2);
    flip(at('-head'), 3);
    await expect(open()).rejects.toThrow(
      /gateway\.db-head.*is not what the gateway wrote.*passes every check.*remove .*gateway\.db-head alone/s,
    );
    rmSync(at('-head'));
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2]);
  });

  test('a damaged database beside a damaged record is refused for its own damage', async () => {
    await leaveStopped(2);
    flip(at('-head'), 3);
    change(at(''), 'update log_head set position = 1');
    await expect(open()).rejects.toThrow(/is damaged \(the log ends at position 1, and holds position 2/);
  });

  test('a lost database beside a damaged record is refused', async () => {
    await leaveStopped(2);
    flip(at('-head'), 3);
    rmSync(at(''));
    await expect(open()).rejects.toThrow(
      /gateway\.db-head says that there was a log, and the database lacks the gateway's tables/,
    );
  });

  test('an opening that fails at the head of the log releases the file to the next opening', async () => {
    await leaveStopped(0);
    rmSync(at('-head'));
    const trigger = 'create trigger lose after insert on log_head begin delete from log_head; end';
    change(at(''), `delete from log_head; ${trigger}`);
    await expect(open()).rejects.toThrow('no result');
    change(at(''), 'drop trigger lose');
    expect(await positionsAfter(0, (await open()).sql)).toEqual([]);
  });

  test.each([
    ['-wal', 'a directory', 'EISDIR', /move this directory away/],
    ['-head', 'a directory', 'EISDIR', /move this directory away/],
    ['-wal', 'closed to this user', 'EACCES', /give this user the right to read and write it/],
    ['-head', 'closed to this user', 'EACCES', /give this user the right to read and write it/],
  ])('a database whose file %s is %s is refused with the path and the remedy', async (suffix, _, code, remedy) => {
    await leaveStopped(1);
    rmSync(at(suffix), { force: true });
    if (code === 'EISDIR') mkdirSync(at(suffix));
    else writeFileSync(at(suffix), '', { mode: 0o000 });
    await asOrdinaryUser([directory, at('')], async () => {
      const error: unknown = await open().catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(remedy);
      expect(String(error)).toContain(`${at(suffix)} cannot be read (${code})`);
    });
    rmSync(at(suffix), { recursive: true });
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1]);
  });

  test('a database that SQLite cannot open is refused with the remedy', async () => {
    await leaveStopped(1);
    mkdirSync(at('-journal'));
    await expect(open()).rejects.toThrow(/cannot be opened \(SQLITE_CANTOPEN.*give this user the right/s);
    rmdirSync(at('-journal'));
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1]);
  });

  test('a database of a version without a record opens', async () => {
    await leaveStopped(2);
    rmSync(at('-head'));
    await (await open()).close();
    expect(readFileSync(at('-head'), 'utf8')).toMatch(/^\w+ 2 \w+\n$/);
  });
});

describe('a write-ahead log after kill -9', () => {
  test('a write-ahead log keeps every commit', async () => {
    await leaveKilled(5);
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    ['the checksum', 20],
    ['the salt', 9],
    ['the page', 24 + 4000],
  ])(
    'a write-ahead log with a flipped byte in %s of a frame before later commits is refused and stays unchanged',
    async (_, offset) => {
      await leaveKilled(5);
      const frames = (statSync(at('-wal')).size - HEADER_SIZE) / FRAME_SIZE;
      flip(at('-wal'), HEADER_SIZE + Math.floor(frames / 2) * FRAME_SIZE + offset);
      const before = readFileSync(at('-wal'));
      await expect(open()).rejects.toThrow(WHAT_TO_DO);
      await expect(open()).rejects.toThrow(/write-ahead log is wrong at frame \d+ of \d+/);
      expect(readFileSync(at('-wal')).equals(before)).toBe(true);
    },
  );

  test('a write-ahead log with a flipped byte in its header is refused', async () => {
    await leaveKilled(5);
    flip(at('-wal'), 17);
    await expect(open()).rejects.toThrow('the header of its write-ahead log is wrong');
  });

  test.each([
    ['in the page', FRAME_SIZE - 100],
    ['in the header of a frame', 10],
    ['between two frames', FRAME_SIZE],
  ])('a write-ahead log that ends %s loses only the last commit', async (_, kept) => {
    await leaveKilled(5);
    rmSync(at('-head'), { force: true });
    const size = statSync(at('-wal')).size;
    truncateSync(at('-wal'), size - 2 * FRAME_SIZE + kept);
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2, 3, 4]);
  });

  test('a write-ahead log with a wrong last frame looks like a crash, unless the record covers that frame', async () => {
    const live = temporaryDirectory();
    const db = await open(live);
    await append(db, 5);
    while (
      !existsSync(join(live, 'gateway.db-head')) ||
      !readFileSync(join(live, 'gateway.db-head'), 'utf8').includes(' 5 ')
    ) {
      await systemClock.sleep(20);
    }
    cpSync(live, directory, { recursive: true });
    flip(at('-wal'), statSync(at('-wal')).size - 100);
    await expect(open()).rejects.toThrow(/had come to position 5, and the database ends at position 4/);
    rmSync(at('-head'));
    expect(await positionsAfter(0, (await open()).sql)).toEqual([1, 2, 3, 4]);
  });
});

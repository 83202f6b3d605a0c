import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { openSqlite } from '../../../src/db/sqlite/sqlite-database.js';
import { databaseContract } from '../../contract/database.contract.js';
import { asOrdinaryUser } from '../../support/programs/ordinary-user.js';
import { appendTransition, positionsAfter } from '../../support/database/database-probes.js';

const clock = systemClock;
let root: string;
const children = new Set<ChildProcessByStdio<null, Readable, Readable>>();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gateway-sqlite-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  chmodSync(root, 0o700);
  rmSync(root, { recursive: true, force: true });
});

databaseContract('SQLite in a directory', async () => {
  const database = await openSqlite({ directory: root, clock });
  return { one: database, other: database, dispose: () => database.close() };
});

databaseContract('SQLite in memory', async () => {
  const database = await openSqlite({ directory: ':memory:', clock });
  return { one: database, other: database, dispose: () => database.close() };
});

describe('the data directory', () => {
  test('the data directory is created with access for this user only, and found again', async () => {
    const directory = join(root, 'deep', 'data');
    const first = await openSqlite({ directory, clock });
    expect(first.location).toBe(join(directory, 'gateway.db'));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(first.location).mode & 0o777).toBe(0o600);
    await first.write((tx) => appendTransition(tx));
    const head = await first.sql.selectFrom('log_head').selectAll().executeTakeFirst();
    await first.close();

    const again = await openSqlite({ directory, clock });
    expect(await again.sql.selectFrom('log_head').selectAll().executeTakeFirst()).toEqual(head);
    await again.close();
  });

  test('a second process is refused at once with the remedy', async () => {
    const database = await openSqlite({ directory: root, clock });
    const child = openInChild(root);
    expect(await child.output).toMatch(/is in use by another process.*DATA_DIR.*DATABASE_URL/);
    expect(await child.output).toContain(root);
    await expect(openSqlite({ directory: root, clock })).rejects.toThrow('is in use');
    await database.close();
  });

  test('the data directory is refused while another process has it, and opens with every commit after kill -9', async () => {
    const child = openInChild(root, { append: 5 });
    await child.line('committed 5');
    await expect(openSqlite({ directory: root, clock })).rejects.toThrow('is in use');
    child.process.kill('SIGKILL');
    await child.exited;

    const database = await openSqlite({ directory: root, clock });
    expect(await positionsAfter(0, database.sql)).toEqual([1, 2, 3, 4, 5]);
    await expect(database.write((tx) => appendTransition(tx))).resolves.toBe(6);
    await database.close();
  });

  test('a transaction that kill -9 interrupts leaves nothing', async () => {
    const child = openInChild(root, { append: 2, hold: true });
    await child.line('holding');
    child.process.kill('SIGKILL');
    await child.exited;
    const database = await openSqlite({ directory: root, clock });
    expect(await positionsAfter(0, database.sql)).toEqual([1, 2]);
    await database.close();
  });

  test('a data directory that cannot be created is named with the remedy', async () => {
    writeFileSync(join(root, 'file'), '');
    const opening = openSqlite({ directory: join(root, 'file', 'data'), clock });
    await expect(opening).rejects.toThrow(/file\/data is not a directory.*Set DATA_DIR to another/);
  });

  test('a data directory that this user may not write is named with the remedy', async () => {
    const directory = join(root, 'data');
    mkdirSync(directory);
    chmodSync(directory, 0o500);
    chmodSync(root, 0o755);
    await asOrdinaryUser([], async () => {
      const opening = openSqlite({ directory, clock });
      await expect(opening).rejects.toThrow(/data cannot be written \(EACCES\).*DATA_DIR/);
    });
  });

  test('a data directory with another file in the place of the database is named and stays unchanged', async () => {
    const file = join(root, 'gateway.db');
    writeFileSync(file, 'something else '.repeat(1_000));
    const opening = openSqlite({ directory: root, clock });
    await expect(opening).rejects.toThrow(/gateway\.db is not a SQLite database.*DATA_DIR/);
    expect(statSync(file).size).toBe(15_000);
  });

  test('a data directory of a newer version is refused', async () => {
    const newer = await openSqlite({ directory: root, clock });
    await newer.sql
      .withTables<{ kysely_migration: { name: string; timestamp: string } }>()
      .insertInto('kysely_migration')
      .values({ name: '9999-later', timestamp: '2100-01-01T00:00:00.000Z' })
      .execute();
    await newer.close();
    await expect(openSqlite({ directory: root, clock })).rejects.toThrow(/newer version.*9999-later/);
    // The refusal has released the file.
    await expect(openSqlite({ directory: root, clock })).rejects.toThrow('newer version');
  });
});

test('the database without a URL is SQLite', async () => {
  const database = await openDatabase({ dataDir: root, clock });
  expect(database.kind).toBe('sqlite');
  await database.close();
});

test('the time to serve five thousand concurrent readers grows with their number, not with its square', async () => {
  const database = await openSqlite({ directory: ':memory:', clock });
  /** The time of the processor, because this process may have to wait for it. */
  const read = async (count: number): Promise<number> => {
    const before = process.cpuUsage();
    await Promise.all(Array.from({ length: count }, () => positionsAfter(0, database.sql)));
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await read(500);
  const [few, many] = [await read(500), await read(5_000)];
  // Ten times as many readers. A queue that wakes all of them at each turn would take a hundred times as long.
  expect(many).toBeLessThan(40 * few);
  await database.close();
});

type Child = {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly exited: Promise<void>;
  /** The whole output, once the process has ended. */
  readonly output: Promise<string>;
  line(words: string): Promise<void>;
};

/** Starts a real process on the directory, which commits and then holds the file until it is killed. */
function openInChild(directory: string, work: { append?: number; hold?: boolean } = {}): Child {
  const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { openSqlite } = await import(${at('../../../src/db/sqlite/sqlite-database.js')});
    const { systemClock } = await import(${at('../../../src/runtime/clock.js')});
    const append = async (tx) => {
      const { position } = await tx.updateTable('log_head').set((eb) => ({ position: eb('position', '+', 1) })).returning('position').executeTakeFirstOrThrow();
      await tx.insertInto('transitions').values({ position, task_id: 'task ' + position, sequence: 1, terminal: 0, recorded_at: 0, facts: '{}' }).execute();
      return position;
    };
    try {
      const database = await openSqlite({ directory: ${JSON.stringify(directory)}, clock: systemClock });
      for (let count = 0; count < ${work.append ?? 0}; count += 1) console.log('committed', await database.write(append));
      setInterval(() => {}, 1000);
      if (${work.hold ?? false}) await database.write(async (tx) => { await append(tx); console.log('holding'); await new Promise(() => {}); });
    } catch (error) { console.log(error.message); }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let said = '';
  const watchers = new Set<() => void>();
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      for (const check of watchers) check();
    });
  }
  return {
    process: child,
    exited,
    output: exited.then(() => said),
    async line(words) {
      await new Promise<void>((resolve, reject) => {
        const check = (): void => {
          if (said.includes(words)) resolve();
        };
        watchers.add(check);
        check();
        void exited.then(() => reject(new Error(`it ended, and said: ${said}`)));
      });
    },
  };
}

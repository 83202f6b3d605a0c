/** Database probes: they change a database under the gateway and wait for its events, never for an amount of time. */
import { afterEach } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock as clock } from '../../../src/runtime/clock.js';
import type { Database, Lease, Sql } from '../../../src/db/database.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';

/** Returns a function that opens databases; each is closed after its test. Call it once at the top of a file. */
export function openingDatabases(): (url: string) => Promise<Database> {
  const opened = new Set<Database>();
  afterEach(async () => {
    await Promise.all([...opened].map((db) => db.close()));
    opened.clear();
  });
  return async (url) => {
    const db = await openPostgres({ url, clock });
    opened.add(db);
    return db;
  };
}

/** The value of a PostgreSQL setting on the connection of `sql`. */
export async function settingIn(sql: Sql, name: string): Promise<unknown> {
  const { rows } = await raw<{ value: string }>`select current_setting(${name}) as value`.execute(sql);
  return rows[0]?.value;
}

/** Appends one transition as the log does. @returns its position */
export async function appendTransition(tx: Sql, facts = '{}'): Promise<number> {
  const { position } = await tx
    .updateTable('log_head')
    .set(({ eb }) => ({ position: eb('position', '+', 1) }))
    .where('id', '=', 1)
    .returning('position')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('transitions')
    .values({ position, task_id: `task ${position}`, sequence: 1, terminal: 0, recorded_at: 0, facts })
    .execute();
  return position;
}

export async function positionsAfter(position: number, sql: Sql): Promise<number[]> {
  const rows = await sql
    .selectFrom('transitions')
    .select('position')
    .where('position', '>', position)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.position);
}

export type Heard = {
  readonly notifications: (string | null)[];
  until(isEnough: (notifications: (string | null)[]) => boolean): Promise<void>;
};

export function listenTo(database: Database): Heard {
  const notifications: (string | null)[] = [];
  const watchers = new Set<() => void>();
  database.listen((notification) => {
    notifications.push(notification);
    for (const check of watchers) check();
  });
  return {
    notifications,
    until(isEnough) {
      return new Promise((resolve) => {
        const check = (): void => {
          if (!isEnough(notifications)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      });
    },
  };
}

export function whenLost(lease: Lease): Promise<void> {
  return new Promise((resolve) => {
    if (lease.lost.aborted) resolve();
    else lease.lost.addEventListener('abort', () => resolve());
  });
}

/** Resolves when a connection to the same PostgreSQL database waits for a lock of another connection. */
export async function whenWaiting(db: Database): Promise<void> {
  const waiting = raw`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await waiting.execute(db.sql)).rows.length === 0);
}

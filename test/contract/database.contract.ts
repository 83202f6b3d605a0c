/**
 * The contract of every database. A pair is two ways into the same data: the connections of two processes on
 * PostgreSQL, the same connection twice on SQLite.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseClosedError, type Database } from '../../src/db/database.js';
import { writeContract } from './write.contract.js';
import { appendTransition, positionsAfter, whenWaiting } from '../support/database/database-probes.js';
import { deferred } from '../support/harness/deferred.js';

export type Pair = { readonly one: Database; readonly other: Database; dispose(): Promise<void> };

export function databaseContract(name: string, openPair: () => Promise<Pair>): void {
  describe(`a database on ${name}`, () => {
    let pair: Pair;
    beforeEach(async () => {
      pair = await openPair();
    });
    afterEach(async () => {
      await pair.dispose();
    });

    writeContract(() => pair);

    describe('positions', () => {
      test('positions of a hundred concurrent writers on both sides have no gaps', async () => {
        const { one, other } = pair;
        const positions = await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            (index % 2 === 0 ? one : other).write((tx) => appendTransition(tx)),
          ),
        );
        expect(new Set(positions).size).toBe(100);
        expect(await positionsAfter(0, one.sql)).toEqual(upTo(100));
      });

      test('a position becomes visible after all lower ones: an open writer holds back the later ones', async () => {
        const { one, other } = pair;
        const { promise: held, resolve: release } = deferred();
        const { promise: holding, resolve: isHolding } = deferred();
        const first = one.write(async (tx) => {
          const position = await appendTransition(tx);
          isHolding();
          await held;
          return position;
        });
        await holding;
        const { promise: begun, resolve: hasBegun } = deferred();
        const second = other.write(async (tx) => {
          hasBegun();
          return appendTransition(tx);
        });
        // The second writer has not begun on SQLite, and a reader waits with it, so neither can see anything early.
        if (one.kind === 'postgres') {
          await begun;
          expect(await positionsAfter(0, other.sql)).toEqual([]);
        }
        release();
        await expect(Promise.all([first, second])).resolves.toEqual([1, 2]);
      });

      test('a reader that asks for positions above the last one it saw misses none', async () => {
        const { one, other } = pair;
        const writing = Promise.all(
          Array.from({ length: 60 }, (_, index) =>
            (index % 2 === 0 ? one : other).write(async (tx) => {
              // A third of the writers read before they reserve their position.
              if (index % 3 === 0) await positionsAfter(0, tx);
              return appendTransition(tx);
            }),
          ),
        );
        const seen: number[] = [];
        while (seen.length < 60) seen.push(...(await positionsAfter(seen.at(-1) ?? 0, other.sql)));
        await writing;
        expect(seen).toEqual(upTo(60));
      });
    });

    describe('lease', () => {
      const forever = new AbortController().signal;

      test('a lease never has two holders', async () => {
        const { one, other } = pair;
        let holders = 0;
        let most = 0;
        const hold = async (database: Database): Promise<void> => {
          const lease = await database.lease('worker', forever);
          holders += 1;
          most = Math.max(most, holders);
          await database.sql.selectFrom('log_head').selectAll().execute();
          holders -= 1;
          await lease.release();
        };
        await Promise.all([one, other, one, other, one, other].map(hold));
        expect(most).toBe(1);
      });

      test('a waiting process gets the lease within a second of its release', async () => {
        const { one, other } = pair;
        const lease = await one.lease('worker', forever);
        const waiting = other.lease('worker', forever);
        // On SQLite a call waits from its beginning.
        if (one.kind === 'postgres') await whenWaiting(one);
        const releasedAt = performance.now();
        await lease.release();
        const next = await waiting;
        expect(performance.now() - releasedAt).toBeLessThan(1_000);
        expect(lease.lost.aborted).toBe(false);
        await next.release();
      });

      test('leases of two names are independent', async () => {
        const { one, other } = pair;
        const leases = await Promise.all([one.lease('a', forever), other.lease('b', forever)]);
        await Promise.all(leases.map((lease) => lease.release()));
      });

      test('a second release does not take the lease from the next holder', async () => {
        const { one, other } = pair;
        const lease = await one.lease('worker', forever);
        await lease.release();
        const next = await other.lease('worker', forever);
        await lease.release();
        const third = one.lease('worker', AbortSignal.timeout(100));
        await expect(third).rejects.toThrow();
        expect(next.lost.aborted).toBe(false);
        await next.release();
      });

      test('an aborted wait rejects, and the lease stays with its holder', async () => {
        const { one, other } = pair;
        const lease = await one.lease('worker', forever);
        const abort = new AbortController();
        const waiting = other.lease('worker', abort.signal);
        abort.abort(new Error('no longer wanted'));
        await expect(waiting).rejects.toThrow('no longer wanted');
        await expect(other.lease('worker', abort.signal)).rejects.toThrow('no longer wanted');
        expect(lease.lost.aborted).toBe(false);
        await lease.release();
        await (await other.lease('worker', forever)).release();
      });

      test('a lease stays with its holder when the signal of its wait aborts afterwards', async () => {
        const { one, other } = pair;
        const abort = new AbortController();
        const lease = await one.lease('worker', abort.signal);
        abort.abort();
        await expect(other.lease('worker', AbortSignal.timeout(100))).rejects.toThrow();
        expect(lease.lost.aborted).toBe(false);
        await lease.release();
        await (await other.lease('worker', forever)).release();
      });

      test('a lease is lost when the database closes, and a wait for it rejects', async () => {
        const { one } = pair;
        const lease = await one.lease('worker', forever);
        const waiting = one.lease('worker', forever);
        const refused = expect(waiting).rejects.toBeInstanceOf(DatabaseClosedError);
        await one.close();
        expect(lease.lost.aborted).toBe(true);
        await refused;
      });
    });

    describe('now', () => {
      test('now is a whole number of milliseconds, close to the time of day', async () => {
        const { one, other } = pair;
        for (const database of [one, other]) {
          const now = await database.now();
          expect(Number.isInteger(now)).toBe(true);
          expect(Math.abs(now - Date.now())).toBeLessThan(10_000);
        }
      });

      test('a statement of a transaction reads the time, which advances during the transaction', async () => {
        const { one } = pair;
        const [begin, end] = await one.write(async (tx) => {
          const tell = async (): Promise<number> =>
            (await tx.selectNoFrom(one.nowSql().as('now')).executeTakeFirstOrThrow()).now;
          const first = await tell();
          let second = first;
          while (second <= first) second = await tell();
          return [first, second];
        });
        expect(end).toBeGreaterThan(begin ?? Infinity);
      });
    });

    describe('values', () => {
      test('values, counts, sums and extremes are numbers up to 2^53', async () => {
        const { one, other } = pair;
        const row = { quota: 'reads', last_id: Number.MAX_SAFE_INTEGER, call_count: 2 ** 31, blocked_until: 0 };
        await one.write(async (tx) => {
          await tx.insertInto('quota_totals').values(row).execute();
        });
        expect(await other.sql.selectFrom('quota_totals').selectAll().executeTakeFirst()).toEqual(row);
        const aggregate = await other.sql
          .selectFrom('quota_totals')
          .select(({ fn }) => [
            fn.countAll<number>().as('rows'),
            fn.sum<number>('call_count').as('sum'),
            fn.max('last_id').as('max'),
          ])
          .executeTakeFirst();
        expect(aggregate).toEqual({ rows: 1, sum: 2 ** 31, max: Number.MAX_SAFE_INTEGER });
      });

      test('a text of any script, with quotes or of great length, is read as it was written', async () => {
        const { one, other } = pair;
        const facts = JSON.stringify({ note: `"'\\ \n Zürich 日本 🚀 ${'x'.repeat(100_000)}` });
        await one.write((tx) => appendTransition(tx, facts));
        expect((await other.sql.selectFrom('transitions').select('facts').executeTakeFirst())?.facts).toBe(facts);
      });
    });

    describe('close', () => {
      test('close waits for an open transaction, and every later call rejects', async () => {
        const { one } = pair;
        const { promise: held, resolve: release } = deferred();
        const { promise: begun, resolve: hasBegun } = deferred();
        const writing = one.write(async (tx) => {
          hasBegun();
          await held;
          return appendTransition(tx);
        });
        await begun;
        const closing = one.close();
        release();
        await expect(writing).resolves.toBe(1);
        await closing;
        await one.close();

        const calls = [
          one.sql.selectFrom('log_head').selectAll().execute(),
          one.write(async () => 1),
          one.now(),
          one.lease('worker', new AbortController().signal),
        ];
        for (const call of calls) await expect(call).rejects.toBeInstanceOf(DatabaseClosedError);
        expect(() => one.listen(() => {})).toThrow(DatabaseClosedError);
        expect(() => one.onLocalAppend(() => {})).toThrow(DatabaseClosedError);
      });
    });

    test('a new database has one log head with its own id', async () => {
      const heads = await pair.other.sql.selectFrom('log_head').selectAll().execute();
      expect(heads).toMatchObject([
        { id: 1, log_id: expect.stringMatching(/^[0-9a-f]{12}$/), position: 0, worker_epoch: 0 },
      ]);
    });
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Own writes are handed on without a read, once and in order, also between the writes of other processes. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../src/db/database.js';
import { createHub } from '../../src/transitions/hub.js';
import { append, reservePositions } from '../../src/transitions/log.js';
import { until } from '../support/clients/waiting.js';
import { deferred } from '../support/harness/deferred.js';
import { openHub, type Writer } from '../support/harness/hub.js';

describe('the own writes of a hub', () => {
  test('own writes are known without a read', async () => {
    const { clock, db, hub, commit, nextWake } = await openHub();
    const woken = nextWake('a');
    const read = jest.spyOn(db.sql.getExecutor(), 'executeQuery');
    await commit('a', 1, 'us');
    await woken;
    await clock.whenAsleep();
    expect(read).not.toHaveBeenCalled();
    expect(hub.recent('a', 0, 16)).toEqual([
      { position: 1, taskId: 'a', sequence: 1, terminal: false, recordedAt: clock.now(), payload: '{}' },
    ]);
  });

  test('own writes are known without a read, even if their notification arrives just before the write is acknowledged', async () => {
    const { clock, db, telemetry } = await openHub();
    let tell = (_hint: string | null): void => {};
    let answer: Parameters<Database['onLocalAppend']>[0] = () => {};
    const read = jest.spyOn(db.sql.getExecutor(), 'executeQuery');
    const hearing = await createHub({
      db: { ...db, listen: (onHint) => (tell = onHint), onLocalAppend: (onAppended) => (answer = onAppended) },
      clock,
      telemetry,
    });
    await clock.whenAsleep(2);
    read.mockClear();
    tell('log 1');
    answer([{ position: 1, task_id: 'a', sequence: 1, terminal: 0, recorded_at: 0, facts: '{}' }]);
    for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
    expect(read).not.toHaveBeenCalled();
    expect(hearing.position()).toBe(1);
    await hearing.close();
  });

  test('a write of another process before an own write is read, even without a notification', async () => {
    const { hub, commit, nextWake } = await openHub();
    await commit('a', 1, 'another, lost');
    const woken = nextWake('a');
    await commit('a', 2, 'us');
    await woken;
    expect(hub.recent('a', 0, 16)?.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('own writes during a read are neither left out nor repeated', async () => {
    const { clock, db, telemetry, commit } = await openHub();
    const { promise: released, resolve: release } = deferred();
    const held = db.sql.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (result.rows.some((row) => 'facts' in row)) await released;
        return result;
      },
    });
    const reading = await createHub({
      db: { ...db, sql: held },
      clock,
      telemetry,
    });
    const woken: number[] = [];
    reading.attach(null, () => woken.push(reading.position()));
    await clock.whenAsleep();
    await db.write(async (tx) => {
      // The read waits for this write, so it returns the transition that the hub has learnt from the write.
      await clock.advance(1000);
      const { first: position = 0 } = (await reservePositions(db, tx, null, 1)) ?? {};
      await append(tx, [{ position, taskId: 'a', sequence: 1, terminal: false, recordedAt: 0, payload: '{}' }]);
    });
    expect(woken).toEqual([1]);
    release();
    await clock.whenAsleep(2);
    await commit('a', 2, 'us');
    await clock.whenAsleep(2);
    expect(woken).toEqual([1, 2]);
    expect(reading.recent(null, 0, 16)?.map(({ position }) => position)).toEqual([1, 2]);
    await reading.close();
  });

  test('an own write of more than a page needs no read, and the writes of others follow it', async () => {
    const { clock, db, telemetry, commit } = await openHub();
    const read: unknown[] = [];
    const watched = db.sql.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        read.push(...result.rows.flatMap((row) => ('facts' in row ? [row['position']] : [])));
        return result;
      },
    });
    const reading = await createHub({
      db: { ...db, sql: watched },
      clock,
      telemetry,
    });
    // The first page is out then, and the other pages wait for their turns.
    const later: Promise<void>[] = [];
    reading.attach(null, () => {
      if (later.length === 0) later.push(commit('b', 1, 'another'), commit('b', 2, 'us'));
    });
    const done = new Promise<void>((resolve) => reading.attach('b', () => reading.position() === 252 && resolve()));
    await commit('many', 1, 'us', 250);
    await done;
    await Promise.all(later);
    // Each read begins with the last known transition.
    expect(new Set(read)).toEqual(new Set([250, 251, 252]));
    const sequences = (taskId: string) => reading.recent(taskId, 0, 300)?.map(({ sequence }) => sequence);
    expect(sequences('many')).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(sequences('b')).toEqual([1, 2]);
    await reading.close();
  });

  test('any mixture of small and large writes of any process is handed on once and in order', async () => {
    const { clock, hub, commit } = await openHub();
    const writers: readonly Writer[] = ['us', 'another', 'another, lost'];
    const writes = fc.array(fc.tuple(fc.constantFrom(...writers), fc.constantFrom(1, 2, 99, 100, 101, 250)), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(writes, async (all) => {
        const start = hub.position();
        let end = start;
        const seen: number[] = [];
        const detach = hub.attach(null, () => {
          const from = seen.at(-1) ?? start;
          seen.push(...(hub.recent(null, from, 2000) ?? []).map(({ position }) => position));
        });
        // All begin at once, so that some commit while the pages of others wait for their turns.
        await Promise.all(
          all.map(([by, count]) => {
            const sequence = end + 1;
            end += count;
            return commit('many', sequence, by, count);
          }),
        );
        await until(async () => {
          if (hub.position() < end) await clock.advance(1000);
          return hub.position() === end;
        });
        detach();
        expect(seen).toEqual(Array.from({ length: end - start }, (_, index) => start + index + 1));
      }),
      { numRuns: 30 },
    );
  });
});

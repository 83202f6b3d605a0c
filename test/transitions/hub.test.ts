import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../src/db/open.js';
import { notifyOnCommit, type Database } from '../../src/db/database.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { createHub, type Hub } from '../../src/transitions/hub.js';
import { append, reservePositions } from '../../src/transitions/log.js';
import { deferred } from '../support/harness/deferred.js';
import { createManualClock, type ManualClock } from '../support/fakes/manual-clock.js';

describe('the hub', () => {
  let clock: ManualClock;
  let db: Database;
  let hub: Hub;

  beforeEach(async () => {
    clock = createManualClock();
    db = await openDatabase({ dataDir: ':memory:', clock });
    hub = await createHub({ db, clock, telemetry: createTelemetry({ level: 'silent' }) });
  });

  afterEach(async () => {
    await hub.close();
    await db.close();
  });

  /** What another process writes comes with hints only; `lost` are these too. */
  async function commit(
    taskId: string,
    sequence: number,
    by: 'us' | 'another' | 'another, lost' = 'another',
  ): Promise<void> {
    await db.write(async (tx) => {
      const { first: position = 0 } = (await reservePositions(db, tx, null, 1)) ?? {};
      await append(tx, [{ position, taskId, sequence, terminal: false, recordedAt: clock.now(), payload: '{}' }]);
      if (by !== 'us') tx.appended.length = 0;
      if (by === 'another, lost') tx.hints.length = 0;
    });
  }

  function nextWake(taskId: string | null): Promise<void> {
    return new Promise((resolve) => {
      const detach = hub.attach(taskId, () => {
        detach();
        resolve();
      });
    });
  }

  test('wakes the followers of a task, and those of all tasks, when it changes', async () => {
    const woken = [nextWake('a'), nextWake(null)];
    await commit('a', 1);
    await Promise.all(woken);
  });

  test('wakes all others when one of them throws', async () => {
    const fail = (): never => {
      throw new Error('a follower that fails');
    };
    for (const taskId of ['a', 'b', null]) hub.attach(taskId, fail);
    const woken = [nextWake('a'), nextWake('b'), nextWake(null)];
    await commit('b', 1, 'another, lost');
    await commit('a', 1);
    await Promise.all(woken);
  });

  test('leaves the followers of other tasks asleep', async () => {
    let woken = 0;
    hub.attach('b', () => (woken += 1));
    const any = nextWake(null);
    await commit('a', 1);
    await any;
    expect(woken).toBe(0);
  });

  test('finds within a second what no hint told of', async () => {
    const woken = nextWake('a');
    await commit('a', 1, 'another, lost');
    await clock.whenAsleep();
    await clock.advance(1000);
    await woken;
  });

  test('knows what this process has written without reading it', async () => {
    const woken = nextWake('a');
    const read = jest.spyOn(db.sql, 'executeQuery');
    await commit('a', 1, 'us');
    await woken;
    await clock.whenAsleep();
    expect(read).not.toHaveBeenCalled();
    expect(hub.recent('a', 0, 16)).toEqual([
      { position: 1, taskId: 'a', sequence: 1, terminal: false, recordedAt: clock.now(), payload: '{}' },
    ]);
  });

  test('knows what this process has written without reading it also when it hears of that just before the write is answered', async () => {
    let tell = (_hint: string | null): void => {};
    let answer: Parameters<Database['onLocalAppend']>[0] = () => {};
    const read = jest.spyOn(db.sql, 'executeQuery');
    const hearing = await createHub({
      db: { ...db, listen: (onHint) => (tell = onHint), onLocalAppend: (onAppended) => (answer = onAppended) },
      clock,
      telemetry: createTelemetry({ level: 'silent' }),
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

  test('reads for a hint that the log has grown, also one that does not say how far, and for no other', async () => {
    await clock.whenAsleep();
    const read = jest.spyOn(db.sql, 'executeQuery');
    const readsAfter = async (hint: string): Promise<number> => {
      read.mockClear();
      await db.write(async (tx) => notifyOnCommit(tx, hint));
      await turnOfTheLoop();
      return read.mock.calls.length;
    };
    expect(await readsAfter('hurry')).toBe(0);
    expect(await readsAfter('log 0')).toBe(0);
    expect(await readsAfter('log 1')).toBe(1);
    expect(await readsAfter('log')).toBe(1);
  });

  test('reads what another has written before this process, and which no hint told of', async () => {
    await commit('a', 1, 'another, lost');
    const woken = nextWake('a');
    await commit('a', 2, 'us');
    await woken;
    expect(hub.recent('a', 0, 16)?.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('neither leaves out nor repeats what this process writes while it reads', async () => {
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
      telemetry: createTelemetry({ level: 'silent' }),
    });
    const woken: number[] = [];
    reading.attach(null, () => woken.push(reading.position()));
    await clock.whenAsleep();
    await db.write(async (tx) => {
      // The read waits for this write, and so sees what the hub learns from it.
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

  test('wakes nobody who has detached', async () => {
    let woken = 0;
    const detach = hub.attach('a', () => (woken += 1));
    detach();
    await Promise.resolve();
    const any = nextWake(null);
    await commit('a', 1);
    await any;
    expect(woken).toBe(0);
  });

  test('wakes all followers of a task, and after some have left those that stay', async () => {
    const woken: string[] = [];
    const detach = ['one', 'two', 'three'].map((name) => hub.attach('a', () => woken.push(name)));
    async function changed(sequence: number): Promise<string[]> {
      const any = nextWake(null);
      await commit('a', sequence);
      await any;
      return woken.splice(0);
    }
    expect(await changed(1)).toEqual(['one', 'two', 'three']);
    detach[0]?.();
    detach[0]?.();
    expect(await changed(2)).toEqual(['two', 'three']);
    detach[2]?.();
    expect(await changed(3)).toEqual(['two']);
    detach[1]?.();
    expect(await changed(4)).toEqual([]);
  });

  test('wakes whoever attaches after the last follower has left', async () => {
    hub.attach('a', () => {})();
    const woken = nextWake('a');
    await commit('a', 1);
    await woken;
  });

  test('tells where it had read to before, and hands out what it has read since', async () => {
    const told: (number | undefined)[] = [];
    hub.attach('a', (before) => told.push(before));
    const start = hub.position();
    for (const [task, sequence] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ] as const) {
      const any = nextWake(null);
      await commit(task, sequence, 'us');
      await any;
    }
    expect(told).toEqual([start, start + 2]);
    const positions = (taskId: string | null, after: number) =>
      hub.recent(taskId, after, 16)?.map(({ position }) => position);
    expect(positions('a', start)).toEqual([start + 1, start + 3]);
    expect(positions(null, start + 1)).toEqual([start + 2, start + 3]);
    expect(positions('a', start - 1)).toBeUndefined();
  });

  test('hands out all of a burst that is longer than what it reads at once', async () => {
    const woken: number[] = [];
    const start = hub.position();
    const done = new Promise<void>((resolve) => {
      hub.attach(null, () => {
        woken.push(hub.position());
        if (hub.position() === start + 250) resolve();
      });
    });
    await db.write(async (tx) => {
      for (let sequence = 1; sequence <= 250; sequence += 1) {
        const position = (await reservePositions(db, tx, null, 1))?.first ?? 0;
        await append(tx, [{ position, taskId: 'a', sequence, terminal: false, recordedAt: 0, payload: '{}' }]);
      }
    });
    await done;
    expect(hub.recent('a', start, 300)).toHaveLength(250);
    expect(woken.length).toBeGreaterThan(1);
  });

  test('goes on after the database has failed for a while', async () => {
    const woken = nextWake('a');
    const outage = jest.spyOn(db.sql, 'executeQuery').mockImplementation(() => {
      throw new Error('down');
    });
    await clock.whenAsleep();
    await clock.advance(1000);
    outage.mockRestore();
    await commit('a', 1, 'another, lost');
    await clock.whenAsleep();
    await clock.advance(1000);
    await woken;
  });
});

import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { notifyOnCommit } from '../../src/db/database.js';
import { append, reservePositions } from '../../src/transitions/log.js';
import { openHub } from '../support/harness/hub.js';

describe('createHub', () => {
  test('a change wakes the subscribers of its task, and those of all tasks', async () => {
    const { commit, nextWake } = await openHub();
    const woken = [nextWake('a'), nextWake(null)];
    await commit('a', 1);
    await Promise.all(woken);
  });

  test('a subscriber that throws costs no other its wake-up', async () => {
    const { hub, commit, nextWake } = await openHub();
    const fail = (): never => {
      throw new Error('a subscriber that fails');
    };
    for (const taskId of ['a', 'b', null]) hub.attach(taskId, fail);
    const woken = [nextWake('a'), nextWake('b'), nextWake(null)];
    await commit('b', 1, 'another, lost');
    await commit('a', 1);
    await Promise.all(woken);
  });

  test('the subscribers of other tasks are not woken', async () => {
    const { hub, commit, nextWake } = await openHub();
    let woken = 0;
    hub.attach('b', () => (woken += 1));
    const any = nextWake(null);
    await commit('a', 1);
    await any;
    expect(woken).toBe(0);
  });

  test('a transition without a notification is found within a second', async () => {
    const { clock, commit, nextWake } = await openHub();
    const woken = nextWake('a');
    await commit('a', 1, 'another, lost');
    await clock.whenAsleep();
    await clock.advance(1000);
    await woken;
  });

  test('only a notification that the log has grown causes a read, also one without a position', async () => {
    const { clock, db } = await openHub();
    await clock.whenAsleep();
    const read = jest.spyOn(db.sql.getExecutor(), 'executeQuery');
    const readsAfter = async (notification: string): Promise<number> => {
      read.mockClear();
      await db.write(async (tx) => notifyOnCommit(tx, notification));
      await turnOfTheLoop();
      return read.mock.calls.length;
    };
    expect(await readsAfter('hurry')).toBe(0);
    expect(await readsAfter('log 0')).toBe(0);
    expect(await readsAfter('log 1')).toBe(1);
    expect(await readsAfter('log')).toBe(1);
  });

  test('a detached subscriber is not woken', async () => {
    const { hub, commit, nextWake } = await openHub();
    let woken = 0;
    const detach = hub.attach('a', () => (woken += 1));
    detach();
    await Promise.resolve();
    const any = nextWake(null);
    await commit('a', 1);
    await any;
    expect(woken).toBe(0);
  });

  test('all subscribers of a task are woken, and the remaining ones after some have left', async () => {
    const { hub, commit, nextWake } = await openHub();
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

  test('a subscriber that attaches after the last one has left is woken', async () => {
    const { hub, commit, nextWake } = await openHub();
    hub.attach('a', () => {})();
    const woken = nextWake('a');
    await commit('a', 1);
    await woken;
  });

  test('a wake-up carries the position read before, and the hub holds the transitions read since', async () => {
    const { hub, commit, nextWake } = await openHub();
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

  test('a burst that is longer than a page is held completely', async () => {
    const { db, hub } = await openHub();
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

  test('the hub continues after the database has failed for a while', async () => {
    const { clock, db, commit, nextWake } = await openHub();
    const woken = nextWake('a');
    const outage = jest.spyOn(db.sql.getExecutor(), 'executeQuery').mockImplementation(() => {
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

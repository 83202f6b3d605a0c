import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../src/db/open.js';
import { wake, type Database } from '../../src/db/database.js';
import { createTelemetry } from '../../src/telemetry.js';
import { createHub, type Hub } from '../../src/transitions/hub.js';
import { LOG_HINT, append, takeTurn } from '../../src/transitions/log.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';

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

  async function commit(taskId: string, sequence: number, hint: 'hinted' | 'unhinted'): Promise<void> {
    await db.write(async (tx) => {
      const position = (await takeTurn(db, tx, null, 1))?.first ?? 0;
      await append(tx, [{ position, taskId, sequence, terminal: false, recordedAt: clock.now(), facts: '{}' }]);
      if (hint === 'hinted') wake(tx, LOG_HINT);
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
    await commit('a', 1, 'hinted');
    await Promise.all(woken);
  });

  test('wakes all others when one of them throws', async () => {
    const fail = (): never => {
      throw new Error('a follower that fails');
    };
    for (const taskId of ['a', 'b', null]) hub.attach(taskId, fail);
    const woken = [nextWake('a'), nextWake('b'), nextWake(null)];
    await commit('b', 1, 'unhinted');
    await commit('a', 1, 'hinted');
    await Promise.all(woken);
  });

  test('leaves the followers of other tasks asleep', async () => {
    let woken = 0;
    hub.attach('b', () => (woken += 1));
    const any = nextWake(null);
    await commit('a', 1, 'hinted');
    await any;
    expect(woken).toBe(0);
  });

  test('finds within a second what no hint told of', async () => {
    const woken = nextWake('a');
    await commit('a', 1, 'unhinted');
    await clock.whenAsleep();
    await clock.advance(1000);
    await woken;
  });

  test('wakes nobody who has detached', async () => {
    let woken = 0;
    const detach = hub.attach('a', () => (woken += 1));
    detach();
    await Promise.resolve();
    const any = nextWake(null);
    await commit('a', 1, 'hinted');
    await any;
    expect(woken).toBe(0);
  });

  test('wakes all followers of a task, and after some have left those that stay', async () => {
    const woken: string[] = [];
    const detach = ['one', 'two', 'three'].map((name) => hub.attach('a', () => woken.push(name)));
    async function changed(sequence: number): Promise<string[]> {
      const any = nextWake(null);
      await commit('a', sequence, 'hinted');
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
    await commit('a', 1, 'hinted');
    await woken;
  });

  test('tells where it had read to before, and hands out what it has read since', async () => {
    const told: (number | undefined)[] = [];
    hub.attach('a', (before) => told.push(before));
    const start = hub.position();
    for (const [task, sequence] of [['a', 1], ['b', 1], ['a', 2]] as const) {
      const any = nextWake(null);
      await commit(task, sequence, 'hinted');
      await any;
    }
    expect(told).toEqual([start, start + 2]);
    const positions = (taskId: string | null, after: number) => hub.recent(taskId, after, 16)?.map(({ position }) => position);
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
        const position = (await takeTurn(db, tx, null, 1))?.first ?? 0;
        await append(tx, [{ position, taskId: 'a', sequence, terminal: false, recordedAt: 0, facts: '{}' }]);
      }
      wake(tx, LOG_HINT);
    });
    await done;
    expect(hub.recent('a', start, 300)).toHaveLength(250);
    expect(woken.length).toBeGreaterThan(1);
  });

  test('goes on after the database has failed for a while', async () => {
    const woken = nextWake('a');
    const outage = jest.spyOn(db.sql, 'selectFrom').mockImplementation(() => {
      throw new Error('down');
    });
    await clock.whenAsleep();
    await clock.advance(1000);
    outage.mockRestore();
    await commit('a', 1, 'unhinted');
    await clock.whenAsleep();
    await clock.advance(1000);
    await woken;
  });
});
